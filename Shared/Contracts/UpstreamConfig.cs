using Gateway.Shared.Schema;

namespace Gateway.Shared.Contracts;

/// <summary>An Upstream: a pool of Targets under one name, which a Service uses as its host.</summary>
public sealed record UpstreamConfig
{
    private const string Consumer = "consumer";

    public static IReadOnlyList<EntityCheck> Checks =>
    [
        EntityCheck.Conditional(nameof(HashOn), ["header"], Then.Required(nameof(HashOnHeader))),
        EntityCheck.Conditional(nameof(HashFallback), ["header"], Then.Required(nameof(HashFallbackHeader))),
        EntityCheck.Conditional(nameof(HashOn), ["cookie"], Then.Required(nameof(HashOnCookie))),
        EntityCheck.Conditional(nameof(HashFallback), ["cookie"], Then.Required(nameof(HashOnCookie))),
        EntityCheck.Conditional(nameof(HashOn), ["none", "cookie"], Then.OneOf(nameof(HashFallback), "none")),
        EntityCheck.Conditional(nameof(HashOn), [Consumer], Then.OneOf(nameof(HashFallback), "none", "ip", "header", "cookie", "path", "query_arg", "uri_capture")),
        EntityCheck.Conditional(nameof(HashOn), ["ip"], Then.OneOf(nameof(HashFallback), "none", Consumer, "header", "cookie", "path", "query_arg", "uri_capture")),
        EntityCheck.Conditional(nameof(HashOn), ["path"], Then.OneOf(nameof(HashFallback), "none", Consumer, "ip", "header", "cookie", "query_arg", "uri_capture")),
        EntityCheck.Conditional(nameof(HashOn), ["query_arg"], Then.Required(nameof(HashOnQueryArg))),
        EntityCheck.Conditional(nameof(HashFallback), ["query_arg"], Then.Required(nameof(HashFallbackQueryArg))),
        EntityCheck.Conditional(nameof(HashOn), ["uri_capture"], Then.Required(nameof(HashOnUriCapture))),
        EntityCheck.Conditional(nameof(HashFallback), ["uri_capture"], Then.Required(nameof(HashFallbackUriCapture))),
        EntityCheck.Distinct(nameof(HashOnHeader), nameof(HashFallbackHeader)),
        EntityCheck.Distinct(nameof(HashOnQueryArg), nameof(HashFallbackQueryArg)),
        EntityCheck.Distinct(nameof(HashOnUriCapture), nameof(HashFallbackUriCapture)),
    ];

    [Field("Unique identifier.", Auto = true)]
    public Guid Id { get; init; }

    [Field("Unique name in the form of a host name; services use it as their host.")]
    [Rule<UpstreamNameRule>]
    public required string Name { get; init; }

    [Field("How targets are chosen.")]
    [OneOf("consistent-hashing", "least-connections", "round-robin", "latency")]
    public string Algorithm { get; init; } = "round-robin";

    [Field("What consistent hashing looks at.")]
    [OneOf("none", Consumer, "ip", "header", "cookie", "path", "query_arg", "uri_capture")]
    public string HashOn { get; init; } = "none";

    [Field("What consistent hashing looks at when the first finds nothing.")]
    [OneOf("none", Consumer, "ip", "header", "cookie", "path", "query_arg", "uri_capture")]
    public string HashFallback { get; init; } = "none";

    [Field("Header to hash.")]
    [Rule<HeaderNameRule>]
    public string? HashOnHeader { get; init; }

    [Field("Header to hash as a fallback.")]
    [Rule<HeaderNameRule>]
    public string? HashFallbackHeader { get; init; }

    [Field("Cookie to hash; made when the client has none.")]
    [Rule<CookieNameRule>]
    public string? HashOnCookie { get; init; }

    [Field("Path of the cookie that is made.")]
    [Rule<PathRule>]
    public string HashOnCookiePath { get; init; } = "/";

    [Field("Query parameter to hash.")]
    public string? HashOnQueryArg { get; init; }

    [Field("Query parameter to hash as a fallback.")]
    public string? HashFallbackQueryArg { get; init; }

    [Field("Capture of the route's regular expression to hash.")]
    public string? HashOnUriCapture { get; init; }

    [Field("Capture of the route's regular expression to hash as a fallback.")]
    public string? HashFallbackUriCapture { get; init; }

    [Field("Slots of the balancer.")]
    [Between(10, 65536)]
    public int Slots { get; init; } = 10000;

    [Field("Health checks of the targets.")]
    public UpstreamHealthchecks Healthchecks { get; init; } = new();

    [Field("Tags for grouping and filtering.", IsSet = true)]
    [Rule<TagRule>]
    public IReadOnlyList<string>? Tags { get; init; }

    [Field("Host header sent to the targets.")]
    [Rule<HostWithPortRule>]
    public string? HostHeader { get; init; }

    [Field("Certificate shown to the targets, unless the service has its own.")]
    [Foreign("certificates")]
    public EntityReference? ClientCertificate { get; init; }

