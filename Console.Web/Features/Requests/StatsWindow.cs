using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;

namespace ConsoleWeb.Features.Requests;

/// <summary>A stretch of time cut into points that begin at round times of a zone.</summary>
/// <param name="From">The beginning of the first point.</param>
/// <param name="Edges">See <see cref="StatsQuery.Edges"/>.</param>
public sealed record StatsWindow(DateTimeOffset From, DateTimeOffset To, TimeSpan? Step, IReadOnlyList<DateTimeOffset>? Edges)
{
    /// <param name="step">Null: one point for all.</param>
    public static StatsWindow Of(DateTimeOffset from, DateTimeOffset to, TimeSpan? step, TimeZoneInfo zone)
    {
        if (step is not { } length)
        {
            return new(from, to, null, null);
        }

        var edges = StatsEdges.Of(from, to, length, zone);
        return new(edges?[0] ?? StatsSteps.Floor(from, length), to, step, edges);
    }

    public int Points => Edges is { } edges ? edges.Count - 1 : Step is { } step ? (int)Math.Ceiling((To - From) / step) : 1;

    /// <summary>When each point begins, and the end of the last one.</summary>
    public IReadOnlyList<DateTimeOffset> Starts => Edges ?? (Step is { } step ? [.. Enumerable.Range(0, Points + 1).Select(i => From + (step * i))] : [From, To]);

    /// <summary>As long a window that lies earlier by <paramref name="shift"/>, by the calendar of the zone when it is whole days.</summary>
    public StatsWindow Earlier(TimeSpan shift, TimeZoneInfo zone) => Of(Earlier(From, shift, zone), Earlier(To, shift, zone), Step, zone);

    public StatsQuery Query(RequestFilter filter, LogField? groupBy, bool hasPercentiles) =>
        new(filter with { From = null, To = null }, From, To, Step, groupBy, hasPercentiles) { Edges = Edges };

    private static DateTimeOffset Earlier(DateTimeOffset moment, TimeSpan shift, TimeZoneInfo zone)
    {
        if (shift.Ticks % TimeSpan.TicksPerDay != 0)
        {
            return moment - shift;
        }

        var local = TimeZoneInfo.ConvertTime(moment, zone).DateTime - shift;
        return zone.IsInvalidTime(local) ? moment - shift : new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }

    /// <summary>How far a window of this length is from the one before: its length in whole points.</summary>
    public static TimeSpan ShiftOf(TimeSpan length, TimeSpan? step) => step is { } point ? point * Math.Ceiling(length / point) : length;
}
