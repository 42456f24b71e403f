using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Features.Entities;
using Gateway.Shared.Results;

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
                .. LogQuery.Parameters, new("step", Shapes.Text, "Length of a point: auto, none, or a time such as 10s, 5m, 1h or 1d."), new("group_by", Groups, "Sums for each value of this field."),
                new("percentiles", Shapes.Boolean, "false leaves the percentiles out."),
            ],
            Answer = Shapes.Object("from:moment to:moment step_seconds:number! group_by:string! points:object[]"),
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

    private async Task<IResult> StatsAsync(AdminContext context)
    {
        var query = Read(context.Request.Query);
        if (query.IsError)
        {
            return AdminErrors.Of(query.Error);
        }

        try
        {
            return new AdminJson(StatusCodes.Status200OK, Body(await store.StatsAsync(query.Value, context.Aborted), query.Value));
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

    private Result<StatsQuery> Read(IQueryCollection query)
    {
        var now = time.GetUtcNow();
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

        LogField? group = null;
        if (PageQuery.Text(query, "group_by") is { } name && (group = LogFields.Find(name)) is not { IsGroup: true })
        {
            return new InvalidOption("group_by", GroupHint);
        }

        var step = ReadStep(PageQuery.Text(query, "step"), to - from);
        if (step.IsError)
        {
            return step.Error;
        }

        if (step.Value is { } length)
        {
            // From a round time on, so that whole sums can be used.
            from = StatsSteps.Floor(from, length);
            if ((to - from) / length > StatsSteps.MostPoints)
            {
                return new InvalidOption("step", $"makes more than {StatsSteps.MostPoints} points of this window; take a longer one");
            }
        }

        return new StatsQuery(read.Value, from, to, step.Value, group, query["percentiles"] != "false");
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

    private static JsonObject Body(StatsAnswer answer, StatsQuery query) => new()
    {
        ["from"] = Moment(answer.From),
        ["to"] = Moment(answer.To),
        ["step_seconds"] = query.Step?.TotalSeconds,
        ["group_by"] = query.GroupBy?.Name,
        ["points"] = new JsonArray([.. answer.Points.Select(p => Point(p, query))]),
    };

    private static JsonObject Point(StatsPoint point, StatsQuery query)
    {
        var sums = point.Sums;
        var json = new JsonObject { ["start"] = Moment(point.Start) };
        if (query.GroupBy is not null)
        {
            json["group"] = point.Group;
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