    [Field("Whether the name in a SRV record is used as the Host header. SRV records are not looked up.", Inert = true)]
    public bool UseSrvName { get; init; }

    [Field("Creation time, Unix seconds.", Auto = true)]
    public long CreatedAt { get; init; }

    [Field("Time of the last change, Unix seconds.", Auto = true)]
    public long UpdatedAt { get; init; }
}

/// <summary>Health checks of an upstream.</summary>
public sealed record UpstreamHealthchecks
{
    [Field("Probes that the gateway sends by itself.")]
    public ActiveHealthcheck Active { get; init; } = new();

    [Field("Conclusions from the traffic.")]
    public PassiveHealthcheck Passive { get; init; } = new();

    [Field("Least percentage of available weight; below it the whole upstream counts as unhealthy.")]
    [Between(0, 100)]
    public double Threshold { get; init; }
}

/// <summary>Probes that the gateway sends by itself.</summary>
public sealed record ActiveHealthcheck
{
    [Field("Kind of probe.")]
    [OneOf("tcp", "http", "https", "grpc", "grpcs")]
    public string Type { get; init; } = "http";

    [Field("Timeout of a probe, in seconds.")]
    [Between(0, 65535)]
    public double Timeout { get; init; } = 1;

    [Field("Targets probed at the same time.")]
    [Between(1, 2147483648)]
    public long Concurrency { get; init; } = 10;

    [Field("Path of a probe.")]
    [Rule<PathRule>]
    public string HttpPath { get; init; } = "/";

    [Field("Server name of a TLS probe.")]
    [Rule<HostRule>]
    public string? HttpsSni { get; init; }

    [Field("Whether the target's certificate is verified.")]
    public bool HttpsVerifyCertificate { get; init; } = true;

    [Field("Headers of a probe.")]
    [Rule<HeaderNameRule>(Keys = true)]
    [Rule<OneLineRule>]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Headers { get; init; }

    [Field("When a target becomes healthy.")]
    public ActiveHealthy Healthy { get; init; } = new();

    [Field("When a target becomes unhealthy.")]
    public ActiveUnhealthy Unhealthy { get; init; } = new();
}

/// <summary>When probes make a target healthy.</summary>
public sealed record ActiveHealthy
{
    [Field("Seconds between probes of healthy targets; 0: none are sent.")]
    [Between(0, 65535)]
    public double Interval { get; init; }

    [Field("Status codes that count as success.")]
    [Between(100, 999)]
    public IReadOnlyList<int> HttpStatuses { get; init; } = [200, 302];

    [Field("Successes that make a target healthy; 0: off.")]
    [Between(0, 255)]
    public int Successes { get; init; }
}

/// <summary>When probes make a target unhealthy.</summary>
public sealed record ActiveUnhealthy
{
    [Field("Seconds between probes of unhealthy targets; 0: none are sent.")]
    [Between(0, 65535)]
    public double Interval { get; init; }

    [Field("Status codes that count as failure.")]
    [Between(100, 999)]
    public IReadOnlyList<int> HttpStatuses { get; init; } = [429, 404, 500, 501, 502, 503, 504, 505];

    [Field("Connection failures that make a target unhealthy; 0: off.")]
    [Between(0, 255)]
    public int TcpFailures { get; init; }

    [Field("Timeouts that make a target unhealthy; 0: off.")]
    [Between(0, 255)]
    public int Timeouts { get; init; }

    [Field("Failure status codes that make a target unhealthy; 0: off.")]
    [Between(0, 255)]
    public int HttpFailures { get; init; }
}

/// <summary>Conclusions from the traffic.</summary>
public sealed record PassiveHealthcheck
{
    [Field("Kind of traffic.")]
    [OneOf("tcp", "http", "https", "grpc", "grpcs")]
    public string Type { get; init; } = "http";

    [Field("When a target becomes healthy.")]
    public PassiveHealthy Healthy { get; init; } = new();

    [Field("When a target becomes unhealthy.")]
    public PassiveUnhealthy Unhealthy { get; init; } = new();
}

/// <summary>When traffic makes a target healthy.</summary>
public sealed record PassiveHealthy
{
    [Field("Status codes that count as success.")]
    [Between(100, 999)]
    public IReadOnlyList<int> HttpStatuses { get; init; } =
        [200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308];

    [Field("Successes that make a target healthy; 0: off.")]
    [Between(0, 255)]
    public int Successes { get; init; }
}

/// <summary>When traffic makes a target unhealthy.</summary>
public sealed record PassiveUnhealthy
{
    [Field("Status codes that count as failure.")]
    [Between(100, 999)]
    public IReadOnlyList<int> HttpStatuses { get; init; } = [429, 500, 503];

    [Field("Connection failures that make a target unhealthy; 0: off.")]
    [Between(0, 255)]
    public int TcpFailures { get; init; }

    [Field("Timeouts that make a target unhealthy; 0: off.")]
    [Between(0, 255)]
    public int Timeouts { get; init; }

    [Field("Failure status codes that make a target unhealthy; 0: off.")]
    [Between(0, 255)]
    public int HttpFailures { get; init; }
}
