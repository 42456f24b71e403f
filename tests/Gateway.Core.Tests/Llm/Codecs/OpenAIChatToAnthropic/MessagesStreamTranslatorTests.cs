using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Core.Llm.Codecs;
using Gateway.Core.Llm.Codecs.OpenAIChatToAnthropic;
using Microsoft.Extensions.Time.Testing;
using static Gateway.Core.Tests.Llm.LlmTesting;

namespace Gateway.Core.Tests.Llm.Codecs.OpenAIChatToAnthropic;

public class MessagesStreamTranslatorTests
{
    private const string Start = """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[],"usage":{"input_tokens":10,"cache_read_input_tokens":4,"output_tokens":1}}}""";
    private const string Stop = """{"type":"message_stop"}""";
    private const string EndTurn = """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":7}}""";
    private const string ToolUse = """{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":7}}""";

    [Fact]
    public void Push_Text_WritesExactChunks() => Assert.Equal(
        """
        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"claude-x","system_fingerprint":null,"choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"claude-x","system_fingerprint":null,"choices":[{"index":0,"delta":{"content":"Hi <there>"},"logprobs":null,"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"claude-x","system_fingerprint":null,"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"claude-x","system_fingerprint":null,"choices":[],"usage":{"prompt_tokens":14,"completion_tokens":7,"total_tokens":21,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":0}}}

        data: [DONE]


        """,
        Run([Sse(Start, TextStart(0), Text(0, "Hi <there>"), BlockStop(0), EndTurn, Stop)], out _, "usage"));

