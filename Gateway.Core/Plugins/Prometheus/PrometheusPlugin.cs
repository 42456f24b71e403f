using Gateway.Core.Pipeline;

namespace Gateway.Core.Plugins.Prometheus;

/// <summary>Counts requests for <c>GET /metrics</c> on the Admin listener.</summary>
[Plugin("prometheus", priority: 13, ForbiddenScopes = ["consumer_group"])]
internal sealed class PrometheusPlugin(PrometheusMetrics metrics) : Plugin<PrometheusConfig>
{
    protected override void Log(GatewayContext context, PluginInstance instance, PrometheusConfig config) =>
        metrics.Count(context.Record, metrics.FlagsOf(context.Snapshot));
}
