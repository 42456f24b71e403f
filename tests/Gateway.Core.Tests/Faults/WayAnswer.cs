using System.Text;
using Gateway.Core.Llm;

namespace Gateway.Core.Tests.Faults;

/// <summary>A good answer of an upstream, which the faults cut and spoil.</summary>
internal sealed class WayAnswer
{
    private WayAnswer(string contentType, string text)
    {
        ContentType = contentType;
        Text = text;
        Bytes = Encoding.UTF8.GetBytes(text);
    }

    public string ContentType { get; }

    public string Text { get; }

    public byte[] Bytes { get; }

    /// <summary>Length of the first part, which ends with the first piece of the answer's text (in a stream: at the edge of an event).</summary>
    public int Edge
    {
        get
        {
            var hello = Text.IndexOf("Hello ", StringComparison.Ordinal) + "Hello ".Length;
            var end = ContentType.StartsWith("text/", StringComparison.Ordinal) ? Text.IndexOf("\n\n", hello, StringComparison.Ordinal) + 2 : hello;
            return Encoding.UTF8.GetByteCount(Text.AsSpan(0, end));
        }
    }

    /// <summary>Length of a part that ends within a character of two bytes.</summary>
    public int InCharacter => Encoding.UTF8.GetByteCount(Text.AsSpan(0, Text.IndexOf('ö', StringComparison.Ordinal))) + 1;

    public static WayAnswer Of(LlmFormat format, bool isStream) => isStream
        ? new("text/event-stream", StreamOf(format))
        : new("application/json", OneShotOf(format));

    /// <summary>The stream up to its end mark, and then an error in the words of the format.</summary>
    public static string WithError(LlmFormat format)
    {
        var text = StreamOf(format);
        var part = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text).AsSpan(0, Of(format, isStream: true).Edge));
        return part + (format switch
        {
            LlmFormat.AnthropicMessages => Event("error", """{"type":"error","error":{"type":"overloaded_error","message":"too much to do"}}"""),
            LlmFormat.OpenAIResponses => Event(
                "response.failed", """{"type":"response.failed","response":{"id":"resp_1","status":"failed","error":{"code":"server_error","message":"too much to do"}}}"""),
            _ => Event(null, """{"error":{"message":"too much to do","type":"server_error","code":null}}"""),
        });
    }

    /// <summary>An error as an API of that format writes it.</summary>
    public static string Error(LlmFormat format, string message) => format == LlmFormat.AnthropicMessages
        ? $$$"""{"type":"error","error":{"type":"api_error","message":"{{{message}}}"}}"""
        : $$$"""{"error":{"message":"{{{message}}}","type":"server_error","param":null,"code":null}}""";

    private static string OneShotOf(LlmFormat format) => format switch
    {
        LlmFormat.AnthropicMessages => """
            {"id":"msg_1","type":"message","role":"assistant","model":"some-claude","content":[{"type":"text","text":"Hello wörld"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}}
            """,
        LlmFormat.OpenAIResponses => """
            {"id":"resp_1","object":"response","status":"completed","model":"gpt-4o","output":[{"type":"message","id":"m","role":"assistant","content":[{"type":"output_text","text":"Hello wörld"}]}],"usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5}}
            """,
        _ => """
            {"id":"c1","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"Hello wörld"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}
            """,
    };

    private static string StreamOf(LlmFormat format) => format switch
    {
        LlmFormat.AnthropicMessages =>
            Event("message_start", """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"some-claude","content":[],"usage":{"input_tokens":3,"output_tokens":1}}}""")
            + Event("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""")
            + Event("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello "}}""")
            + Event("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"wörld"}}""")
            + Event("content_block_stop", """{"type":"content_block_stop","index":0}""")
            + Event("message_delta", """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":2}}""")
            + Event("message_stop", """{"type":"message_stop"}"""),
        LlmFormat.OpenAIResponses =>
            Event("response.created", """{"type":"response.created","response":{"id":"resp_1","object":"response","status":"in_progress","model":"gpt-4o","output":[]}}""")
            + Event("response.output_text.delta", """{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Hello "}""")
            + Event("response.output_text.delta", """{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"wörld"}""")
            + Event("response.completed", """{"type":"response.completed","response":{"id":"resp_1","object":"response","status":"completed","model":"gpt-4o","output":[],"usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5}}}"""),
        _ =>
            Event(null, """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}""")
            + Event(null, """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{"content":"Hello "},"finish_reason":null}],"usage":null}""")
            + Event(null, """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{"content":"wörld"},"finish_reason":null}],"usage":null}""")
            + Event(null, """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}""")
            + Event(null, """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}""")
            + Event(null, "[DONE]"),
    };

    private static string Event(string? name, string data) => (name is null ? "" : $"event: {name}\n") + $"data: {data}\n\n";
}
