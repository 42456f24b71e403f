namespace ConsoleWeb.Data.Logs;

/// <summary>Where the points of a chart begin in a time zone: at its full hours and midnights, on days of 23 and 25 hours too.</summary>
public static class StatsEdges
{
    /// <summary>From the last edge not after <paramref name="from"/> to the first not before <paramref name="to"/>.</summary>
    /// <returns>Null where points of equal length begin at round times in that zone anyway.</returns>
    public static IReadOnlyList<DateTimeOffset>? Of(DateTimeOffset from, DateTimeOffset to, TimeSpan step, TimeZoneInfo zone)
    {
        if (step < TimeSpan.FromHours(1) || zone.HasSameRules(TimeZoneInfo.Utc))
        {
            return null;
        }

        var edges = new List<DateTimeOffset>();
        foreach (var edge in From(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, zone).DateTime), step, zone))
        {
            if (edge <= from)
            {
                edges.Clear();
            }

            // Where clocks are put forward or back two edges may fall together.
            if (edges.Count == 0 || edge > edges[^1])
            {
                edges.Add(edge);
            }

            if (edge >= to)
            {
                break;
            }
        }

        return edges;
    }

    private static IEnumerable<DateTimeOffset> From(DateOnly day, TimeSpan step, TimeZoneInfo zone)
    {
        if (step >= TimeSpan.FromDays(1))
        {
            // Weeks begin on Monday, as the first day of the calendar did.
            var days = (int)step.TotalDays;
            for (var first = day.DayNumber - (day.DayNumber % days); ; first += days)
            {
                yield return At(DateOnly.FromDayNumber(first).ToDateTime(TimeOnly.MinValue), zone);
            }
        }

        for (; ; day = day.AddDays(1))
        {
            var midnight = day.ToDateTime(TimeOnly.MinValue);
            if (step == TimeSpan.FromHours(1))
            {
                // An hour that comes twice is two points.
                var end = At(midnight.AddDays(1), zone);
                for (var hour = At(midnight, zone); hour < end; hour += step)
                {
                    yield return hour;
                }

                continue;
            }

            for (var time = TimeSpan.Zero; time < TimeSpan.FromDays(1); time += step)
            {
                yield return At(midnight + time, zone);
            }
        }
    }

    /// <summary>The moment at which the clocks of a zone show a time first; where they skip it, the moment after.</summary>
    private static DateTimeOffset At(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(15);
        }

        return new DateTimeOffset(local, zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
