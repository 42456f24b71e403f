using Gateway.Core.Logging;
using Gateway.Core.Pipeline.Heads;

namespace Gateway.Core.Telemetry;

/// <summary>Figures of this process that need no plugin.</summary>
internal sealed class NodeMetrics(GatewayNode node, IRequestFeed feed, RefusedHeads refused) : IMetricsSource
{
    public void Write(MetricsWriter writer)
    {
        writer.Gauge("kong_node_info", "Kong Node metadata information");
        writer.Sample(MetricsWriter.Labels(("node_id", node.Id), ("version", GatewayProduct.Version)), 1);
        writer.Gauge("gatehouse_requests_in_flight", "Requests that are running");
        writer.Sample("", feed.InFlightCount);
        writer.Counter("gatehouse_requests_malformed_total", "Requests refused because they could not be read");
        writer.Sample("", refused.Count);
    }
}
