namespace ConsoleWeb.Data.Logs.Rollups;

/// <summary>A grain at which sums are kept.</summary>
/// <param name="Length">Milliseconds of one bucket.</param>
/// <param name="Keep">How long buckets are kept; null for ever.</param>
/// <param name="Source">The finer grain of which a bucket is made once its time is over; null: rows are counted as they come.</param>
internal sealed record RollupLevel(string Table, long Length, TimeSpan? Keep, RollupLevel? Source = null)
{
    public static readonly RollupLevel Minutes = new("rollup_minutes", 60_000, TimeSpan.FromHours(49));

    public static readonly RollupLevel Hours = new("rollup_hours", 3_600_000, TimeSpan.FromDays(400), Minutes);

    /// <summary>Charts of one to three months have steps of 6 and 12 hours.</summary>
    public static readonly RollupLevel Quarters = new("rollup_quarters", 21_600_000, TimeSpan.FromDays(400), Hours);

    public static readonly RollupLevel Days = new("rollup_days", 86_400_000, null, Quarters);

    /// <summary>From fine to coarse.</summary>
    public static readonly IReadOnlyList<RollupLevel> All = [Minutes, Hours, Quarters, Days];
}
