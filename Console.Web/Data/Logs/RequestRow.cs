using Gateway.Shared.Logging;
using Gateway.Shared.Usage;

namespace ConsoleWeb.Data.Logs;

/// <summary>One stored request as lists show it; bodies and headers are not part of it.</summary>
public sealed record RequestRow
{
    /// <summary>Order of arrival in the store; the keyset of paging. 0 while the request is in flight.</summary>
    public long Sequence { get; init; }

    public required string RequestId { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Status that the client got; 0 while there is none.</summary>
    public int Status { get; init; }

    public RequestOutcome Outcome { get; init; }

    public string? OutcomeDetail { get; init; }

    public string? ErrorMessage { get; init; }

    public string Method { get; init; } = "";

    /// <summary>Path of the request without query.</summary>
    public string Path { get; init; } = "";

    public string? RouteName { get; init; }

    public string? ServiceName { get; init; }

    public string? ConsumerName { get; init; }

    public string? Agent { get; init; }

    public string? UserAgent { get; init; }

    public string? SessionId { get; init; }

    public string? Provider { get; init; }

    public string? RequestedModel { get; init; }

    /// <summary>The model that answered, else the one asked for upstream, else the requested one.</summary>
    public string? Model { get; init; }

    public bool IsLlm { get; init; }

    public bool IsStream { get; init; }

    /// <summary>Disjoint bucket: prompt tokens outside any cache.</summary>
    public long InputTokens { get; init; }

    public long CacheReadTokens { get; init; }

    public long CacheWriteTokens { get; init; }

    /// <summary>Includes <see cref="ReasoningTokens"/>.</summary>
    public long OutputTokens { get; init; }

    public long ReasoningTokens { get; init; }

    /// <summary>Null when the call has no usage.</summary>
    public UsageSource? UsageSource { get; init; }

    /// <summary>Cost in USD or the currency of the plugin's prices; null when unpriced.</summary>
    public decimal? Cost { get; init; }

    public double? TimeToFirstTokenMs { get; init; }

    /// <summary>Milliseconds from first byte read to last byte written; null while running.</summary>
    public double? TotalMs { get; init; }

    /// <summary>Milliseconds spent in the gateway itself before the upstream was called.</summary>
    public double? GatewayMs { get; init; }

    public bool IsInFlight => Outcome == RequestOutcome.InFlight;
}
