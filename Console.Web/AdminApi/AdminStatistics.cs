using System.Text.Json.Nodes;
using Gateway.Core;
using Gateway.Core.Logging;
using Gateway.Core.Telemetry;
using Gateway.Shared.Logging;

namespace ConsoleWeb.AdminApi;

/// <summary>Counts of connections and requests for <c>GET /status</c> and <c>GET /metrics</c>.</summary>
internal sealed class AdminStatistics(IRequestFeed feed, GatewayNode node) : IRequestSink, IMetricsSource
{
    private long _finished;

    public void Finished(RequestRecord record) => Interlocked.Increment(ref _finished);

    public JsonObject ToServerObject()
    {
        var (total, active) = Count();
        var server = new JsonObject();
        foreach (var (state, value) in Connections(total, active))
        {
            server[$"connections_{state}"] = value;
        }

        server["total_requests"] = total;
        return server;
    }

    public void Write(MetricsWriter writer)
    {
        var (total, active) = Count();
        writer.Gauge("kong_nginx_connections_total", "Number of connections by subsystem");
        foreach (var (state, value) in Connections(total, active))
        {
            writer.Sample(MetricsWriter.Labels(("node_id", node.Id), ("subsystem", "http"), ("state", state)), value);
        }

        writer.Gauge("kong_nginx_requests_total", "Total number of requests");
        writer.Sample(MetricsWriter.Labels(("node_id", node.Id), ("subsystem", "http")), total);
    }

    private static (string State, long Value)[] Connections(long total, long active) =>
    [
        ("accepted", total),
        ("active", active),
        ("handled", total),
        ("reading", 0),
        ("waiting", 0),
        ("writing", active),
    ];

    private (long Total, long Active) Count()
    {
        long active = feed.InFlightCount;
        return (Interlocked.Read(ref _finished) + active, active);
    }
}
