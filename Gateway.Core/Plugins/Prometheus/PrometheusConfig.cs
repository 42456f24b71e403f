using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.Prometheus;

/// <summary>Config of the plugin <c>prometheus</c>: which figures are counted for <c>GET /metrics</c>.</summary>
internal sealed record PrometheusConfig : IPluginConfig
{
    [Field("Name the consumer in the labels of requests, bandwidth and AI calls.")]
    public bool PerConsumer { get; init; }

    [Field("Count requests by status.")]
    public bool StatusCodeMetrics { get; init; }

    [Field("Count AI calls, their tokens, cost and latency. The AI plugin must log statistics.")]
    public bool AiMetrics { get; init; }

    [Field("Measure the time that requests take: in all, in the gateway, at the upstream.")]
    public bool LatencyMetrics { get; init; }

    [Field("Count the bytes received and sent.")]
    public bool BandwidthMetrics { get; init; }

    [Field("Show the health of the targets of upstreams.")]
    public bool UpstreamHealthMetrics { get; init; }

    [Field("Kept for files made for other gateways.", Inert = true)]
    public bool? WasmMetrics { get; init; }
}