    public static TheoryData<string, string[], string> Streams() => new()
    {
        { "text", [Start, TextStart(0), Text(0, "a"), """{"type":"ping"}""", Text(0, "b"), BlockStop(0), EndTurn, Stop], "role 'a' 'b' stop done" },
        { "text|usage", [Start, TextStart(0), Text(0, "a"), BlockStop(0), EndTurn, Stop], "role 'a' stop usage:14+7 done" },
        { "nothing at all", [Start, EndTurn, Stop], "role stop done" },
        { "thinking hidden", [Start, ThinkingStart(0), Thinking(0, "t"), Signature(0), BlockStop(0), TextStart(1), Text(1, "a"), BlockStop(1), EndTurn, Stop], "role 'a' stop done" },
        { "thinking shown|reasoning", [Start, ThinkingStart(0), Thinking(0, "t"), Signature(0), BlockStop(0), TextStart(1), Text(1, "a"), BlockStop(1), EndTurn, Stop], "role think't' 'a' stop done" },
        { "one tool", [Start, ToolStart(0, "c", "N"), Input(0, ""), Input(0, "{\\\"a\\\":"), Input(0, "1}"), BlockStop(0), ToolUse, Stop], "role tool0:c:N 0'{\"a\":' 0'1}' tool_calls done" },
        { "text and two tools", [Start, TextStart(0), Text(0, "a"), BlockStop(0), ToolStart(1, "c", "N"), Input(1, "{}"), BlockStop(1), ToolStart(2, "d", "M"), Input(2, "{}"), BlockStop(2), ToolUse, Stop], "role 'a' tool0:c:N 0'{}' tool1:d:M 1'{}' tool_calls done" },
        { "interleaved tools", [Start, ToolStart(0, "c", "N"), ToolStart(1, "d", "M"), Input(0, "{"), Input(1, "{"), Input(0, "}"), Input(1, "}"), BlockStop(0), BlockStop(1), ToolUse, Stop], "role tool0:c:N tool1:d:M 0'{' 1'{' 0'}' 1'}' tool_calls done" },
        { "tool without input", [Start, ToolStart(0, "c", "N"), BlockStop(0), ToolUse, Stop], "role tool0:c:N 0'{}' tool_calls done" },
        { "tool that is never closed", [Start, ToolStart(0, "c", "N"), ToolUse, Stop], "role tool0:c:N 0'{}' tool_calls done" },
        { "input with the start", [Start, """{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"c","name":"N","input":{"a": "x\n"}}}""", BlockStop(0), ToolUse, Stop], "role tool0:c:N 0'{\"a\":\"x\\n\"}' tool_calls done" },
        { "id missing", [Start, """{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","name":"N","input":{}}}""", BlockStop(0), ToolUse, Stop], "role tool0:call_id:N 0'{}' tool_calls done" },
        { "server tool", [Start, """{"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"s","name":"web_search","input":{}}}""", Input(0, "{}"), BlockStop(0), """{"type":"content_block_start","index":1,"content_block":{"type":"web_search_tool_result","content":[{"type":"web_search_result","text":"no"}]}}""", BlockStop(1), TextStart(2), Text(2, "a"), BlockStop(2), EndTurn, Stop], "role 'a' stop done" },
        { "output tool|schema", [Start, ToolStart(0, "c", "json_output"), Input(0, "{\\\"a\\\":"), Input(0, "1}"), BlockStop(0), ToolUse, Stop], "role '{\"a\":' '1}' stop done" },
        { "output tool without input|schema", [Start, ToolStart(0, "c", "json_output"), BlockStop(0), ToolUse, Stop], "role '{}' stop done" },
        { "text with the start", [Start, """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"a"}}""", BlockStop(0), EndTurn, Stop], "role 'a' stop done" },
        { "start missing", [TextStart(0), Text(0, "a"), EndTurn, Stop], "role 'a' stop done" },
        { "index used again", [Start, TextStart(0), Text(0, "a"), BlockStop(0), ToolStart(0, "c", "N"), Input(0, "{}"), BlockStop(0), ToolUse, Stop], "role 'a' tool0:c:N 0'{}' tool_calls done" },
        { "max_tokens", [Start, TextStart(0), Text(0, "a"), EndTurn.Replace("end_turn", "max_tokens", StringComparison.Ordinal), Stop], "role 'a' length done" },
        { "refusal", [Start, EndTurn.Replace("end_turn", "refusal", StringComparison.Ordinal), Stop], "role content_filter done" },
        { "unknown events", [Start, """{"type":"new_event","x":1}""", TextStart(0), Text(0, "a"), EndTurn, Stop], "role 'a' stop done" },
        { "after the end", [Start, EndTurn, Stop, Text(0, "b"), """{"type":"error","error":{"message":"x"}}"""], "role stop done" },
        { "two bad events", [Start, "x", "{", TextStart(0), Text(0, "a"), "y", "z", EndTurn, Stop], "role 'a' stop done" },
        { "three bad events", [Start, "x", "[]", "z", EndTurn, Stop], "role error:server_error::the upstream's stream is not valid" },
        { "error", [Start, TextStart(0), Text(0, "a"), """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", Stop], "role 'a' error:server_error:overloaded:Overloaded" },
        { "error at once", ["""{"type":"error","error":{"type":"rate_limit_error","message":"slow"}}"""], "error:rate_limit_error:rate_limit_exceeded:slow" },
        { "prompt too long", ["""{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 2 tokens > 1 maximum"}}"""], "error:invalid_request_error:context_length_exceeded:prompt is too long: 2 tokens > 1 maximum" },
        { "truncated", [Start, TextStart(0), Text(0, "a")], "role 'a' error:server_error::upstream stream ended unexpectedly" },
        { "truncated before the stop", [Start, TextStart(0), Text(0, "a"), BlockStop(0), EndTurn], "role 'a' error:server_error::upstream stream ended unexpectedly" },
        { "truncated in a tool", [Start, ToolStart(0, "c", "N"), Input(0, "{")], "role tool0:c:N 0'{' error:server_error::upstream stream ended unexpectedly" },
        { "surrogates in two deltas", [Start, TextStart(0), Text(0, "x\\ud83d"), Text(0, "\\ude00y"), BlockStop(0), EndTurn, Stop], "role 'x' '😀y' stop done" },
        { "surrogate alone", [Start, TextStart(0), Text(0, "x\\ud83d"), BlockStop(0), EndTurn, Stop], "role 'x' '\uFFFD' stop done" },
        { "surrogate alone in thinking|reasoning", [Start, ThinkingStart(0), Thinking(0, "\\ud83d"), BlockStop(0), EndTurn, Stop], "role think'\uFFFD' stop done" },
        { "nothing", [], "" },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void Push_EachStream_CutAtEveryByte_GivesTheSameChunks(string name, string[] events, string expected)
    {
        var kind = name.Contains('|', StringComparison.Ordinal) ? name.Split('|')[1] : "";
        foreach (var pieces in Cuts(Sse(events)))
        {
            var output = Run(pieces, out var translator, kind);

            Assert.Equal(expected, Digest(output));
            Assert.True(translator.IsEnded);
            Assert.Equal(expected.EndsWith("done", StringComparison.Ordinal), translator.SawTerminal);
        }
    }

    [Fact]
    public void Push_StreamThatEndsEarly_NeverLooksComplete()
    {
        var body = Sse(Start, TextStart(0), Text(0, "Hello"), BlockStop(0), ToolStart(1, "c", "N"), Input(1, "{\\\"a\\\":1}"), BlockStop(1), ToolUse, Stop);
        var stopEnd = Encoding.UTF8.GetString(body).LastIndexOf('}') + 1;
        for (var length = 0; length < body.Length; length++)
        {
            var output = Run([body[..length]], out var translator);

            Assert.Equal(length >= stopEnd, output.Contains("[DONE]", StringComparison.Ordinal));
            Assert.Equal(length >= stopEnd, translator.SawTerminal);
            Assert.True(length >= stopEnd || output.Length == 0 || output.Contains("\"error\"", StringComparison.Ordinal));
            Assert.True(length >= stopEnd || !output.Contains("\"finish_reason\":\"", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Usage_OfBothEnds_IsOverwrittenNotAdded()
    {
        Run([Sse(Start, EndTurn, """{"type":"message_delta","delta":{},"usage":{"input_tokens":11,"output_tokens":9,"service_tier":"priority"}}""", Stop)], out var translator);

        Assert.Equal((15L, 4L, 9L), (translator.Usage!.PromptTokens, translator.Usage.CacheReadTokens, translator.Usage.CompletionTokens));
        Assert.Equal(("msg_1", "claude-x", "end_turn", "priority"), (translator.ResponseId, translator.ResponseModel, translator.FinishReason, translator.ServiceTier));
    }

    [Fact]
    public void EventLines_WithoutTypeInside_CountToo()
    {
        var output = Run([Utf8("event: message_start\ndata: {}\n\nevent: content_block_delta\ndata: {\"index\":0,\"delta\":{\"text\":\"a\"}}\n\nevent: message_stop\ndata: {}\n\n")], out _);

        Assert.Equal("role 'a' stop done", Digest(output));
    }

    [Theory]
    [InlineData("""{"id":"msg_x","model":"g","content":[{"type":"text","text":"Hi"},{"type":"tool_use","id":"c","name":"N","input":{}}],"stop_reason":"tool_use"}""", "role 'Hi' tool0:c:N 0'{}' tool_calls done")]
    [InlineData("""{"type":"error","error":{"message":"boom"}}""", "error:server_error::boom")]
    [InlineData("""{"id":"msg_x","cont""", "error:server_error::the upstream's answer is not valid JSON")]
    public void Push_JsonInsteadOfAStream_IsStillAStreamForTheClient(string body, string expected)
    {
        foreach (var pieces in Cuts(Utf8(body)))
        {
            Assert.Equal(expected, Digest(Run(pieces, out _)));
        }
    }

    [Fact]
    public void PingAndError_AreWritten()
    {
        var translator = Translator("");
        var output = new ArrayBufferWriter<byte>();

        translator.WritePing(output);
        translator.Push(Sse(Start), output);
        translator.WriteError(504, "timed out", output);
        translator.Push(Sse(TextStart(0), Text(0, "b"), EndTurn, Stop), output);
        translator.Complete(output);
        translator.WritePing(output);

        Assert.Contains("\n\n: keep-alive\n\n", output.Text(), StringComparison.Ordinal);
        Assert.Equal("role error:server_error::timed out", Digest(output.Text().Replace(": keep-alive\n\n", "", StringComparison.Ordinal)));
        Assert.False(translator.SawTerminal);
    }

    private static string TextStart(int index) => $$$$"""{"type":"content_block_start","index":{{{{index}}}},"content_block":{"type":"text","text":""}}""";

    private static string ThinkingStart(int index) => $$$$"""{"type":"content_block_start","index":{{{{index}}}},"content_block":{"type":"thinking","thinking":"","signature":""}}""";

    private static string ToolStart(int index, string id, string name) => $$$$"""{"type":"content_block_start","index":{{{{index}}}},"content_block":{"type":"tool_use","id":"{{{{id}}}}","name":"{{{{name}}}}","input":{}}}""";

    private static string Text(int index, string raw) => $$$$"""{"type":"content_block_delta","index":{{{{index}}}},"delta":{"type":"text_delta","text":"{{{{raw}}}}"}}""";

    private static string Thinking(int index, string raw) => $$$$"""{"type":"content_block_delta","index":{{{{index}}}},"delta":{"type":"thinking_delta","thinking":"{{{{raw}}}}"}}""";

    private static string Signature(int index) => $$$$"""{"type":"content_block_delta","index":{{{{index}}}},"delta":{"type":"signature_delta","signature":"s"}}""";

    private static string Input(int index, string raw) => $$$$"""{"type":"content_block_delta","index":{{{{index}}}},"delta":{"type":"input_json_delta","partial_json":"{{{{raw}}}}"}}""";

    private static string BlockStop(int index) => $$$$"""{"type":"content_block_stop","index":{{{{index}}}}}""";

    private static byte[] Sse(params string[] events) => Utf8(string.Concat(events.Select(data => $"event: x\ndata: {data}\n\n")));

    private static MessagesStreamTranslator Translator(string kind)
    {
        var more = kind switch
        {
            "usage" => ""","stream_options":{"include_usage":true}""",
            "schema" => ""","response_format":{"type":"json_schema","json_schema":{"schema":{"type":"object"}}}""",
            _ => "",
        };
        var codec = new OpenAIChatToAnthropicCodec(() => "id", new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000)));
        var target = CodecTarget.For("anthropic", "m") with { ShowsReasoning = kind == "reasoning" };
        var translated = codec.TranslateRequest(Utf8($$"""{"messages":[{"role":"user","content":"u"}],"stream":true{{more}}}"""), target, new ArrayBufferWriter<byte>());
        return (MessagesStreamTranslator)translated.Value!.CreateStreamTranslator();
    }

    private static string Run(byte[][] pieces, out MessagesStreamTranslator translator, string kind = "")
    {
        translator = Translator(kind);
        var output = new ArrayBufferWriter<byte>();
        foreach (var piece in pieces)
        {
            translator.Push(piece, output);
        }

        translator.Complete(output);
        return output.Text();
    }

    /// <summary>The chunks in short: what a test row expects.</summary>
    private static string Digest(string stream) =>
        string.Join(' ', stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(frame => Word(frame["data: ".Length..])));

    private static string Word(string data)
    {
        if (data == "[DONE]")
        {
            return "done";
        }

        using var document = JsonDocument.Parse(data);
        var root = document.RootElement;
        if (root.TryGetProperty("error", out var error))
        {
            return $"error:{error.GetProperty("type").GetString()}:{error.GetProperty("code").GetString()}:{error.GetProperty("message").GetString()}";
        }

        if (root.GetProperty("choices").GetArrayLength() == 0)
        {
            var usage = root.GetProperty("usage");
            return $"usage:{usage.GetProperty("prompt_tokens").GetInt64()}+{usage.GetProperty("completion_tokens").GetInt64()}";
        }

        var choice = root.GetProperty("choices")[0];
        if (choice.GetProperty("finish_reason").GetString() is { } reason)
        {
            return reason;
        }

        var delta = choice.GetProperty("delta");
        if (delta.TryGetProperty("role", out _))
        {
            return "role";
        }

        if (delta.TryGetProperty("tool_calls", out var calls))
        {
            var call = calls[0];
            var index = call.GetProperty("index").GetInt32();
            return call.TryGetProperty("id", out var id)
                ? $"tool{index}:{id.GetString()}:{call.GetProperty("function").GetProperty("name").GetString()}"
                : $"{index}'{call.GetProperty("function").GetProperty("arguments").GetString()}'";
        }

        return delta.TryGetProperty("reasoning_content", out var reasoning) ? $"think'{reasoning.GetString()}'" : $"'{delta.GetProperty("content").GetString()}'";
    }
}
