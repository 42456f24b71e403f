namespace Gateway.Core.Llm.Observers;

/// <summary>Watches an answer that passes to the client as it is. Changes nothing. One per response, not thread-safe.</summary>
internal interface ILlmResponseObserver : ILlmAnswerFacts
{
    /// <summary>The next bytes of the (decoded) body, cut anywhere.</summary>
    void Push(ReadOnlySpan<byte> bytes);

    /// <summary>The body has ended. Afterwards <see cref="ILlmAnswerFacts.SawTerminal"/> says whether it was whole.</summary>
    void Complete();
}
