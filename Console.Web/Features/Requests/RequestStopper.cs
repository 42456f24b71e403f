using ConsoleWeb.Audit;
using ConsoleWeb.Features.Entities;
using Gateway.Core.Logging;

namespace ConsoleWeb.Features.Requests;

/// <summary>Ends requests that run, and writes down who did.</summary>
internal sealed class RequestStopper(IRequestFeed feed, AuditLog audit)
{
    public bool Runs(string requestId) => feed.ListInFlight().Any(r => r.RequestId == requestId);

    /// <param name="actor">Whose rights were looked at already.</param>
    /// <returns>False when no such request runs or it cannot be stopped.</returns>
    public bool Stop(string requestId, Actor actor)
    {
        if (!feed.Stop(requestId))
        {
            return false;
        }

        audit.Post(new AuditEvent(AuditActions.LogStop, actor, requestId));
        return true;
    }
}
