using System.Globalization;
using System.Text;
using ConsoleWeb.Components.Controls;
using ConsoleWeb.Features.Requests;

namespace ConsoleWeb.Components.Charts;

/// <summary>How charts write numbers and times.</summary>
internal static class ChartText
{
    public static string Value(ChartUnit unit, double? value) => value is not { } number ? Formats.None : unit switch
    {
        ChartUnit.Count => Formats.Exact((long)number),
        ChartUnit.Tokens => Formats.Tokens((long)number),
        ChartUnit.Money => Formats.Money((decimal)number),
        ChartUnit.Duration => Formats.Duration(number),
        ChartUnit.Share => Formats.Share(number, 1),
        _ => string.Create(CultureInfo.InvariantCulture, $"{number:0.#}\u202ftok/s"),
    };

    /// <summary>The label of a line of the grid.</summary>
    public static string Axis(ChartUnit unit, double value) => value == 0 ? (unit == ChartUnit.Money ? "$0" : "0") : unit switch
    {
        ChartUnit.Count or ChartUnit.Tokens => Short(value),
        ChartUnit.Money => value < 1 ? Invariant($"${value:0.######}") : "$" + Short(value),
        ChartUnit.Duration => value < 60_000 ? Formats.Axis(value) : Formats.Duration(value),
        ChartUnit.Share => Invariant($"{value * 100:0.##}\u202f%"),
        _ => Short(value),
    };

    /// <summary>From when to when a point reaches, with its day: <c>24 Nov 10:30–11:00</c>, <c>24 Nov</c>.</summary>
    public static string Span(DateTimeOffset from, DateTimeOffset to, TimeZoneInfo zone)
    {
        var (first, end) = (TimeZoneInfo.ConvertTime(from, zone), TimeZoneInfo.ConvertTime(to, zone));
        if (first.TimeOfDay == TimeSpan.Zero && end.TimeOfDay == TimeSpan.Zero && end > first)
        {
            var last = end.Date.AddDays(-1);
            return last == first.Date ? Invariant($"{first:ddd d MMM}") : Invariant($"{first:d MMM}–{last:d MMM}");
        }

        var time = to - from < TimeSpan.FromMinutes(1) ? "HH:mm:ss" : "HH:mm";
        // An hour that comes twice is told apart by its offset.
        var offset = zone.IsAmbiguousTime(from) ? first.ToString(" zzz", CultureInfo.InvariantCulture) : "";
        return first.Date == end.Date || end.TimeOfDay == TimeSpan.Zero
            ? first.ToString("d MMM " + time, CultureInfo.InvariantCulture) + "–" + end.ToString(time, CultureInfo.InvariantCulture) + offset
            : first.ToString("d MMM " + time, CultureInfo.InvariantCulture) + " – " + end.ToString("d MMM " + time, CultureInfo.InvariantCulture) + offset;
    }

    /// <summary>What a point of a chart is called: its label, or from when to when it reaches.</summary>
    public static string NameOf(ChartData data, int point, TimeZoneInfo zone) =>
        data.Labels is { } labels ? $"{data.PointName} {labels[point]}" : Span(data.Edges[point], data.Edges[point + 1], zone);

    private static readonly TimeSpan[] RoundTimes =
    [
        TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10),
        TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4), TimeSpan.FromHours(6),
        TimeSpan.FromHours(12), TimeSpan.FromDays(1), TimeSpan.FromDays(2), TimeSpan.FromDays(7), TimeSpan.FromDays(14), TimeSpan.FromDays(28), TimeSpan.FromDays(91),
    ];

    /// <summary>Where an axis names its points.</summary>
    public static IReadOnlyList<(double At, string Text)> Ticks(ChartData data, TimeZoneInfo zone)
    {
        if (data.Labels is not { } labels)
        {
            return Ticks(data.Edges, zone);
        }

        var every = (int)Math.Max(1, Formats.NiceStep(labels.Count / 8.0));
        return [.. Enumerable.Range(0, labels.Count).Where(i => i == 0 || ((i + 1) % every == 0 && i / (double)labels.Count is > 0.08 and < 0.96)).Select(i => (i / (double)labels.Count, labels[i]))];
    }

    /// <summary>Where an axis names the time, and how: points that begin at round times of the zone, about <paramref name="most"/>.</summary>
    /// <returns>The place from 0 to 1, and the text.</returns>
    public static IReadOnlyList<(double At, string Text)> Ticks(IReadOnlyList<DateTimeOffset> edges, TimeZoneInfo zone, int most = 6)
    {
        var points = edges.Count - 1;
        if (points < 1)
        {
            return [];
        }

        var span = edges[^1] - edges[0];
        var every = Array.Find(RoundTimes, t => span / t <= most) is { Ticks: > 0 } found ? found : TimeSpan.FromDays(364);
        var ticks = new List<(double, string)>();
        for (var i = 0; i < points; i++)
        {
            var local = TimeZoneInfo.ConvertTime(edges[i], zone);
            // What begins so near the right edge has no room for its name.
            if (local.DateTime.Ticks / every.Ticks != (i == 0 ? -1 : TimeZoneInfo.ConvertTime(edges[i - 1], zone).DateTime.Ticks / every.Ticks) && (i > 0 || local.DateTime.Ticks % every.Ticks == 0) && i / (double)points < 0.94)
            {
                ticks.Add((i / (double)points, local.ToString(every >= TimeSpan.FromDays(1) || (local.TimeOfDay == TimeSpan.Zero && span > TimeSpan.FromHours(13)) ? "d MMM" : every < TimeSpan.FromMinutes(1) ? "HH:mm:ss" : "HH:mm", CultureInfo.InvariantCulture)));
            }
        }

        return ticks;
    }

    /// <summary>As a spreadsheet reads it: times in UTC, plain numbers, and no cell that it takes for a formula.</summary>
    public static string ToCsv(ChartData data)
    {
        var text = new StringBuilder();
        string[] name = data.Labels is null ? [] : [Csv.Cell(data.PointName.ToLowerInvariant())];
        text.AppendJoin(',', [.. name, "from", "to", .. data.Series.Select(s => Csv.Cell(s.Name)), .. data.Before is null ? Array.Empty<string>() : [Csv.Cell(data.BeforeName)]]).Append("\r\n");
        for (var i = 0; i < data.Points; i++)
        {
            string[] label = data.Labels is { } labels ? [Csv.Cell(labels[i])] : [];
            text.AppendJoin(',', [.. label, Moment(data.Edges[i]), Moment(data.Edges[i + 1]), .. data.Series.Select(s => Csv.Cell(s.Values[i])), .. data.Before is { } before ? [Csv.Cell(before.ElementAtOrDefault(i))] : Array.Empty<string>()]).Append("\r\n");
        }

        return text.ToString();
    }

    private static string Moment(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static string Short(double value) => value switch
    {
        < 1000 => Invariant($"{value:0.##}"),
        < 1_000_000 => Invariant($"{value / 1000:0.##}k"),
        < 1_000_000_000 => Invariant($"{value / 1_000_000:0.##}M"),
        _ => Invariant($"{value / 1_000_000_000:0.##}B"),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
