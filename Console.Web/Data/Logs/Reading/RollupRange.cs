using ConsoleWeb.Data.Logs.Rollups;

namespace ConsoleWeb.Data.Logs.Reading;

/// <summary>A part of a window, and at which grain it is read.</summary>
/// <param name="Level">Null: from the rows themselves.</param>
/// <param name="From">Unix milliseconds, included; a multiple of the level's length.</param>
/// <param name="To">Unix milliseconds, excluded.</param>
internal readonly record struct RollupRange(RollupLevel? Level, long From, long To)
{
    /// <summary>Cuts a window into the coarsest parts that fill it exactly.</summary>
    /// <param name="step">Sums must not reach over its multiples, counted from <paramref name="from"/>; null: they may.</param>
    /// <param name="now">Tells which fine sums are still there.</param>
    /// <param name="made">Until when the coarser grains are made, in Unix milliseconds.</param>
    public static IReadOnlyList<RollupRange> Cover(long from, long to, long? step, long now, IReadOnlyDictionary<RollupLevel, long> made)
    {
        var levels = RollupLevel.All.Where(level => step is not { } length || (length % level.Length == 0 && from % level.Length == 0)).Reverse().ToArray();
        var parts = new List<RollupRange>();
        Cut(from, to, levels, now, made, parts);
        return parts;
    }

    /// <summary>Of a grain of which coarser ones are made, what they still need is kept whatever its age.</summary>
    private static long KeptFrom(RollupLevel level, IReadOnlyDictionary<RollupLevel, long> made) =>
        RollupLevel.All.FirstOrDefault(l => l.Source == level) is { } coarser && made.TryGetValue(coarser, out var until) ? until : long.MaxValue;

    private static void Cut(long from, long to, ReadOnlySpan<RollupLevel> levels, long now, IReadOnlyDictionary<RollupLevel, long> made, List<RollupRange> parts)
    {
        if (from >= to)
        {
            return;
        }

        if (levels.IsEmpty)
        {
            parts.Add(new RollupRange(null, from, to));
            return;
        }

        var level = levels[0];
        var earliest = level.Keep is { } keep ? Math.Max(from, Math.Min(now - (long)keep.TotalMilliseconds + level.Length, KeptFrom(level, made))) : from;
        var first = (earliest + level.Length - 1) / level.Length * level.Length;
        var end = (level.Source is null ? to : Math.Min(to, made.GetValueOrDefault(level))) / level.Length * level.Length;
        if (first >= end)
        {
            Cut(from, to, levels[1..], now, made, parts);
            return;
        }

        Cut(from, first, levels[1..], now, made, parts);
        parts.Add(new RollupRange(level, first, end));
        Cut(end, to, levels[1..], now, made, parts);
    }
}
