namespace Gateway.Shared.Usage;

/// <summary>Where token counts come from.</summary>
public enum UsageSource
{
    Provider,
    Estimate,
}

/// <summary>
/// Token counts of one call in normal form: <see cref="PromptTokens"/> includes cached reads and writes, <see cref="CompletionTokens"/>
/// includes reasoning. The disjoint buckets that cost is computed from are derived.
/// </summary>
public sealed record TokenUsage
{
    public long PromptTokens { get; init; }

    public long CompletionTokens { get; init; }

    /// <summary>The provider's own total when it gave one; null: the sum.</summary>
    public long? ReportedTotal { get; init; }

    /// <summary>Prompt tokens read from a cache.</summary>
    public long CacheReadTokens { get; init; }

    /// <summary>Prompt tokens written to a cache that lives five minutes, or whose lifetime is not known.</summary>
    public long CacheWrite5mTokens { get; init; }

    /// <summary>Prompt tokens written to a cache that lives an hour.</summary>
    public long CacheWrite1hTokens { get; init; }

    /// <summary>Part of <see cref="CompletionTokens"/>.</summary>
    public long ReasoningTokens { get; init; }

    public long PromptAudioTokens { get; init; }

    public long CompletionAudioTokens { get; init; }

    public long AcceptedPredictionTokens { get; init; }

    public long RejectedPredictionTokens { get; init; }

    /// <summary>Whether the provider sent <c>prompt_tokens_details</c> (or its counterpart); the log record is <c>{}</c> otherwise.</summary>
    public bool HasPromptDetails { get; init; }

    public bool HasCompletionDetails { get; init; }

    public UsageSource Source { get; init; }

    public long TotalTokens => ReportedTotal ?? (PromptTokens + CompletionTokens);

    /// <summary>Disjoint bucket: prompt tokens neither read from nor written to a cache.</summary>
    public long InputTokens => Math.Max(0, PromptTokens - CacheReadTokens - CacheWrite5mTokens - CacheWrite1hTokens);
}
