namespace Gateway.Core.Llm.Codecs.OpenAIChatToAnthropic;

/// <summary>Maps a <c>stop_reason</c> to a chat <c>finish_reason</c>.</summary>
internal static class MessagesFinish
{
    /// <param name="stopReason">As the upstream said it; null when it did not.</param>
    /// <param name="hasTools">Whether the client gets a tool call.</param>
    public static string Map(string? stopReason, bool hasTools) => stopReason switch
    {
        "max_tokens" or "model_context_window_exceeded" => "length",
        "refusal" => "content_filter",
        // Without a call that the client could answer (the output tool is none) the turn is over.
        _ => hasTools ? "tool_calls" : "stop",
    };
}
