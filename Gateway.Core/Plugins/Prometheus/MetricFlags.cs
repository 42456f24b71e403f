using Gateway.Core.Configuration;

namespace Gateway.Core.Plugins.Prometheus;

/// <summary>What is counted under one snapshot: all that any enabled instance of the plugin asks for.</summary>
internal sealed class MetricFlags
{
    public MetricFlags(IEnumerable<PrometheusConfig> configs)
    {
        foreach (var config in configs)
        {
            PerConsumer |= config.PerConsumer;
            Status |= config.StatusCodeMetrics;
            Ai |= config.AiMetrics;
            Latency |= config.LatencyMetrics;
            Bandwidth |= config.BandwidthMetrics;
            UpstreamHealth |= config.UpstreamHealthMetrics;
        }
    }

    public static MetricFlags Of(GatewaySnapshot snapshot) =>
        new(snapshot.PluginInstances.Where(i => i.Declared.Enabled).Select(i => i.Config).OfType<PrometheusConfig>()) { Snapshot = snapshot };

    public GatewaySnapshot? Snapshot { get; private init; }

    public bool PerConsumer { get; }

    public bool Status { get; }

    public bool Ai { get; }

    public bool Latency { get; }

    public bool Bandwidth { get; }

    public bool UpstreamHealth { get; }
}
