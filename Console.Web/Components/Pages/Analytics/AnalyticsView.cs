using System.Globalization;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Features.Requests;

namespace ConsoleWeb.Components.Pages.Analytics;

/// <summary>What the page shows, as its address says it.</summary>
public sealed record AnalyticsView
{
    public const string Path = "/analytics";

    public const string DefaultRange = "24h";

    private const string Overview = "overview";

    /// <summary>Parts of the page, by the name in the address.</summary>
    public static readonly IReadOnlyList<(string Id, string Text)> Tabs =
        [(Overview, "Overview"), ("traffic", "Traffic"), ("tokens", "Tokens"), ("cost", "Cost"), ("latency", "Latency"), ("errors", "Errors"), ("agents", "Agents")];

    public static readonly IReadOnlyList<(string Id, string Text)> Ranges = [("1h", "1 h"), ("6h", "6 h"), ("24h", "24 h"), ("7d", "7 d"), ("30d", "30 d"), ("90d", "90 d")];

    /// <summary>Ranges of the calendar.</summary>
    public static readonly IReadOnlyList<(string Id, string Text)> Days = [("today", "Today"), ("yesterday", "Yesterday"), ("month", "This month"), ("lastmonth", "Last month")];

    public static readonly IReadOnlyList<LogField> Groups =
        [LogFields.Model, LogFields.Provider, LogFields.Consumer, LogFields.Route, LogFields.Service, LogFields.Agent, LogFields.Status];

    public string Tab { get; init; } = Overview;

    public string Range { get; init; } = DefaultRange;

    /// <summary>A range of its own in place of a named one; both or none.</summary>
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    /// <summary>The filter, as on the request list.</summary>
    public string Query { get; init; } = "";

    public LogField Group { get; init; } = LogFields.Model;

    /// <summary><c>previous</c>, <c>week</c>, or null.</summary>
    public string? Compare { get; init; }

    /// <summary>What the table is sorted by; null: what the part of the page is about.</summary>
    public StatsMeasure? Sort { get; init; }

    /// <summary>Length of a point; null: as the range suggests.</summary>
    public TimeSpan? Step { get; init; }

    public bool IsCustom => From is not null;

    public LogField GroupField => Tab == "agents" ? LogFields.Agent : Group;

    /// <summary>What groups are ranked by.</summary>
    public StatsMeasure Measure => Sort ?? Tab switch { "traffic" or "latency" => StatsMeasure.Requests, "tokens" => StatsMeasure.Tokens, "errors" => StatsMeasure.Errors, _ => StatsMeasure.Cost };

    /// <param name="get">The value of a key of the address.</param>
    public static AnalyticsView Parse(Func<string, string?> get)
    {
        var (from, to) = (Moment(get("from")), Moment(get("to")));
        var isCustom = from is not null && to is not null && from < to;
        return new AnalyticsView
        {
            Tab = Known(Tabs, get("tab")) ?? Overview,
            Range = Known([.. Ranges, .. Days], get("range")) ?? DefaultRange,
            From = isCustom ? from : null,
            To = isCustom ? to : null,
            Query = get("q")?.Trim() ?? "",
            Group = Groups.FirstOrDefault(g => g.Name == get("group")) ?? LogFields.Model,
            Compare = get("compare") is "previous" or "week" ? get("compare") : null,
            Sort = Enum.TryParse<StatsMeasure>(get("sort"), ignoreCase: true, out var sort) && Enum.IsDefined(sort) ? sort : null,
            Step = int.TryParse(get("step"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? StatsSteps.All.Where(s => s.TotalSeconds == seconds).Select(s => (TimeSpan?)s).FirstOrDefault() : null,
        };
    }

    /// <summary>The address, without what is as usual.</summary>
    public string ToAddress()
    {
        var parts = new List<string>();
        Add("tab", Tab == Overview ? null : Tab);
        Add("range", IsCustom || Range == DefaultRange ? null : Range);
        Add("from", From is { } from ? Text(from) : null);
        Add("to", To is { } to ? Text(to) : null);
        Add("q", Query.Length == 0 ? null : Query);
        Add("group", Group == LogFields.Model ? null : Group.Name);
        Add("compare", Compare);
        Add("sort", Sort?.ToString().ToLowerInvariant());
        Add("step", Step?.TotalSeconds.ToString("0", CultureInfo.InvariantCulture));
        return parts.Count == 0 ? Path : $"{Path}?{string.Join('&', parts)}";

        void Add(string key, string? value)
        {
            if (value is not null)
            {
                parts.Add($"{key}={Uri.EscapeDataString(value)}");
            }
        }
    }

    /// <summary>The requests of a time with one more term, in the request list.</summary>
    public string LogsAddress(DateTimeOffset from, DateTimeOffset to, string? term)
    {
        var query = FilterText.With(Query, term);
        return $"/logs?{(query.Length == 0 ? "" : $"q={Uri.EscapeDataString(query)}&")}from={Uri.EscapeDataString(Text(from))}&to={Uri.EscapeDataString(Text(to))}";
    }

    private static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString(moment.Millisecond == 0 ? "yyyy-MM-ddTHH:mm:ssZ" : "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static DateTimeOffset? Moment(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null;

    private static string? Known(IReadOnlyList<(string Id, string Text)> all, string? id) => all.Any(a => a.Id == id) ? id : null;
}
