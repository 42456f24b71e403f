using ConsoleWeb.Features.Sessions;
using Gateway.Shared.Logging;
using Gateway.Shared.Usage;

namespace ConsoleWeb.Data.Logs;

/// <summary>One stored request as lists show it; bodies and headers are not part of it.</summary>
public sealed record RequestRow
{
    /// <summary>Number of the stored row, which grows with the time of its start; the keyset of paging. 0 while the request is in flight.</summary>
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

    /// <summary>Id of the request that this one repeats; null when it repeats none.</summary>
    public string? ReplayOf { get; init; }

    /// <summary>Its part in the session; null without one, and where an older version has stored it and nobody has looked since.</summary>
    public CallKind? Kind { get; init; }

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

    /// <summary>Milliseconds until content last arrived; only while it runs.</summary>
    public double? LastOutputMs { get; init; }

    /// <summary>Milliseconds spent in the gateway itself before the upstream was called.</summary>
    public double? GatewayMs { get; init; }

    /// <summary>Bytes of the request and of what was sent to the client, heads included.</summary>
    public long RequestSize { get; init; }

    public long ResponseSize { get; init; }

    /// <summary>Stored cost counts in this part of the currency unit.</summary>
    internal const double CostUnitsPerOne = 1e12;

    public bool IsInFlight => Outcome == RequestOutcome.InFlight;

    /// <summary>Answers from 500, and calls that were cut or timed out.</summary>
    public bool IsFailed => Status >= 500 || Outcome is RequestOutcome.UpstreamCut or RequestOutcome.UpstreamTimeout or RequestOutcome.Interrupted or RequestOutcome.Shutdown;

    public bool IsError => Status >= 400 || IsFailed;

    /// <summary>A turn of the conversation with the person; one that failed is made again and counts then.</summary>
    public bool IsTurn => Kind == CallKind.Main && !IsError;

    /// <summary>An agent has asked for a WebSocket, which is not offered, and goes on without: nothing has gone wrong.</summary>
    public bool IsRefusedUpgrade => Status == 426 && Method == "GET";

    /// <summary>Output tokens per second from the first token to the end; null where that cannot be told.</summary>
    public double? TokensPerSecond => SpeedOf(TimeToFirstTokenMs, TotalMs ?? LastOutputMs, OutputTokens);

    internal static double? SpeedOf(double? timeToFirstTokenMs, double? totalMs, long outputTokens) =>
        totalMs - timeToFirstTokenMs is >= 1 and var milliseconds && outputTokens > 1 ? (outputTokens - 1) * 1000 / milliseconds : null;
}
