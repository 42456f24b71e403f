using Gateway.Shared.Usage;

namespace Gateway.Core.Llm.Observers;

/// <summary>The facts, as observers fill them.</summary>
internal abstract class ResponseObserver : ILlmResponseObserver
{
    public TokenUsage? Usage { get; protected set; }

    public string? ResponseModel { get; protected set; }

    public string? ResponseId { get; protected set; }

    public string? FinishReason { get; protected set; }

    public string? ServiceTier { get; protected set; }

    public bool SawFirstContent { get; protected set; }

    public bool SawTerminal { get; protected set; }

    public bool SawError { get; protected set; }

    public string? ErrorMessage { get; protected set; }

    public long OutputCharacters { get; protected set; }

    public abstract void Push(ReadOnlySpan<byte> bytes);

    public abstract void Complete();

    protected void Adopt(ILlmAnswerFacts facts)
    {
        Usage = facts.Usage;
        ResponseModel = facts.ResponseModel;
        ResponseId = facts.ResponseId;
        FinishReason = facts.FinishReason;
        ServiceTier = facts.ServiceTier;
        SawTerminal = facts.SawTerminal;
        SawError = facts.SawError;
        ErrorMessage = facts.ErrorMessage;
        OutputCharacters = facts.OutputCharacters;
    }
}
