using Gateway.Shared.Usage;

namespace Gateway.Core.Llm;

/// <summary>What is known about a model's answer so far. Read while it runs and after its end.</summary>
internal interface ILlmAnswerFacts
{
    /// <summary>Usage as the provider reported it, in normal form; null while it has not.</summary>
    TokenUsage? Usage { get; }

    /// <summary>The model that the answer names.</summary>
    string? ResponseModel { get; }

    /// <summary>The answer's id as the provider gave it.</summary>
    string? ResponseId { get; }

    /// <summary>Why the model stopped, in the words of the upstream's format (<c>stop</c>, <c>end_turn</c>, <c>completed</c>).</summary>
    string? FinishReason { get; }

    /// <summary>Service tier that the answer names; null when it names none.</summary>
    string? ServiceTier { get; }

    /// <summary>Whether an event with content (text, reasoning, a tool call) has arrived: the moment of the first token.</summary>
    bool SawFirstContent { get; }

    /// <summary>
    /// Whether the format's own end has been seen (<c>[DONE]</c> or a finish reason, <c>message_stop</c>, <c>response.completed</c>…).
    /// False at the end of a stream: it was cut.
    /// </summary>
    bool SawTerminal { get; }

    /// <summary>Whether the upstream reported an error inside a 200 answer.</summary>
    bool SawError { get; }

    /// <summary>The message of that error.</summary>
    string? ErrorMessage { get; }

    /// <summary>Characters of text, reasoning and tool arguments so far; the base of estimates. Bytes of JSON text, escapes counted once.</summary>
    long OutputCharacters { get; }
}
