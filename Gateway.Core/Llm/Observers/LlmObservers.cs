namespace Gateway.Core.Llm.Observers;

/// <summary>Observers by format.</summary>
internal static class LlmObservers
{
    /// <summary>An observer for an event stream; it also understands one JSON object in a stream's place. Null for <see cref="LlmFormat.Unknown"/> and formats that do not stream.</summary>
    public static ILlmResponseObserver? ForStream(LlmFormat format) => format switch
    {
        LlmFormat.OpenAIChat or LlmFormat.OpenAICompletions => new OpenAIChatStreamObserver(format),
        LlmFormat.OpenAIResponses => new OpenAIResponsesStreamObserver(),
        LlmFormat.AnthropicMessages => new AnthropicStreamObserver(),
        _ => null,
    };

    /// <summary>An observer for one JSON answer; null for <see cref="LlmFormat.Unknown"/>.</summary>
    public static ILlmResponseObserver? ForOneShot(LlmFormat format) => format == LlmFormat.Unknown ? null : new OneShotObserver(format);
}
