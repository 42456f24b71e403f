using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Features.Entities;

namespace ConsoleWeb.AdminApi.Logs;

/// <summary>Sums and percentiles of the request log: <c>GET /stats</c> over time, <c>GET /stats/values</c> for the values of one field.</summary>
internal sealed class StatsEndpoints(IRequestLogStore store, TimeProvider time)
{
    private const int MostValues = 1000;

    public void Map(AdminRouteTable table) => table
        .Get("/stats", StatsAsync, new(ApiGroups.Logs, "Read sums over time")
        {
            Description = "Requests, refusals, failures, tokens, cost and percentiles of times. Without from: the last day.",
            Query =
            [
                .. LogQuery.Parameters, new("step", Shapes.Text, "Length of a point: auto, none, or a time such as 10s, 5m, 1h or 1d."),
                new("time_zone", Shapes.Text, "Points of an hour and longer begin at round times of this zone, such as Europe/Berlin; without it of UTC."),
                new("group_by", Shapes.Text, $"Sums for each value of this field, or of two with a comma between them; {GroupHint}."),
                new("top", Shapes.Integer, "So many of the largest groups; what the others have done is one point with other: true."),
                new("top_by", Shapes.OneOf(Measures.Keys), "What the largest are the largest by; without it by requests."),
                new("compare", Shapes.OneOf(["previous", "week"]), "The same over as long a time before, or a week before, in the member previous."),
                new("percentiles", Shapes.Boolean, "false leaves the percentiles out."),
            ],
            Answer = Shapes.Object("from:moment to:moment step_seconds:number! group_by:string! points:object[] previous:object?"),
            Refusals = [StatusCodes.Status400BadRequest, StatusCodes.Status503ServiceUnavailable],
        })
        .Get("/stats/values", ValuesAsync, new(ApiGroups.Logs, "List the values of a field")
        {
            Description = "The most frequent first.",
            Query = [.. LogQuery.Parameters, new("field", Groups, "The field.") { IsRequired = true }],
            Answer = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { ["field"] = Shapes.Text, ["data"] = Shapes.Array(Shapes.Object("value:string! requests:integer")) },
            },
            Refusals = [StatusCodes.Status400BadRequest, StatusCodes.Status503ServiceUnavailable],
        });

    private static JsonObject Groups => Shapes.OneOf(LogFields.All.Where(f => f.IsGroup).Select(f => f.Name));

    private static string GroupHint { get; } = "must be one of " + string.Join(", ", LogFields.All.Where(f => f.IsGroup).Select(f => f.Name));

    private static readonly Dictionary<string, StatsMeasure> Measures = Enum.GetValues<StatsMeasure>().ToDictionary(m => m.ToString().ToLowerInvariant());

    private async Task<IResult> StatsAsync(AdminContext context)
    {
        var asked = StatsRequest.Read(context.Request.Query, time.GetUtcNow(), Measures, GroupHint);
        if (asked.IsError)
        {
            return AdminErrors.Of(asked.Error);
        }

        try
        {
            var query = asked.Value.Query;
            var answer = await store.StatsAsync(query, context.Aborted);
            var body = Body(answer, query);
            if (asked.Value.Before is { } before)
            {
                // The same groups, or other would be something else.
                var earlier = query with { From = before.From, To = before.To, Edges = before.Edges, Top = query.Top is { } top ? top with { Keep = [.. answer.Points.Where(p => !p.IsOther).Select(p => p.Key).Distinct()] } : null };
                body["previous"] = Body(await store.StatsAsync(earlier, context.Aborted), earlier);
            }

            return new AdminJson(StatusCodes.Status200OK, body);
        }
        catch (Exception exception) when (exception is DbException or TimeoutException)
        {
            return LogEndpoints.Unavailable(exception);
        }
    }

    private async Task<IResult> ValuesAsync(AdminContext context)
    {
        var filter = LogQuery.ReadFilter(context.Request.Query, time.GetUtcNow());
        if (filter.IsError)
        {
            return AdminErrors.Of(filter.Error);
        }

        if (PageQuery.Text(context.Request.Query, "field") is not { } name || LogFields.Find(name) is not { IsGroup: true } field)
        {
            return AdminErrors.Of(new InvalidOption("field", GroupHint));
        }

        try
        {
            var counts = await store.CountAsync(filter.Value, field, MostValues, context.Aborted);
            var data = counts.Select(c => (JsonNode)new JsonObject { ["value"] = c.Value, ["requests"] = c.Requests });
            return new AdminJson(StatusCodes.Status200OK, new JsonObject { ["field"] = field.Name, ["data"] = new JsonArray([.. data]) });
        }
        catch (Exception exception) when (exception is DbException or TimeoutException)
        {
            return LogEndpoints.Unavailable(exception);
        }
    }

    private static JsonObject Body(StatsAnswer answer, StatsQuery query) => new()
    {
        ["from"] = Moment(answer.From),
        ["to"] = Moment(answer.To),
        ["step_seconds"] = query.Step?.TotalSeconds,
        ["group_by"] = query.ThenBy is { } second ? $"{query.GroupBy?.Name},{second.Name}" : query.GroupBy?.Name,
        ["points"] = new JsonArray([.. answer.Points.Select(p => Point(p, query))]),
    };

    private static JsonObject Point(StatsPoint point, StatsQuery query)
    {
        var sums = point.Sums;
        var json = new JsonObject { ["start"] = Moment(point.Start) };
        if (query.GroupBy is not null)
        {
            json["group"] = point.Group;
            if (query.ThenBy is { } second && !point.IsOther)
            {
                json["groups"] = new JsonObject { [query.GroupBy.Name] = point.Group, [second.Name] = point.SubGroup };
            }

            if (point.IsOther)
            {
                json["other"] = true;
            }
        }

        json["requests"] = sums.Requests;
        json["refused"] = sums.Refused;
        json["failed"] = sums.Failed;
        json["tokens"] = new JsonObject
        {
            ["input"] = sums.InputTokens,
            ["cache_read"] = sums.CacheReadTokens,
            ["cache_write"] = sums.CacheWriteTokens,
            ["output"] = sums.OutputTokens,
            ["reasoning"] = sums.ReasoningTokens,
        };
        json["cost"] = sums.Cost;
        json["unpriced"] = sums.Unpriced;
        if (point.Times is { } times)
        {
            json["time_to_first_token"] = Percentiles(times.TimeToFirstToken);
            json["total"] = Percentiles(times.Total);
            json["gateway"] = Percentiles(times.Gateway);
            json["tokens_per_second"] = Percentiles(times.Speed);
        }

        return json;
    }

    private static JsonObject Percentiles(StatsPercentiles values) => new()
    {
        ["count"] = values.Count,
        ["p50"] = Rounded(values.P50),
        ["p95"] = Rounded(values.P95),
        ["p99"] = Rounded(values.P99),
    };

    private static double? Rounded(double? value) => value is { } number ? Math.Round(number, 1) : null;

    private static string Moment(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
