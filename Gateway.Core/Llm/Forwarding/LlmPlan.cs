using Gateway.Core.Llm.Providers;
using Gateway.Core.Upstreams.LoadBalancing;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>How a plugin answers the wish for a stream.</summary>
internal enum StreamingMode
{
    Allow,
    Deny,
    Always,
}

/// <summary>A configured AI plugin instance, compiled for use. Lives as long as its config is unchanged, across snapshots.</summary>
internal sealed class LlmPlan
{
    public required string PluginName { get; init; }

    public required LlmTarget[] Targets { get; init; }

    /// <summary><c>openai</c>, <c>anthropic</c>…: the format of the clients.</summary>
    public required string LlmFormatName { get; init; }

    /// <summary>Bytes; 0 is unlimited.</summary>
    public required long MaxRequestBodySize { get; init; }

    public required bool ModelNameHeader { get; init; }

    public required StreamingMode Streaming { get; init; }

    /// <summary>Null for ai-proxy, which has one target and one attempt.</summary>
    public BalancerPlan? Balancer { get; init; }

    /// <summary>The last attempt at each target; null before the first, and where templates make every one different.</summary>
    public KnownAttempt?[] Known => field ??= new KnownAttempt?[Targets.Length];

    /// <summary>Why requests cannot be served by this version; null when they can.</summary>
    public string? Unsupported { get; init; }

    /// <summary>The route type that decides how requests are read: that of the first target.</summary>
    public string RouteType => Targets[0].RouteType;
}

/// <summary>The balancer of a plan with its running state.</summary>
internal sealed class BalancerPlan
{
    public required ILoadBalancer Algorithm { get; init; }

    public required CircuitBreaker[] Breakers { get; init; }

    /// <summary>Attempts after the first.</summary>
    public required int Retries { get; init; }

    public required FailoverCriteria Failover { get; init; }

    public required TimeSpan ConnectTimeout { get; init; }

    public required TimeSpan ReadTimeout { get; init; }

    public required TimeSpan WriteTimeout { get; init; }

    /// <summary>Header whose value consistent hashing goes by; null for the other algorithms.</summary>
    public string? HashHeader { get; init; }

    /// <summary><c>total-tokens</c>, <c>prompt-tokens</c>, <c>completion-tokens</c>, <c>cost</c>.</summary>
    public string UsageKind { get; init; } = "total-tokens";
}
