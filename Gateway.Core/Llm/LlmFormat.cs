namespace Gateway.Core.Llm;

/// <summary>A wire API of language models, as a client or an upstream speaks it.</summary>
internal enum LlmFormat
{
    /// <summary>Not known; such bodies pass as they are.</summary>
    Unknown,

    /// <summary><c>POST /v1/chat/completions</c>.</summary>
    OpenAIChat,

    /// <summary><c>POST /v1/responses</c>.</summary>
    OpenAIResponses,

    /// <summary><c>POST /v1/messages</c>.</summary>
    AnthropicMessages,

    /// <summary><c>POST /v1/completions</c>.</summary>
    OpenAICompletions,

    /// <summary><c>POST /v1/embeddings</c>.</summary>
    OpenAIEmbeddings,
}

/// <summary>Names of formats.</summary>
internal static class LlmFormatNames
{
    /// <summary>The name in log records: <c>openai_chat</c>; null for <see cref="LlmFormat.Unknown"/>.</summary>
    public static string? ToWireName(this LlmFormat format) => format switch
    {
        LlmFormat.OpenAIChat => "openai_chat",
        LlmFormat.OpenAIResponses => "openai_responses",
        LlmFormat.AnthropicMessages => "anthropic_messages",
        LlmFormat.OpenAICompletions => "openai_completions",
        LlmFormat.OpenAIEmbeddings => "openai_embeddings",
        _ => null,
    };
}
