using System.Data.Common;
using System.Text.Json.Nodes;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Audit;
using ConsoleWeb.Auth;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Replay;
using Gateway.Core.Logging;
using Gateway.Shared.Results;

namespace ConsoleWeb.AdminApi.Logs;

/// <summary>Sends recorded requests again, and compares two.</summary>
internal sealed class ReplayEndpoints(ReplayService replays, IRequestLogStore store, AuditLog audit)
{
    private const string KeyHeader = "Idempotency-Key";

    private static readonly string[] Members = ["model", "route", "path", "body", "headers", "credential", "wait"];

    public void Map(AdminRouteTable table) => table
        .Post("/logs/{id}/replay", ReplayAsync, new(ApiGroups.Logs, "Send a request again")
        {
            Description = "One new request through the proxy listener, with routes, plugins and costs like any other, whose record names this one in gatehouse.replay_of. It goes to the "
                + "same address with the same body unless the call says otherwise: model is put into the body, route takes the path below another route, body replaces the whole. "
                + "No credential was recorded: give one in headers, or the id of a consumer's key in credential. Tools that the answer asks for are not run. The call answers when the "
                + $"request has ended, and leaving it stops the request; with wait=false it answers at once. A second call with the same {KeyHeader} sends nothing and answers as the first. "
                + "409 says why a request cannot be sent as it was: its body is not stored, cut or redacted. Needs the scopes logs:replay and payloads:read.",
            Body = Shapes.Object("model? route? path? body:object? headers:object? credential:uuid? wait:boolean?"),
            Example = new JsonObject { ["model"] = "gpt-5-mini", ["headers"] = new JsonObject { ["apikey"] = "a consumer's key" } },
            Status = StatusCodes.Status201Created,
            Answer = Shapes.Object("id replay_of stored:boolean status:integer! outcome:string! model:string! path"),
            Refusals = [StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status503ServiceUnavailable],
        })
        .Get("/logs/{a}/compare/{b}", CompareAsync, new(ApiGroups.Logs, "Compare two requests")
        {
            Description = "Figures and facts of both; with the scope payloads:read also where the bodies of the requests differ, and the words of both answers.",
            Answer = Shapes.Object("a:object b:object figures:object[] facts:object[] request:array! answers:object!"),
            Refusals = [StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable],
        });

    private async Task<IResult> ReplayAsync(AdminContext context)
    {
        var (body, refusal) = await AdminBody.ReadAsync(context.Request, null, null);
        if (body is null)
        {
            return refusal!;
        }

        var changes = ReadChanges(body);
        if (changes.IsError)
        {
            return Refuse(changes.Error);
        }

        try
        {
            var caller = new ReplayCaller(context.Actor, context.Http.Features.Get<TokenGrant>()!.Scopes);
            var key = context.Request.Headers[KeyHeader].ToString();
            var started = await replays.StartAsync(caller, context["id"], changes.Value, key, context.Aborted);
            if (started.IsError)
            {
                return Refuse(started.Error);
            }

            var run = started.Value;
            context.Http.Response.Headers.Location = $"/logs/{run.RequestId}";
            if (body["wait"]?.GetValue<bool>() == false)
            {
                return Answer(run, null);
            }

            return await WaitAsync(run, context);
        }
        catch (Exception exception) when (exception is DbException or TimeoutException)
        {
            return LogEndpoints.Unavailable(exception);
        }
    }

    private async Task<IResult> WaitAsync(ReplayRun run, AdminContext context)
    {
        try
        {
            return Answer(run, await replays.WaitForRecordAsync(run, context.Aborted));
        }
        catch (OperationCanceledException)
        {
            run.Stop();
            throw;
        }
    }

