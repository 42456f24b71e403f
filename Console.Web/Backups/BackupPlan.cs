using System.Globalization;
using System.Text.Json.Nodes;

namespace ConsoleWeb.Backups;

/// <summary>Whether and when a backup is made by itself.</summary>
/// <param name="At">Time of the day in the server's zone.</param>
/// <param name="Keep">How many of these backups are kept; with a new one the oldest go.</param>
/// <param name="WithLogs">Whether the request log is in them.</param>
internal sealed record BackupPlan(bool IsOn, TimeOnly At, int Keep, bool WithLogs)
{
    public const int MostKept = 1000;

    private const string Clock = "HH:mm";

    public static BackupPlan Default { get; } = new(IsOn: false, new TimeOnly(3, 0), 7, WithLogs: true);

    /// <summary>The passphrase of their keys, encrypted; null: they hold no keys.</summary>
    public string? Passphrase { get; init; }

    /// <summary>When one should last have been made.</summary>
    public DateTimeOffset DueBefore(DateTimeOffset now, TimeZoneInfo zone)
    {
        var today = Moment(TimeZoneInfo.ConvertTime(now, zone).Date, zone);
        return today <= now ? today : Moment(TimeZoneInfo.ConvertTime(now, zone).Date.AddDays(-1), zone);
    }

    /// <summary>When the next one is made.</summary>
    public DateTimeOffset NextAfter(DateTimeOffset now, TimeZoneInfo zone)
    {
        var today = Moment(TimeZoneInfo.ConvertTime(now, zone).Date, zone);
        return today > now ? today : Moment(TimeZoneInfo.ConvertTime(now, zone).Date.AddDays(1), zone);
    }

    /// <summary>What is not in the document, or wrong in it, is as in the default.</summary>
    public static BackupPlan Read(JsonObject document) => new(
        document["on"]?.GetValue<bool>() ?? Default.IsOn,
        TimeOnly.TryParseExact(document["at"]?.ToString(), Clock, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at : Default.At,
        Math.Clamp(document["keep"]?.GetValue<int>() ?? Default.Keep, 1, MostKept),
        document["logs"]?.GetValue<bool>() ?? Default.WithLogs)
    {
        Passphrase = document["passphrase"]?.ToString(),
    };

    public JsonObject Write() => new()
    {
        ["on"] = IsOn,
        ["at"] = At.ToString(Clock, CultureInfo.InvariantCulture),
        ["keep"] = Keep,
        ["logs"] = WithLogs,
        ["passphrase"] = Passphrase,
    };

    private DateTimeOffset Moment(DateTime day, TimeZoneInfo zone)
    {
        var local = day + At.ToTimeSpan();

        // The hour that a change of the clocks leaves out comes an hour later.
        local = zone.IsInvalidTime(local) ? local.AddHours(1) : local;
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }
}
