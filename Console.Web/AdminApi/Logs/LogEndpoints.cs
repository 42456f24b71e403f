using System.Data.Common;
using System.Text.Json.Nodes;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Audit;
using ConsoleWeb.Auth;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Requests;

namespace ConsoleWeb.AdminApi.Logs;

/// <summary>The request log for scripts: a list, one record, and the live tail.</summary>
internal sealed class LogEndpoints(IRequestLogStore store, LogStream stream, RequestStopper stopper, AuditLog audit, TimeProvider time)
{
    public void Map(AdminRouteTable table) => table
        .Get("/logs", ListAsync, new(ApiGroups.Logs, "List requests")
        {
            Description = "Newest first. Stored payloads are shown to tokens with the scope payloads:read.",
            Query = [.. PageQuery.Parameters, .. LogQuery.Parameters],
            Answer = Shapes.Page(Shapes.Free),
            Refusals = [StatusCodes.Status400BadRequest, StatusCodes.Status503ServiceUnavailable],
        })
        .Get("/logs/stream", StreamAsync, new(ApiGroups.Logs, "Follow requests live")
        {
            Description = "Server-sent events until the client leaves: 'finished' with the record of each request and, with in_flight, also 'started', "
                + "'headers', 'first_token' and 'progress' (at most twice a second a request) with the record as it stands, where gatehouse.output_tokens_so_far "
                + "grows; of plain event streams response.size does. Words are looked for in what lists show and, with the scope payloads:read, in stored bodies: a request that is found only there "
                + "is told when it is stored, a moment later. A reader who is more than a thousand events behind is told 'skipped' with their number. A call that a crash cuts off has no last event; "
                + "its record is in the log after the next start, with the outcome 'interrupted'.",
            Query = [.. LogQuery.Parameters, new("in_flight", Shapes.Boolean, "true: also the events of requests that run.")],
            Answer = Shapes.Text,
            AnswerType = "text/event-stream",
            Refusals = [StatusCodes.Status400BadRequest],
        })
        .Get("/logs/export", ExportAsync, new(ApiGroups.Logs, "Download requests")
        {
            Description = "Newest first, at most a million. As jsonl whole records; as csv a table with the columns " + LogExport.ColumnsText + ".",
            Query =
            [
                .. LogQuery.Parameters, new("format", Shapes.OneOf("jsonl", "csv"), "One JSON object a line, or a table."),
                new("payloads", Shapes.Boolean, "true: with stored payloads, for tokens with the scope payloads:read."),
            ],
            Answer = Shapes.Text,
            AnswerType = "application/x-ndjson",
            Refusals = [StatusCodes.Status400BadRequest, StatusCodes.Status503ServiceUnavailable],
        })
        .Post("/logs/{id}/stop", StopAsync, new(ApiGroups.Logs, "Stop a running request")
        {
            Description = "Ends the call at the provider at once. The client is told in its own format: an error event in a stream, else a JSON error with status 400, after which agents "
                + "do not try again by themselves. The record has the outcome 'stopped' and the tokens until then. 409: it has ended already, or is no call of a model. Needs the scope logs:stop.",
            Status = StatusCodes.Status202Accepted,
            Answer = Shapes.Object("id stopped:boolean"),
            Refusals = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status503ServiceUnavailable],
        })
        .Get("/logs/{id}", FindAsync, new(ApiGroups.Logs, "Read the record of a request")
        {
            Answer = Shapes.Free,
            Refusals = [StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable],
        });

    private async Task<IResult> ListAsync(AdminContext context)
    {
        var read = LogQuery.Read(context.Request.Query, time.GetUtcNow());
        if (read.IsError)
        {
            return AdminErrors.Of(read.Error);
        }

        var query = read.Value with { Filter = read.Value.Filter with { SearchesBodies = context.MaySeePayloads } };
        try
        {
            // One more than asked for says whether there is a next page.
            var found = await store.ListStoredAsync(query.Filter, query.Before, query.Size + 1, context.MaySeePayloads, context.Aborted);
            var page = found.Take(query.Size).ToList();
            if (context.MaySeePayloads && page.Count > 0)
            {
                audit.Post(new AuditEvent(AuditActions.PayloadView, context.Actor, page.Count == 1 ? page[0].Row.RequestId : $"{page.Count} requests, {page[^1].Row.RequestId} to {page[0].Row.RequestId}"));
            }

            long? before = found.Count > query.Size ? page[^1].Row.Sequence : null;
            return new AdminJson(StatusCodes.Status200OK, PageQuery.Body(context.Request, "/logs", page.Select(f => f.Record), before));
        }
        catch (Exception exception) when (exception is DbException or TimeoutException)
        {
            return Unavailable(exception);
        }
    }

    private async Task<IResult> FindAsync(AdminContext context)
    {
        try
        {
            if (await store.FindAsync(context["id"], context.Aborted) is not { } stored)
            {
                return AdminErrors.NotFound;
            }

            if (context.MaySeePayloads)
            {
                audit.Post(new AuditEvent(AuditActions.PayloadView, context.Actor, context["id"]));
            }
            else
            {
                StoredRecord.RemovePayload(stored.Record);
            }

            return new AdminJson(StatusCodes.Status200OK, stored.Record);
        }
        catch (Exception exception) when (exception is DbException or TimeoutException)
        {
            return Unavailable(exception);
        }
    }

    private async Task<IResult> StopAsync(AdminContext context)
    {
        var id = context["id"];
        if (stopper.Stop(id, context.Actor))
        {
            return new AdminJson(StatusCodes.Status202Accepted, new JsonObject { ["id"] = id, ["stopped"] = true });
        }

        try
        {
            return stopper.Runs(id) || await store.FindAsync(id, context.Aborted) is not null
                ? AdminErrors.Message(StatusCodes.Status409Conflict, "this request cannot be stopped: it has ended, or is no call of a model")
                : AdminErrors.NotFound;
        }
        catch (Exception exception) when (exception is DbException or TimeoutException)
        {
            return Unavailable(exception);
        }
    }

    /// <summary>A download of what the query means.</summary>
    /// <param name="maySeePayloads">Whether who asks may read bodies.</param>
    public IResult Export(HttpRequest request, bool maySeePayloads, Actor actor)
    {
        var filter = LogQuery.ReadFilter(request.Query, time.GetUtcNow());
        if (filter.IsError)
        {
            return AdminErrors.Of(filter.Error);
        }

        var format = PageQuery.Text(request.Query, "format") ?? "jsonl";
        if (format is not ("jsonl" or "csv"))
        {
            return AdminErrors.Of(new InvalidOption("format", "must be jsonl or csv"));
        }

        var hasPayloads = request.Query["payloads"] == "true";
        if (hasPayloads && !maySeePayloads)
        {
            return AdminErrors.Message(StatusCodes.Status403Forbidden, $"bodies need the scope '{TokenScopes.PayloadsRead}'");
        }

        audit.Post(new AuditEvent(AuditActions.LogExport, actor, $"{format}{(hasPayloads ? " with bodies" : "")}{request.QueryString}"));
        return new LogExport(store, filter.Value, format == "csv", hasPayloads);
    }

    private Task<IResult> ExportAsync(AdminContext context) => Task.FromResult(Export(context.Request, context.MaySeePayloads, context.Actor));

    private Task<IResult> StreamAsync(AdminContext context)
    {
        var read = LogQuery.ReadFilter(context.Request.Query, time.GetUtcNow());
        return Task.FromResult(read.IsError ? AdminErrors.Of(read.Error) : stream.Follow(read.Value with { SearchesBodies = context.MaySeePayloads }, context.Request.Query["in_flight"] == "true"));
    }

    internal static IResult Unavailable(Exception exception) =>
        AdminErrors.Message(StatusCodes.Status503ServiceUnavailable, $"the request log cannot be read: {exception.Message}");
}
