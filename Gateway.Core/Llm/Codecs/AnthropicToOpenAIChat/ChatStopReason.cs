namespace Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;

/// <summary>Maps a chat <c>finish_reason</c> to a <c>stop_reason</c>.</summary>
internal static class ChatStopReason
{
    /// <param name="finishReason">As the upstream said it; null when it did not.</param>
    /// <param name="hasTools">Whether the answer holds a tool call: several servers say <c>stop</c> then.</param>
    /// <param name="isRefusal">Whether the answer's text was a refusal.</param>
    /// <param name="stopSequence">The matched stop sequence where the server tells it (vLLM); null otherwise.</param>
    public static string Map(string? finishReason, bool hasTools, bool isRefusal, string? stopSequence)
    {
        if (isRefusal)
        {
            return "refusal";
        }

        return finishReason switch
        {
            "length" => "max_tokens",
            "tool_calls" or "function_call" => "tool_use",
            "content_filter" => "refusal",
            "stop" when !hasTools => stopSequence is null ? "end_turn" : "stop_sequence",
            _ => hasTools ? "tool_use" : "end_turn",
        };
    }
}
