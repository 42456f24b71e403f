using System.Text.Json.Nodes;
using ConsoleWeb.Hosting;
using Gateway.Core;
using Gateway.Core.Telemetry;

namespace ConsoleWeb.AdminApi;

/// <summary>Counts of connections and requests for <c>GET /status</c> and <c>GET /metrics</c>.</summary>
internal sealed class AdminStatistics(ConnectionCounts counts, GatewayNode node) : IMetricsSource
{
    public JsonObject ToServerObject()
    {
        var server = new JsonObject();
        foreach (var (state, value) in Connections())
        {
            server[$"connections_{state}"] = value;
        }

        server["total_requests"] = counts.Requests;
        return server;
    }

    public void Write(MetricsWriter writer)
    {
        writer.Gauge("kong_nginx_connections_total", "Number of connections by subsystem");
        foreach (var (state, value) in Connections())
        {
            writer.Sample(MetricsWriter.Labels(("node_id", node.Id), ("subsystem", "http"), ("state", state)), value);
        }

        writer.Gauge("kong_nginx_requests_total", "Total number of requests");
        writer.Sample(MetricsWriter.Labels(("node_id", node.Id), ("subsystem", "http")), counts.Requests);
    }

    private (string State, long Value)[] Connections() =>
    [
        ("accepted", counts.Accepted),
        ("active", counts.Active),
        ("handled", counts.Accepted),
        ("reading", counts.Reading),
        ("waiting", counts.Waiting),
        ("writing", counts.Writing),
    ];
}
