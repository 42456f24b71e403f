using System.Text.Json.Nodes;
using Gateway.Core.Logging;
using Gateway.Shared.Logging;

namespace ConsoleWeb.AdminApi;

/// <summary>Counts for <c>GET /status</c>.</summary>
internal sealed class AdminStatistics(IRequestFeed feed) : IRequestSink
{
    private long _total;

    public void Finished(RequestRecord record) => Interlocked.Increment(ref _total);

    public JsonObject ToServerObject()
    {
        var active = feed.InFlightCount;
        var total = Interlocked.Read(ref _total) + active;
        return new JsonObject
        {
            ["connections_accepted"] = total,
            ["connections_active"] = active,
            ["connections_handled"] = total,
            ["connections_reading"] = 0,
            ["connections_waiting"] = 0,
            ["connections_writing"] = active,
            ["total_requests"] = total,
        };
    }
}
