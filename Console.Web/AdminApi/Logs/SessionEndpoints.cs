using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Audit;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Sessions;
using Gateway.Core.Logging;

namespace ConsoleWeb.AdminApi.Logs;

/// <summary>The agents' sessions of the request log: a list, and one with its requests.</summary>
internal sealed class SessionEndpoints(ISessionStore sessions, IRequestLogStore log, AuditLog audit, TimeProvider time)
{
    private const string Summary = "id agent:string! started_at:moment last_at:moment running:boolean requests:integer errors:integer tokens:object cost:number unpriced:integer models:string[] consumers:string[]";

    public void Map(AdminRouteTable table) => table
        .Get("/sessions", ListAsync, new(ApiGroups.Logs, "List sessions of agents")
        {
            Description = "The one that began last first. Terms of the filter about single requests (path, tokens, times, errors) are refused.",
            Query = [.. PageQuery.Parameters, .. LogQuery.Parameters],
            Answer = Shapes.Page(Shapes.Object(Summary)),
            Refusals = [StatusCodes.Status400BadRequest, StatusCodes.Status503ServiceUnavailable],
        })
        .Get("/sessions/{id}", FindAsync, new(ApiGroups.Logs, "Read a session of an agent")
        {
            Description = "Its sums and its newest requests, oldest first. What bodies say (title, directory, branch, tools) is shown to tokens with the scope payloads:read.",
            Answer = Shapes.Object(Summary + " version:string! title:string! directory:string! branch:string! tools:object calls:object[] left_out:integer"),
            Refusals = [StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable],
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
            var page = found.Take(query.Size).ToList();
            return new AdminJson(StatusCodes.Status200OK, PageQuery.Body(context.Request, "/sessions", page.Select(Body), found.Count > query.Size ? page[^1].FirstRow : null));
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
        try
        {
            if (await AgentSession.FindAsync(sessions, log, context["id"], context.MaySeePayloads, context.Aborted) is not { } session)
            {
                return AdminErrors.NotFound;
            }

            if (session.Calls.Any(c => c.Call.Conversation is not null))
            {
                audit.Post(new AuditEvent(AuditActions.PayloadView, context.Actor, $"session {session.Row.Id}"));
            }

            var body = Body(session.Row);
            body["version"] = session.Version;
            body["title"] = session.Title;
            body["directory"] = session.Directory;
            body["branch"] = session.Branch;
            body["tools"] = new JsonObject(session.Tools.Select(t => KeyValuePair.Create(t.Name, (JsonNode?)t.Calls)));
            body["calls"] = new JsonArray([.. session.Calls.Select(Call)]);
            body["left_out"] = session.LeftOut;
            return new AdminJson(StatusCodes.Status200OK, body);
        }
        catch (Exception exception) when (exception is DbException or TimeoutException)
        {
            return LogEndpoints.Unavailable(exception);
        }
    }

    private JsonObject Body(SessionRow row) => new()
    {
        ["id"] = row.Id,
        ["agent"] = row.Agent,
        ["started_at"] = Moment(row.StartedAt),
        ["last_at"] = Moment(row.LastAt),
        ["running"] = row.IsRunning(time.GetUtcNow()),
        ["requests"] = row.Requests,
        ["errors"] = row.Errors,
        ["tokens"] = Tokens(row.InputTokens, row.CacheReadTokens, row.CacheWriteTokens, row.OutputTokens, row.ReasoningTokens),
        ["cost"] = row.Cost,
        ["unpriced"] = row.Unpriced,
        ["models"] = new JsonArray([.. row.Models.Select(m => (JsonNode?)m)]),
        ["consumers"] = new JsonArray([.. row.Consumers.Select(c => (JsonNode?)c)]),
    };

    private static JsonNode Call(SessionCall call) => new JsonObject
    {
        ["request_id"] = call.Row.RequestId,
        ["kind"] = call.Call.Kind switch { CallKind.Main => "main", CallKind.SubAgent => "sub-agent", _ => "background" },
        ["turn"] = call.Turn,
        ["sub_agent"] = call.Call.SubAgent,
        ["started_at"] = Moment(call.Row.StartedAt),
        ["status"] = call.Row.Status,
        ["outcome"] = OutcomeNames.NameOf(call.Row.Outcome),
        ["model"] = call.Row.Model,
        ["tokens"] = Tokens(call.Row.InputTokens, call.Row.CacheReadTokens, call.Row.CacheWriteTokens, call.Row.OutputTokens, call.Row.ReasoningTokens),
        ["cost"] = call.Row.Cost,
        ["total_ms"] = call.Row.TotalMs,
        ["tools"] = new JsonArray([.. call.Call.Tools.Select(t => (JsonNode?)t)]),
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