    private async Task<IResult> CompareAsync(AdminContext context)
    {
        try
        {
            if (await store.FindAsync(context["a"], context.Aborted) is not { } a || await store.FindAsync(context["b"], context.Aborted) is not { } b)
            {
                return AdminErrors.NotFound;
            }

            var comparison = Comparison.Of(a, b, context.MaySeePayloads);
            if (context.MaySeePayloads && comparison.HasBodies)
            {
                audit.Post(new AuditEvent(AuditActions.PayloadView, context.Actor, $"{a.Row.RequestId} and {b.Row.RequestId}"));
            }

            return new AdminJson(StatusCodes.Status200OK, new JsonObject
            {
                ["a"] = Side(a.Row),
                ["b"] = Side(b.Row),
                ["figures"] = new JsonArray([.. comparison.Figures.Select(f => new JsonObject { ["name"] = f.Key, ["a"] = f.A, ["b"] = f.B, ["difference"] = f.Difference })]),
                ["facts"] = new JsonArray([.. comparison.Facts.Select(f => new JsonObject { ["name"] = f.Key, ["a"] = f.A, ["b"] = f.B, ["same"] = f.IsSame })]),
                ["request"] = comparison.Request is { } request ? new JsonArray([.. request.Leaves.Select(Leaf)]) : null,
                ["answers"] = (comparison.ConversationA ?? comparison.ConversationB) is null ? null
                    : new JsonObject { ["a"] = Comparison.WordsOf(comparison.ConversationA), ["b"] = Comparison.WordsOf(comparison.ConversationB) },
            });
        }
        catch (Exception exception) when (exception is DbException or TimeoutException)
        {
            return LogEndpoints.Unavailable(exception);
        }
    }

    private static Result<ReplayChanges> ReadChanges(JsonObject body)
    {
        if (body.FirstOrDefault(m => !Members.Contains(m.Key)).Key is { } unknown)
        {
            return new ReplayChangeRefused(unknown, $"'{unknown}' is not a member; known are {string.Join(", ", Members)}");
        }

        foreach (var name in (ReadOnlySpan<string>)["model", "route", "path", "credential"])
        {
            if (body[name] is { } value && ReplayBody.Text(value) is null)
            {
                return new ReplayChangeRefused(name, $"'{name}' must be a text");
            }
        }

        if (body["body"] is not (null or JsonObject))
        {
            return new ReplayChangeRefused("body", "'body' must be a JSON object");
        }

        if (body["wait"] is { } wait && wait.GetValueKind() is not (System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False))
        {
            return new ReplayChangeRefused("wait", "'wait' must be true or false");
        }

        if (body["headers"] is not (null or JsonObject) || body["headers"] is JsonObject names && names.Any(h => ReplayBody.Text(h.Value) is null))
        {
            return new ReplayChangeRefused("headers", "'headers' must be an object of texts");
        }

        Guid? credential = null;
        if (ReplayBody.Text(body["credential"]) is { } id)
        {
            if (!Guid.TryParse(id, out var parsed))
            {
                return new ReplayChangeRefused("credential", "'credential' must be the id of a consumer's key");
            }

            credential = parsed;
        }

        return new ReplayChanges
        {
            Model = ReplayBody.Text(body["model"]),
            Route = ReplayBody.Text(body["route"]),
            Path = ReplayBody.Text(body["path"]),
            Body = body["body"]?.ToJsonString(AdminJson.Relaxed),
            Headers = [.. (body["headers"] as JsonObject ?? []).Select(h => KeyValuePair.Create(h.Key, h.Value!.ToString()))],
            Credential = credential,
        };
    }

    private static AdminJson Answer(ReplayRun run, StoredRequest? stored) => new(StatusCodes.Status201Created, new JsonObject
    {
        ["id"] = run.RequestId,
        ["replay_of"] = run.Of,
        ["stored"] = stored is not null,
        ["status"] = stored?.Row.Status,
        ["outcome"] = stored is null ? null : OutcomeNames.NameOf(stored.Row.Outcome),
        ["model"] = stored?.Row.Model,
        ["path"] = run.Draft.Path,
    });

    private static JsonObject Side(RequestRow row) => new()
    {
        ["request_id"] = row.RequestId,
        ["started_at"] = SessionEndpoints.Moment(row.StartedAt),
        ["replay_of"] = row.ReplayOf,
    };

    private static JsonNode Leaf(JsonDifference difference) => new JsonObject
    {
        ["path"] = difference.Path,
        ["kind"] = difference.Kind switch { DifferenceKind.Added => "added", DifferenceKind.Removed => "removed", _ => "changed" },
        ["a"] = difference.A?.DeepClone(),
        ["b"] = difference.B?.DeepClone(),
    };

    private static IResult Refuse(Error error) => error switch
    {
        ReplayForbidden => AdminErrors.Message(StatusCodes.Status403Forbidden, error.Message),
        ReplayImpossible => AdminErrors.Message(StatusCodes.Status409Conflict, error.Message),
        ReplayUnsent => AdminErrors.Message(StatusCodes.Status503ServiceUnavailable, error.Message),
        ReplayChangeRefused change => AdminErrors.Of(new InvalidOption(change.Field, change.Reason)),
        _ => AdminErrors.Of(error),
    };
}
