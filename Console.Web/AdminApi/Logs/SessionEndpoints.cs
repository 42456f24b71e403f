using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Audit;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Sessions;
using Gateway.Core.Logging;

namespace ConsoleWeb.AdminApi.Logs;

/// <summary>The agents' sessions of the request log: a list, and one with its requests.</summary>
internal sealed class SessionEndpoints(ISessionStore sessions, IRequestLogStore log, IRequestFeed feed, AuditLog audit, TimeProvider time)
{
    private const string Summary =
        "id agent:string! client:string! version:string! title:string! directory:string! branch:string! started_at:moment last_at:moment state running:boolean in_flight:integer "
        + "turns:integer! requests:integer errors:integer tokens:object cost:number unpriced:integer model:string! models:string[] consumers:string[]";

    public void Map(AdminRouteTable table) => table
        .Get("/sessions", ListAsync, new(ApiGroups.Logs, "List sessions of agents")
        {
            Description = "The one that began last first. Terms of the filter about cost, tokens and errors are about the whole session, the others about one of its requests; terms about "
                + "path and times are refused. Words are looked for in id, directory, models and consumers, and with the scope payloads:read also in title, branch and bodies. "
                + "Title and branch, and a directory that only bodies tell, are shown to tokens with that scope.",
            Query = [.. PageQuery.Parameters, .. LogQuery.Parameters],
            Answer = Shapes.Page(Shapes.Object(Summary)),
            Refusals = [StatusCodes.Status400BadRequest, StatusCodes.Status503ServiceUnavailable],
        })
        .Get("/sessions/{id}", FindAsync, new(ApiGroups.Logs, "Read a session of an agent")
        {
            Description = "Its sums, and a page of its requests: the newest without offset, oldest first in each page; offset leads to the ones before. "
                + "What bodies say (title, branch, tools) is shown to tokens with the scope payloads:read. left_out is the number of requests before the page.",
            Query = PageQuery.Parameters,
            Answer = Shapes.Object(Summary + " tools:object calls:object[] left_out:integer next:string! offset:string?"),
            Refusals = [StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable],
        });

    private async Task<IResult> ListAsync(AdminContext context)
    {
        var read = LogQuery.Read(context.Request.Query, time.GetUtcNow());
        if (read.IsError)
        {
            return AdminErrors.Of(read.Error);
        }

        var query = read.Value;
        try
        {
            var found = await sessions.ListAsync(query.Filter with { SearchesBodies = context.MaySeePayloads }, query.Before, query.Size + 1, context.Aborted);
            var page = found.Take(query.Size).Select(r => context.MaySeePayloads ? r : r.WithoutTexts()).ToList();
            if (page.Count(r => r.Title is not null) is > 0 and var titles)
            {
                audit.Post(new AuditEvent(AuditActions.PayloadView, context.Actor, $"titles of {titles} sessions"));
            }

            var running = SessionStates.CountInFlight(feed);
            return new AdminJson(
                StatusCodes.Status200OK, PageQuery.Body(context.Request, "/sessions", page.Select(r => Body(r, running.GetValueOrDefault(r.Id))), found.Count > query.Size ? page[^1].FirstRow : null));
        }
        catch (ArgumentException exception)
        {
            return AdminErrors.Of(new InvalidOption("q", exception.Message.Split(" (Parameter", 2)[0]));
        }
        catch (Exception exception) when (exception is DbException or TimeoutException)
        {
            return LogEndpoints.Unavailable(exception);
        }
    }

    private async Task<IResult> FindAsync(AdminContext context)
    {
        var query = PageQuery.Read(context.Request.Query);
        if (query.IsError)
        {
            return AdminErrors.Of(query.Error);
        }

        try
        {
            if (await AgentSession.FindAsync(sessions, log, context["id"], query.Value.Before, query.Value.Size, context.MaySeePayloads, readsBodies: false, context.Aborted) is not { } session)
            {
                return AdminErrors.NotFound;
            }

            if (session.Row.Title is not null || session.Tools.Count > 0)
            {
                audit.Post(new AuditEvent(AuditActions.PayloadView, context.Actor, $"session {session.Row.Id}"));
            }

            var page = PageQuery.Body(context.Request, $"/sessions/{Uri.EscapeDataString(session.Row.Id)}", [], session.Before);
            var body = Body(session.Row, SessionStates.CountInFlight(feed).GetValueOrDefault(session.Row.Id));
            body["tools"] = new JsonObject(session.Tools.Select(t => KeyValuePair.Create(t.Name, (JsonNode?)t.Calls)));
            body["calls"] = new JsonArray([.. session.Calls.Select(Call)]);
            body["left_out"] = session.Earlier;
            foreach (var name in (string[])["next", "offset"])
            {
                if (page.ContainsKey(name))
                {
                    body[name] = page[name]?.DeepClone();
                }
            }

            return new AdminJson(StatusCodes.Status200OK, body);
        }
        catch (Exception exception) when (exception is DbException or TimeoutException)
        {
            return LogEndpoints.Unavailable(exception);
        }
    }

    private JsonObject Body(SessionRow row, int inFlight)
    {
        var state = SessionStates.Of(row, inFlight, time.GetUtcNow());
        return new()
        {
            ["id"] = row.Id,
            ["agent"] = row.Agent,
            ["client"] = row.Client,
            ["version"] = row.Version,
            ["title"] = row.Title,
            ["directory"] = row.Directory,
            ["branch"] = row.Branch,
            ["started_at"] = Moment(row.StartedAt),
            ["last_at"] = Moment(row.LastAt),
            ["state"] = SessionStates.NameOf(state),
            ["running"] = state != SessionState.Ended,
            ["in_flight"] = inFlight,
            ["turns"] = row.Turns,
            ["requests"] = row.Requests,
            ["errors"] = row.Errors,
            ["tokens"] = Tokens(row.InputTokens, row.CacheReadTokens, row.CacheWriteTokens, row.OutputTokens, row.ReasoningTokens),
            ["cost"] = row.Cost,
            ["unpriced"] = row.Unpriced,
            ["model"] = row.Model,
            ["models"] = new JsonArray([.. row.Models.Select(m => (JsonNode?)m)]),
            ["consumers"] = new JsonArray([.. row.Consumers.Select(c => (JsonNode?)c)]),
        };
    }

    private static JsonNode Call(SessionCall call) => new JsonObject
    {
        ["request_id"] = call.Row.RequestId,
        ["kind"] = call.Kind switch { CallKind.Main => "main", CallKind.SubAgent => "sub-agent", _ => "background" },
        ["turn"] = call.Turn,
        ["sub_agent"] = call.SubAgent,
        ["started_at"] = Moment(call.Row.StartedAt),
        ["status"] = call.Row.Status,
        ["outcome"] = OutcomeNames.NameOf(call.Row.Outcome),
        ["model"] = call.Row.Model,
        ["tokens"] = Tokens(call.Row.InputTokens, call.Row.CacheReadTokens, call.Row.CacheWriteTokens, call.Row.OutputTokens, call.Row.ReasoningTokens),
        ["cost"] = call.Row.Cost,
        ["total_ms"] = call.Row.TotalMs,
        ["tools"] = new JsonArray([.. call.Tools.Select(t => (JsonNode?)t)]),
    };

    private static JsonObject Tokens(long input, long cacheRead, long cacheWrite, long output, long reasoning) => new()
    {
        ["input"] = input,
        ["cache_read"] = cacheRead,
        ["cache_write"] = cacheWrite,
        ["output"] = output,
        ["reasoning"] = reasoning,
    };

    internal static string Moment(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
