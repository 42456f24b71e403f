using Gateway.Shared.Usage;

namespace Gateway.Core.Llm;

/// <summary>Facts of a whole one-shot answer.</summary>
internal sealed record LlmAnswer : ILlmAnswerFacts
{
    public TokenUsage? Usage { get; init; }

    public string? ResponseModel { get; init; }

    public string? ResponseId { get; init; }

    public string? FinishReason { get; init; }

    public string? ServiceTier { get; init; }

    public bool SawFirstContent { get; init; }

    public bool SawTerminal { get; init; }

    public bool SawError { get; init; }

    public string? ErrorMessage { get; init; }

    public long OutputCharacters { get; init; }

    /// <summary>Names of what the translation left out of the answer; empty when nothing.</summary>
    public IReadOnlyList<string> Dropped { get; init; } = [];
}
