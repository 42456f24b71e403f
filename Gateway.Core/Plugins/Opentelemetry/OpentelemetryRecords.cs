using Gateway.Core.Plugins.LogDelivery;
using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.Opentelemetry;

/// <summary>The record <c>propagation</c>.</summary>
internal sealed record PropagationConfig
{
    [Field("Formats that the caller's trace is looked for in, in this order. Empty: every trace begins here.")]
    [OneOf("aws", "b3", "datadog", "gcp", "instana", "jaeger", "ot", "w3c")]
    public IReadOnlyList<string>? Extract { get; init; }

    [Field("Headers that are removed after they were read, so that the upstream does not see them.")]
    public IReadOnlyList<string>? Clear { get; init; }

    [Field("Formats of the headers for the upstream; preserve is the format that was found. Empty: none are written.")]
    [OneOf("aws", "b3", "b3-single", "datadog", "gcp", "instana", "jaeger", "ot", "preserve", "w3c")]
    public IReadOnlyList<string>? Inject { get; init; }

    [Field("The format that preserve means when none was found.")]
    [OneOf("aws", "b3", "b3-single", "datadog", "gcp", "instana", "jaeger", "ot", "w3c")]
    public string DefaultFormat { get; init; } = "w3c";

    /// <summary>Whether it says more than its default, and <c>header_type</c> less.</summary>
    public bool IsSet => Extract is { Count: > 0 } || Clear is { Count: > 0 } || Inject is { Count: > 0 };
}

/// <summary>The record <c>metrics</c>.</summary>
internal sealed record MetricsConfig
{
    [Field("Address that metrics are sent to, such as http://collector:4318/v1/metrics. Without it nothing is counted.", Referenceable = true)]
    [Rule<HttpEndpointRule>]
    public string? Endpoint { get; init; }

    [Field("Seconds between two sendings.")]
    public double PushInterval { get; init; } = 60;

    [Field("Count the tokens, cost and durations of AI calls. The AI plugin must log statistics.")]
    public bool EnableAiMetrics { get; init; }

    [Field("Count the bytes received and sent.")]
    public bool EnableBandwidthMetrics { get; init; }

    [Field("Name the consumer in the counts of requests and bytes.")]
    public bool EnableConsumerAttribute { get; init; }

    [Field("Measure the time that requests take.")]
    public bool EnableLatencyMetrics { get; init; }

    [Field("Count requests.")]
    public bool EnableRequestMetrics { get; init; }

    [Field("Show the health of the targets of upstreams.", Inert = true)]
    public bool EnableUpstreamHealthMetrics { get; init; }
}

/// <summary>The record <c>access_logs</c>.</summary>
internal sealed record AccessLogsConfig
{
    [Field("Address that a record of each request is sent to, such as http://collector:4318/v1/logs.", Referenceable = true)]
    [Rule<HttpEndpointRule>]
    public string? Endpoint { get; init; }

    [Field("Attributes made by Lua code.", Inert = true)]
    public IReadOnlyDictionary<string, string>? CustomAttributesByLua { get; init; }
}
