using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Features.Requests;

namespace ConsoleWeb.Components.Pages.Analytics;

/// <summary>Everything that was read for one picture of the page.</summary>
/// <param name="Points">One for each point of the window; null: no requests.</param>
/// <param name="Before">The same of the window before; null: nothing is compared.</param>
/// <param name="Groups">The largest groups, then the others together.</param>
/// <param name="Top">Groups over the whole window.</param>
/// <param name="TopBefore">Their sums in the window before.</param>
/// <param name="Saved">See <see cref="Features.Prices.CacheSavings"/>.</param>
public sealed record AnalyticsData(
    AnalyticsRange Range,
    StatsPoint? Total,
    IReadOnlyList<StatsPoint?> Points,
    StatsPoint? TotalBefore,
    IReadOnlyList<StatsPoint?>? Before,
    IReadOnlyList<(StatsGroup Group, IReadOnlyList<StatsPoint?> Points)> Groups,
    IReadOnlyList<StatsPoint> Top,
    IReadOnlyDictionary<StatsGroup, StatsSums> TopBefore,
    IReadOnlyList<FailureCause> Causes,
    decimal Saved,
    IReadOnlyList<SessionRow> Sessions)
{
    public StatsWindow Window => Range.Window;

    public StatsSums Sums => Total?.Sums ?? Nothing;

    public static StatsSums Nothing { get; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>Each point at its place in the window.</summary>
    public static IReadOnlyList<StatsPoint?> Align(IEnumerable<StatsPoint> points, StatsWindow window)
    {
        var starts = window.Starts;
        var places = Enumerable.Range(0, window.Points).ToDictionary(i => starts[i].UtcTicks);
        var aligned = new StatsPoint?[window.Points];
        foreach (var point in points)
        {
            if (places.TryGetValue(point.Start.UtcTicks, out var place))
            {
                aligned[place] = point;
            }
        }

        return aligned;
    }
}
