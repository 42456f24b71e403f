using Gateway.Core.Plugins.LogDelivery;
using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.Opentelemetry;

/// <summary>Config of the plugin <c>opentelemetry</c>: spans of each request, sent to an OTLP/HTTP endpoint.</summary>
internal sealed record OpentelemetryConfig : IPluginConfig
{
    public static IReadOnlyList<EntityCheck> Checks =>
        [EntityCheck.AtLeastOneOf(nameof(TracesEndpoint), nameof(LogsEndpoint), "metrics.endpoint", "access_logs.endpoint")];

    public static IReadOnlyDictionary<string, string> Aliases { get; } = new Dictionary<string, string> { ["endpoint"] = "traces_endpoint" };

    [Field("Address that spans are sent to, such as http://collector:4318/v1/traces. Without it nothing is traced.", Referenceable = true)]
    [Rule<HttpEndpointRule>]
    public string? TracesEndpoint { get; init; }

    [Field("Address that the gateway's own log is sent to.", Referenceable = true, Inert = true)]
    [Rule<HttpEndpointRule>]
    public string? LogsEndpoint { get; init; }

    [Field("Headers of the requests to the endpoint, such as the key of a tracing service.", Referenceable = true, Secret = true)]
    [Rule<HeaderNameRule>(Keys = true)]
    [Rule<OneLineRule>]
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    [Field("What spans say of their origin, beside service.name, service.version and service.instance.id, which may be given too.")]
    public IReadOnlyDictionary<string, string>? ResourceAttributes { get; init; }

    [Field("How spans are gathered. What there is no room for is dropped.")]
    public QueueConfig Queue { get; init; } = new() { MaxBatchSize = 200 };

    [Field("Older name of queue.max_batch_size; wins when set.")]
    public int? BatchSpanCount { get; init; }

    [Field("Older name of queue.max_coalescing_delay; wins when set.")]
    public int? BatchFlushDelay { get; init; }

    [Field("Time to establish a connection to the endpoint, in milliseconds.")]
    [Between(0, 2147483646)]
    public int ConnectTimeout { get; init; } = 1000;

    [Field("Time to send a batch, in milliseconds.")]
    [Between(0, 2147483646)]
    public int SendTimeout { get; init; } = 5000;

    [Field("Time to wait for the endpoint's answer, in milliseconds.")]
    [Between(0, 2147483646)]
    public int ReadTimeout { get; init; } = 5000;

    [Field("Response header that tells the client the trace id.")]
    [Rule<HeaderNameRule>]
    public string? HttpResponseHeaderForTraceid { get; init; }

    [Field("Older way to choose the tracing headers; propagation takes its place when any of its lists is set.")]
    [OneOf("aws", "b3", "b3-single", "datadog", "gcp", "ignore", "instana", "jaeger", "ot", "preserve", "w3c")]
    public string HeaderType { get; init; } = "preserve";

    [Field("Share of the traces that are recorded, from 0 to 1. Empty: all.")]
    [Between(0, 1)]
    public double? SamplingRate { get; init; }

    [Field("What the caller's decision means: only a refusal is followed, or both answers are. The rate decides the rest.")]
    [OneOf("parent_drop_probability_fallback", "parent_probability_fallback")]
    public string SamplingStrategy { get; init; } = "parent_drop_probability_fallback";

    [Field("Which tracing headers are read, removed and written.")]
    public PropagationConfig Propagation { get; init; } = new() { DefaultFormat = "w3c" };

    [Field("Metrics that are sent to an endpoint from time to time.")]
    public MetricsConfig Metrics { get; init; } = new();

    [Field("Records of requests sent to an endpoint.")]
    public AccessLogsConfig AccessLogs { get; init; } = new();
}
