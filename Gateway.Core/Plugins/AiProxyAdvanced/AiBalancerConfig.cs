using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.AiProxyAdvanced;

/// <summary>How a target is chosen and what happens when it fails. Times are in milliseconds.</summary>
internal sealed record AiBalancerConfig
{
    [Field("How a target is chosen.")]
    [OneOf("consistent-hashing", "least-connections", "lowest-latency", "lowest-usage", "priority", "round-robin", "semantic")]
    public string Algorithm { get; init; } = "round-robin";

    [Field("Additional attempts after a failed one.")]
    [Between(0, 32767)]
    public int Retries { get; init; } = 5;

    [Field("What makes the gateway try the next target.")]
    [OneOf(
        "error",
        "http_403",
        "http_404",
        "http_429",
        "http_500",
        "http_502",
        "http_503",
        "http_504",
        "invalid_header",
        "non_idempotent",
        "timeout")]
    public IReadOnlyList<string> FailoverCriteria { get; init; } = ["error", "timeout"];

    [Field("Time to establish a connection, in milliseconds.")]
    [Between(1, 2147483646)]
    public int ConnectTimeout { get; init; } = 60000;

    [Field("Time between two reads from the target, in milliseconds.")]
    [Between(1, 2147483646)]
    public int ReadTimeout { get; init; } = 60000;

    [Field("Time between two writes to the target, in milliseconds.")]
    [Between(1, 2147483646)]
    public int WriteTimeout { get; init; } = 60000;

    [Field("Failures after which a target is left out for a while; 0 never leaves it out.")]
    [Between(0, 32767)]
    public int MaxFails { get; init; }

    [Field("How long a failing target is left out, and the time in which failures are counted, in milliseconds.")]
    [Between(1, 2147483646)]
    public int FailTimeout { get; init; } = 10000;

    [Field("Header whose value decides the target in consistent hashing.")]
    public string HashOnHeader { get; init; } = "X-Kong-LLM-Request-ID";

    [Field("Slots of the balancer.")]
    [Between(10, 65536)]
    public int Slots { get; init; } = 10000;

    [Field("What lowest-usage counts.")]
    [OneOf("completion-tokens", "cost", "llm-accuracy", "prompt-tokens", "total-tokens")]
    public string TokensCountStrategy { get; init; } = "total-tokens";

    [Field("What lowest-latency measures: time for each output token (tpot) or for the whole call (e2e).")]
    [OneOf("e2e", "tpot")]
    public string LatencyStrategy { get; init; } = "tpot";
}
