using Gateway.Core.Logging;

namespace Gateway.Core.Telemetry;

/// <summary>Figures of this process that need no plugin.</summary>
internal sealed class NodeMetrics(GatewayNode node, IRequestFeed feed) : IMetricsSource
{
    public void Write(MetricsWriter writer)
    {
        writer.Gauge("kong_node_info", "Kong Node metadata information");
        writer.Sample(MetricsWriter.Labels(("node_id", node.Id), ("version", GatewayProduct.Version)), 1);
        writer.Gauge("gatehouse_requests_in_flight", "Requests that are running");
        writer.Sample("", feed.InFlightCount);
    }
}
