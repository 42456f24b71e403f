using System.Data.Common;
using ConsoleWeb.Audit;
using ConsoleWeb.Data.Logs;

namespace ConsoleWeb.AdminApi.Logs;

/// <summary>The request log for scripts: a list, one record, and the live tail.</summary>
internal sealed class LogEndpoints(IRequestLogStore store, LogStream stream, AuditLog audit, TimeProvider time)
{
    public void Map(AdminRouteTable table) => table
        .Get("/logs", ListAsync)
        .Get("/logs/stream", StreamAsync)
        .Get("/logs/{id}", FindAsync);

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

    private Task<IResult> StreamAsync(AdminContext context)
    {
        var read = LogQuery.Read(context.Request.Query, time.GetUtcNow());
        return Task.FromResult(read.IsError ? AdminErrors.Of(read.Error) : stream.Follow(read.Value.Filter, context.Request.Query["in_flight"] == "true"));
    }

    private static IResult Unavailable(Exception exception) =>
        AdminErrors.Message(StatusCodes.Status503ServiceUnavailable, $"the request log cannot be read: {exception.Message}");
}
