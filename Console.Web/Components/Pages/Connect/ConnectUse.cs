using System.Text.Json.Nodes;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Features.Connect;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Live;
using Gateway.Core.Logging;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Components.Pages.Connect;

/// <summary>The last step of a connection: the lines to paste, and what the gateway sees of them. Knows no component.</summary>
internal sealed class ConnectUse(ConnectService service, IEntityService entities, IRequestLogStore store, IRequestFeed feed, TimeProvider time, string tag)
{
    private const int Most = 200;
    private const int RaisedLimit = 16 * 1024 * 1024;

    private readonly DateTimeOffset _openedAt = time.GetUtcNow();

    /// <summary>Null: it is not there (any more).</summary>
    public ConnectedFlow? Flow { get; private set; } = service.Find(tag);

    public IReadOnlyList<AgentCheck> Checks { get; private set; } = [];

    public bool IsDone => Checks.Count > 0 && AgentChecklist.IsDone(Checks);

    /// <summary>The request that shows most of the connection; null: none yet.</summary>
    public RequestRow? Shown { get; private set; }

    public DateTimeOffset OpenedAt => _openedAt;

    public string? Error { get; private set; }

    /// <returns>Whether anything to see has changed.</returns>
    public async Task<bool> ReadAsync(string proxy, CancellationToken cancellationToken)
    {
        Flow = service.Find(tag);
        if (Flow is null)
        {
            return true;
        }

        var (checks, shown, error) = (Checks, Shown, Error);
        try
        {
            var running = feed.ListInFlight().Select(RequestRows.FromRunning).ToList();
            var ids = running.Select(r => r.RequestId).ToHashSet();
            var stored = await store.ListAsync(new RequestFilter { From = Flow.CreatedAt }, null, Most, cancellationToken);
            var seen = running.Concat(stored.Where(r => !ids.Contains(r.RequestId))).ToList();
            Checks = AgentChecklist.Evaluate(Flow, seen, time.GetUtcNow() - _openedAt, proxy);
            Shown = AgentChecklist.Shown(Flow, seen);
            Error = null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException and not OutOfMemoryException)
        {
            Error = exception.Message;
        }

        return !checks.SequenceEqual(Checks) || shown != Shown || error != Error;
    }

    /// <summary>Gives the route the room that a whole conversation needs.</summary>
    public async Task<Error?> RaiseLimitAsync(Actor actor, CancellationToken cancellationToken)
    {
        var changed = await entities.PatchAsync(EntityKinds.Plugins, Flow!.PluginId, new JsonObject { ["config"] = new JsonObject { ["max_request_body_size"] = RaisedLimit } }, actor, cancellationToken);
        return changed.Error;
    }
}
