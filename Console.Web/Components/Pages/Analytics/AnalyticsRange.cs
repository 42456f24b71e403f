using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Requests;

namespace ConsoleWeb.Components.Pages.Analytics;

/// <summary>The stretch of time that a view means now.</summary>
/// <param name="IsLive">Whether it ends now and moves on.</param>
/// <param name="Shift">How far the period before is away.</param>
public sealed record AnalyticsRange(StatsWindow Window, bool IsLive, TimeSpan Shift)
{
    /// <summary>A chart is best read with so many points.</summary>
    private const int WantedPoints = 100;

    private const int FewestPoints = 3;

    public static AnalyticsRange Of(AnalyticsView view, DateTimeOffset now, TimeZoneInfo zone)
    {
        var (from, to, shift) = Bounds(view, now, zone);
        var step = view.Step is { } wanted && Steps(to - from).Contains(wanted) ? wanted : StatsSteps.For(to - from, WantedPoints);
        var window = StatsWindow.Of(from, to, step, zone);
        return new(window, !view.IsCustom && view.Range is not ("yesterday" or "lastmonth"), shift ?? StatsWindow.ShiftOf(to - from, step));
    }

    /// <summary>The steps that may be chosen for a range.</summary>
    public static IReadOnlyList<TimeSpan> Steps(TimeSpan range) => [.. StatsSteps.All.Where(s => range / s is >= FewestPoints and <= StatsSteps.MostPoints - 1)];

    public static DateTimeOffset Midnight(DateOnly day, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(15);
        }

        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }

    private static (DateTimeOffset From, DateTimeOffset To, TimeSpan? Shift) Bounds(AnalyticsView view, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (view is { From: { } first, To: { } last })
        {
            return (first, last, null);
        }

        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        var month = today.AddDays(1 - today.Day);
        return view.Range switch
        {
            "today" => (Midnight(today, zone), now, TimeSpan.FromDays(1)),
            "yesterday" => (Midnight(today.AddDays(-1), zone), Midnight(today, zone), TimeSpan.FromDays(1)),
            "month" => (Midnight(month, zone), now, TimeSpan.FromDays(month.DayNumber - month.AddMonths(-1).DayNumber)),
            "lastmonth" => (Midnight(month.AddMonths(-1), zone), Midnight(month, zone), TimeSpan.FromDays(month.AddMonths(-1).DayNumber - month.AddMonths(-2).DayNumber)),
            _ => Length(view.Range) is var length ? (now - length, now, length) : default,
        };
    }

    private static TimeSpan Length(string range) => range switch
    {
        "1h" => TimeSpan.FromHours(1),
        "6h" => TimeSpan.FromHours(6),
        "7d" => TimeSpan.FromDays(7),
        "30d" => TimeSpan.FromDays(30),
        "90d" => TimeSpan.FromDays(90),
        _ => TimeSpan.FromHours(24),
    };
}
