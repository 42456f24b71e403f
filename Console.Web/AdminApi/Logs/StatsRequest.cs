using System.Globalization;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Requests;
using Gateway.Shared.Results;

namespace ConsoleWeb.AdminApi.Logs;

/// <summary>The query of <c>GET /stats</c>.</summary>
/// <param name="Before">The window it is compared with; null: none.</param>
internal sealed record StatsRequest(StatsQuery Query, StatsWindow? Before)
{
    private const int MostGroups = 100;

    public static Result<StatsRequest> Read(IQueryCollection query, DateTimeOffset now, IReadOnlyDictionary<string, StatsMeasure> measures, string groupHint)
    {
        var read = LogQuery.ReadFilter(query, now);
        if (read.IsError)
        {
            return read.Error;
        }

        var to = read.Value.To ?? now;
        var from = read.Value.From ?? to.AddDays(-1);
        if (from >= to)
        {
            return new InvalidOption("from", "must be before to");
        }

        var fields = (PageQuery.Text(query, "group_by") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(LogFields.Find).ToList();
        if (fields.Count > 2 || fields.Exists(f => f is not { IsGroup: true }) || fields.Distinct().Count() < fields.Count)
        {
            return new InvalidOption("group_by", groupHint);
        }

        var zone = TimeZoneInfo.Utc;
        if (PageQuery.Text(query, "time_zone") is { } name && !TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone))
        {
            return new InvalidOption("time_zone", "must be the name of a time zone such as Europe/Berlin");
        }

        var step = ReadStep(PageQuery.Text(query, "step"), to - from);
        if (step.IsError)
        {
            return step.Error;
        }

        if (step.Value is { } length && (to - StatsSteps.Floor(from, length)) / length > StatsSteps.MostPoints)
        {
            return new InvalidOption("step", $"makes more than {StatsSteps.MostPoints} points of this window; take a longer one");
        }

        var top = ReadTop(query, measures);
        if (top.IsError)
        {
            return top.Error;
        }

        // From a round time on, so that whole sums can be used.
        var window = StatsWindow.Of(from, to, step.Value, zone);
        StatsWindow? before = null;
        switch (PageQuery.Text(query, "compare"))
        {
            case null:
                break;
            case "previous":
                before = window.Earlier(StatsWindow.ShiftOf(to - from, step.Value), zone);
                break;
            case "week":
                before = window.Earlier(TimeSpan.FromDays(7), zone);
                break;
            default:
                return new InvalidOption("compare", "must be previous or week");
        }

        return new StatsRequest(
            window.Query(read.Value, fields.FirstOrDefault(), query["percentiles"] != "false") with { ThenBy = fields.ElementAtOrDefault(1), Top = top.Value },
            before);
    }

    private static Result<StatsTop?> ReadTop(IQueryCollection query, IReadOnlyDictionary<string, StatsMeasure> measures)
    {
        var measure = StatsMeasure.Requests;
        if (PageQuery.Text(query, "top_by") is { } by && !measures.TryGetValue(by, out measure))
        {
            return new InvalidOption("top_by", "must be one of " + string.Join(", ", measures.Keys));
        }

        return PageQuery.Text(query, "top") switch
        {
            null => (StatsTop?)null,
            { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= MostGroups => new StatsTop(count, measure),
            _ => new InvalidOption("top", $"must be a number from 1 to {MostGroups}"),
        };
    }

    private static Result<TimeSpan?> ReadStep(string? text, TimeSpan range)
    {
        const string hint = "must be auto, none, or a time such as 10s, 5m, 1h or 1d";
        switch (text)
        {
            case null or "auto":
                return (TimeSpan?)StatsSteps.For(range);
            case "none":
                return (TimeSpan?)null;
        }

        if (!int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 100_000)
        {
            return new InvalidOption("step", hint);
        }

        TimeSpan? step = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => null,
        };
        return step is null ? new InvalidOption("step", hint) : step;
    }
}
