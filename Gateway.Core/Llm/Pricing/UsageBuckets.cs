using Gateway.Shared.Usage;

namespace Gateway.Core.Llm.Pricing;

/// <summary>The tokens of a call, each in exactly one bucket.</summary>
internal readonly record struct UsageBuckets(long Input, long CacheRead, long CacheWrite5m, long CacheWrite1h, long Output, long Reasoning)
{
    /// <summary>All prompt tokens, cached or not: what thresholds of long contexts are compared with.</summary>
    public long Prompt => Input + CacheRead + CacheWrite5m + CacheWrite1h;

    /// <summary>The normal form taken at its word: cached tokens inside the prompt, reasoning inside the completion.</summary>
    public static UsageBuckets Of(TokenUsage usage)
    {
        var reasoning = Math.Min(usage.ReasoningTokens, usage.CompletionTokens);
        return new(
            usage.InputTokens, usage.CacheReadTokens, usage.CacheWrite5mTokens, usage.CacheWrite1hTokens, usage.CompletionTokens - reasoning, reasoning);
    }

    /// <summary>
    /// As <see cref="Of"/>, but not fooled by servers that count cached tokens beside the prompt, or reasoning beside the completion
    /// (xAI does): their own total gives them away.
    /// </summary>
    public static UsageBuckets Checked(TokenUsage usage)
    {
        var buckets = Of(usage);
        var cached = usage.CacheReadTokens + usage.CacheWrite5mTokens + usage.CacheWrite1hTokens;
        var excess = usage.ReportedTotal - usage.PromptTokens - usage.CompletionTokens;
        if (cached > usage.PromptTokens || (cached > 0 && (excess == cached || (usage.ReasoningTokens > 0 && excess == cached + usage.ReasoningTokens))))
        {
            buckets = buckets with { Input = usage.PromptTokens };
            excess -= cached;
        }

        return usage.ReasoningTokens > usage.CompletionTokens || (usage.ReasoningTokens > 0 && excess == usage.ReasoningTokens)
            ? buckets with { Output = usage.CompletionTokens, Reasoning = usage.ReasoningTokens }
            : buckets;
    }
}
