using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Core.Llm.Codecs;
using Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;
using static Gateway.Core.Tests.Llm.LlmTesting;

namespace Gateway.Core.Tests.Llm.Codecs.AnthropicToOpenAIChat;

public class ChatStreamTranslatorTests
{
    private const string Start = "start ping ";
    private const string Role = """{"id":"chatcmpl-1","model":"g","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""";
    private const string Stop = """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";
    private const string ToolStop = """{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""";
    private const string UsageChunk = """{"choices":[],"usage":{"prompt_tokens":30,"completion_tokens":7,"total_tokens":37,"prompt_tokens_details":{"cached_tokens":10}}}""";
    private const string Done = "[DONE]";

    [Fact]
    public void Push_Text_WritesExactFrames()
    {
        var output = Run(Sse(Role, Text("Hi <there>"), Stop, UsageChunk, Done), out _);

        Assert.Equal(
            """
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"g","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}}

            event: ping
            data: {"type":"ping"}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi <there>"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":20,"cache_creation_input_tokens":0,"cache_read_input_tokens":10,"output_tokens":7}}

            event: message_stop
            data: {"type":"message_stop"}


            """,
            output);
    }

    public static TheoryData<string, string[], string> Streams() => new()
    {
        { "text", [Role, Text("a"), Text("b"), Stop, Done], Start + "text0 'a' 'b' stop0 end_turn" },
        { "nothing at all", [Role, Stop, Done], Start + "text0 stop0 end_turn" },
        { "azure preamble", ["""{"id":"","model":"","choices":[],"prompt_filter_results":[{}]}""", Role, Text("a"), Stop, Done], Start + "text0 'a' stop0 end_turn" },
        { "null content", [Role, """{"choices":[{"index":0,"delta":{"content":null}}]}""", Text("a"), Stop, Done], Start + "text0 'a' stop0 end_turn" },
        { "reasoning hidden", [Role, Delta("\"reasoning_content\":\"t\""), Text("a"), Stop, Done], Start + "text0 'a' stop0 end_turn" },
        { "reasoning shown|thinking", [Role, Delta("\"reasoning_content\":\"t\""), Delta("\"reasoning\":\"u\""), Text("a"), Stop, Done], Start + "thinking0 't' 'u' stop0 text1 'a' stop1 end_turn" },
        { "reasoning signed|thinking", [Role, Delta("\"reasoning_content\":\"t\",\"reasoning_signature\":\"s\""), Text("a"), Stop, Done], Start + "thinking0 't' sig's' stop0 text1 'a' stop1 end_turn" },
        { "refusal", [Role, Delta("\"refusal\":\"No\""), Stop, Done], Start + "text0 'No' stop0 refusal" },
        { "content filter", [Role, Text("a"), Finish("content_filter"), Done], Start + "text0 'a' stop0 refusal" },
        { "length", [Role, Text("a"), Finish("length"), Done], Start + "text0 'a' stop0 max_tokens" },
        { "one tool", [Role, Tool(0, "c", "N", ""), Args(0, "{\\\"a\\\":"), Args(0, "1}"), ToolStop, Done], Start + "tool0:c:N '{\"a\":' '1}' stop0 tool_use" },
        { "text then tool", [Role, Text("a"), Tool(0, "c", "N", "{}"), ToolStop, Done], Start + "text0 'a' stop0 tool1:c:N '{}' stop1 tool_use" },
        { "tool without arguments", [Role, Tool(0, "c", "N", ""), ToolStop, Done], Start + "tool0:c:N stop0 tool_use" },
        { "finish says stop", [Role, Tool(0, "c", "N", "{}"), Stop, Done], Start + "tool0:c:N '{}' stop0 tool_use" },
        { "parallel", [Role, Tool(0, "c", "N", "{}"), Tool(1, "d", "M", "{\\\"x\\\":"), Args(1, "2}"), ToolStop, Done], Start + "tool0:c:N '{}' stop0 tool1:d:M '{\"x\":' '2}' stop1 tool_use" },
        { "parallel in one chunk", [Role, """{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"N","arguments":"{}"}},{"index":1,"id":"d","function":{"name":"M","arguments":"{}"}}]}}]}""", ToolStop, Done], Start + "tool0:c:N '{}' stop0 tool1:d:M '{}' stop1 tool_use" },
        { "interleaved", [Role, Tool(0, "c", "N", "{\\\"a\\\":"), Tool(1, "d", "M", "{\\\"b\\\":"), Args(0, "1}"), Args(1, "2}"), ToolStop, Done], Start + "tool0:c:N '{\"a\":' '1}' stop0 tool1:d:M '{\"b\":' '2}' stop1 tool_use" },
        { "never complete", [Role, Tool(0, "c", "N", "{"), Tool(1, "d", "M", "{}"), Finish("length"), Done], Start + "tool0:c:N '{' stop0 tool1:d:M '{}' stop1 max_tokens" },
        { "index always 0", [Role, Tool(0, "c", "N", "{}"), Tool(0, "d", "M", "{}"), ToolStop, Done], Start + "tool0:c:N '{}' stop0 tool1:d:M '{}' stop1 tool_use" },
        { "index missing", [Role, """{"choices":[{"delta":{"tool_calls":[{"id":"c","function":{"name":"N","arguments":"{"}}]}}]}""", """{"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"}"}}]}}]}""", """{"choices":[{"delta":{"tool_calls":[{"id":"d","function":{"name":"M","arguments":"{}"}}]}}]}""", ToolStop, Done], Start + "tool0:c:N '{' '}' stop0 tool1:d:M '{}' stop1 tool_use" },
        { "name repeated", [Role, Tool(0, "c", "N", "{"), Tool(0, "c", "N", "}"), ToolStop, Done], Start + "tool0:c:N '{' '}' stop0 tool_use" },
        { "name comes late", [Role, """{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","function":{"arguments":"{"}}]}}]}""", """{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"N","arguments":"}"}}]}}]}""", ToolStop, Done], Start + "tool0:c:N '{}' stop0 tool_use" },
        { "id missing", [Role, """{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"N","arguments":"{}"}}]}}]}""", ToolStop, Done], Start + "tool0:call_id:N '{}' stop0 tool_use" },
        { "arguments as object", [Role, """{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"N","arguments":{"a": "x\n"}}}]}}]}""", ToolStop, Done], Start + "tool0:c:N '{\"a\":\"x\\n\"}' stop0 tool_use" },
        { "text after tool", [Role, Tool(0, "c", "N", "{}"), Text("a"), Text("b"), ToolStop, Done], Start + "tool0:c:N '{}' stop0 text1 'a' 'b' stop1 tool_use" },
        { "text inside tool", [Role, Tool(0, "c", "N", "{"), Text("a"), Args(0, "}"), Text("b"), ToolStop, Done], Start + "tool0:c:N '{' '}' stop0 text1 'a' 'b' stop1 tool_use" },
        { "text inside tool that never ends", [Role, Tool(0, "c", "N", "{"), Text("a"), ToolStop, Done], Start + "tool0:c:N '{' stop0 text1 'a' stop1 tool_use" },
        { "function_call", [Role, Delta("\"function_call\":{\"name\":\"N\",\"arguments\":\"\"}"), Delta("\"function_call\":{\"arguments\":\"{}\"}"), Finish("function_call"), Done], Start + "tool0:call_8ce86a6ae65d3692e7305e2c:N '{}' stop0 tool_use" },
        { "delta with the finish", [Role, """{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}""", Text("b"), Done], Start + "text0 'a' 'b' stop0 end_turn" },
        { "other choices", [Role, """{"choices":[{"index":1,"delta":{"content":"no"}},{"index":0,"delta":{"content":"a"}}]}""", """{"choices":[{"index":1,"delta":{"content":"no"},"finish_reason":"length"}]}""", Stop, Done], Start + "text0 'a' stop0 end_turn" },
        { "matched stop", [Role, Text("a"), """{"choices":[{"delta":{},"finish_reason":"stop","stop_reason":"END"}]}""", Done], Start + "text0 'a' stop0 stop_sequence=END" },
        { "no finish but done", [Role, Text("a"), Done], Start + "text0 'a' stop0 end_turn" },
        { "no finish but done after tool", [Role, Tool(0, "c", "N", "{}"), Done], Start + "tool0:c:N '{}' stop0 tool_use" },
        { "no done after finish", [Role, Text("a"), Stop], Start + "text0 'a' stop0 end_turn" },
        { "after done", [Role, Text("a"), Stop, Done, Text("b"), """{"error":{"message":"x"}}"""], Start + "text0 'a' stop0 end_turn" },
        { "two bad chunks", [Role, "x", "{", Text("a"), "y", "z", Stop, Done], Start + "text0 'a' stop0 end_turn" },
        { "three bad chunks", [Role, "x", "y", "z", Text("a"), Stop, Done], Start + "error:api_error:the upstream's stream is not valid" },
        { "error chunk", [Role, Text("a"), """{"error":{"message":"boom","type":"server_error"}}""", Text("b"), Done], Start + "text0 'a' error:api_error:boom" },
        { "error chunk at once", ["""{"error":{"message":"slow down","type":"rate_limit_error"}}"""], "error:rate_limit_error:slow down" },
        { "error as text", [Role, """{"error":"boom"}"""], Start + "error:api_error:boom" },
        { "truncated", [Role, Text("a")], Start + "text0 'a' error:api_error:upstream stream ended unexpectedly" },
        { "truncated in a tool", [Role, Tool(0, "c", "N", "{")], Start + "tool0:c:N '{' error:api_error:upstream stream ended unexpectedly" },
        { "surrogates in two deltas", [Role, Text("x\\ud83d"), Text("\\ude00y"), Stop, Done], Start + "text0 'x' '😀y' stop0 end_turn" },
        { "surrogate alone", [Role, Text("x\\uD83D"), Stop, Done], Start + "text0 'x' '\uFFFD' stop0 end_turn" },
        { "surrogate text in arguments", [Role, Tool(0, "c", "N", "{\\\"a\\\":\\\"\\\\ud83d"), Args(0, "\\\\ude00\\\"}"), ToolStop, Done], Start + "tool0:c:N '{\"a\":\"\\ud83d' '\\ude00\"}' stop0 tool_use" },
        { "braces inside strings", [Role, Tool(0, "c", "N", "{\\\"a\\\":\\\"}{\\\\\\\"\\\""), Tool(1, "d", "M", "{}"), Args(0, ",\\\"b\\\":[{}]}"), ToolStop, Done], Start + "tool0:c:N '{\"a\":\"}{\\\"\"' ',\"b\":[{}]}' stop0 tool1:d:M '{}' stop1 tool_use" },
        { "parts as content", [Role, """{"choices":[{"delta":{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}}]}""", Stop, Done], Start + "text0 'a' 'b' stop0 end_turn" },
        { "thinking parts|thinking", [Role, """{"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"t"}]},{"type":"text","text":"a"}]}}]}""", Stop, Done], Start + "thinking0 't' stop0 text1 'a' stop1 end_turn" },
        { "nothing", [], "" },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void Push_EachStream_CutAtEveryByte_GivesTheSameEvents(string name, string[] chunks, string expected)
    {
        var body = Sse(chunks);
        foreach (var pieces in Cuts(body))
        {
            var output = Run(pieces, out var translator, wantsThinking: name.EndsWith("|thinking", StringComparison.Ordinal));

            Assert.Equal(expected, Digest(output));
            Assert.True(translator.IsEnded);
            Assert.Equal(!expected.Contains("error", StringComparison.Ordinal) && expected.Length > 0, translator.SawTerminal);
        }
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Push_OtherLineEnds_GiveTheSameEvents(string lineEnd)
    {
        var stream = Encoding.UTF8.GetString(Sse(Role, Text("a"), Stop, Done)).Replace("\n", lineEnd, StringComparison.Ordinal);
        foreach (var pieces in Cuts(Utf8(": hello" + lineEnd + lineEnd + stream)))
        {
            Assert.Equal(Start + "text0 'a' stop0 end_turn", Digest(Run(pieces, out _)));
        }
    }

    [Fact]
    public void Push_StreamThatEndsEarly_NeverLooksComplete()
    {
        var body = Sse(Role, Text("Hello"), Tool(0, "c", "N", "{\\\"a\\\":1}"), ToolStop, UsageChunk, Done);
        var finishEnd = Encoding.UTF8.GetString(body).IndexOf("\"tool_calls\"}]}", StringComparison.Ordinal) + "\"tool_calls\"}]}".Length;
        for (var length = 0; length < body.Length; length++)
        {
            var output = Run([body[..length]], out var translator);

            var isWhole = output.Contains("message_stop", StringComparison.Ordinal);
            // Once the finish reason is there only usage can be missing.
            Assert.Equal(length >= finishEnd, isWhole);
            Assert.Equal(isWhole, translator.SawTerminal);
            Assert.True(isWhole || output.Length == 0 || output.Contains("event: error", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Push_AnyOutput_KeepsTheGrammarAndItsTypes()
    {
        var output = Run(Sse(Role, Text("a"), Tool(0, "c", "N", "{\\\"q\\\":\\\"\\\\n\\\"}"), Tool(1, "d", "M", ""), Text("z"), ToolStop, UsageChunk, Done), out _);

        foreach (var frame in output.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = frame.Split('\n');
            Assert.Equal(2, lines.Length);
            using var document = JsonDocument.Parse(lines[1]["data: ".Length..]);
            Assert.Equal(lines[0]["event: ".Length..], document.RootElement.GetProperty("type").GetString());
        }
    }

    [Fact]
    public void Usage_RepeatedInEveryChunk_IsReplacedNotAdded()
    {
        Run(Sse(Role, """{"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":5,"completion_tokens":1}}""", """{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2}}""", Done), out var translator);

        Assert.Equal(5, translator.Usage!.PromptTokens);
        Assert.Equal(2, translator.Usage.CompletionTokens);
    }

    [Fact]
    public void Usage_OfGroq_IsReadFromItsExtension()
    {
        Run(Sse(Role, """{"choices":[{"delta":{},"finish_reason":"stop"}],"x_groq":{"id":"r","usage":{"prompt_tokens":5,"completion_tokens":2}}}""", Done), out var translator);

        Assert.Equal(7, translator.Usage!.TotalTokens);
    }

    [Fact]
    public void Usage_NeverSent_IsEstimatedForTheClientOnly()
    {
        var output = Run(Sse(Role, Text("12345678"), Stop, Done), out var translator);

        Assert.Matches("\"input_tokens\":[1-9][0-9]*,.*\"output_tokens\":2}}", output[output.IndexOf("message_delta", StringComparison.Ordinal)..]);
        Assert.Null(translator.Usage);
        Assert.Equal(8, translator.OutputCharacters);
    }

    [Fact]
    public void Facts_OfTheAnswer_AreKept()
    {
        Run(Sse(Role, Text("a"), Stop, UsageChunk, Done), out var translator);

        Assert.Equal("g", translator.ResponseModel);
        Assert.Equal("chatcmpl-1", translator.ResponseId);
        Assert.Equal("stop", translator.FinishReason);
        Assert.True(translator.SawFirstContent);
        Assert.False(translator.SawError);
    }

    [Fact]
    public void WritePing_BeforeTheFirstChunk_StartsTheStreamFirst()
    {
        var translator = Translator(false);
        var output = new ArrayBufferWriter<byte>();

        translator.WritePing(output);
        translator.WritePing(output);
        translator.Push(Sse(Role, Text("a"), Stop, Done), output);

        Assert.Equal("start ping ping text0 'a' stop0 end_turn", Digest(output.Text()));
        Assert.Contains("\"id\":\"msg_id\"", output.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void WriteError_InTheMiddle_EndsTheStream()
    {
        var translator = Translator(false);
        var output = new ArrayBufferWriter<byte>();

        translator.Push(Sse(Role, Text("a")), output);
        translator.WriteError(504, "the upstream timed out", output);
        translator.Push(Sse(Text("b"), Stop, Done), output);
        translator.Complete(output);

        Assert.Equal(Start + "text0 'a' error:timeout_error:the upstream timed out", Digest(output.Text()));
        Assert.False(translator.SawTerminal);
    }

    [Fact]
    public void Push_ErrorEvent_IsAnErrorWhateverItsShape()
    {
        var output = Run(Utf8("event: error\ndata: {\"message\":\"gone\"}\n\n"), out var translator);

        Assert.Equal("error:api_error:gone", Digest(output));
        Assert.True(translator.SawError);
    }

    [Theory]
    [InlineData("""{"id":"chatcmpl-x","model":"g","choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}""", "start text0 'Hi' stop0 end_turn")]
    [InlineData("""{"error":{"message":"boom"}}""", "error:api_error:boom")]
    [InlineData("""{"id":"chatcmpl-x","choices":[{"mess""", "error:api_error:the upstream's answer is not valid JSON")]
    public void Push_JsonInsteadOfAStream_IsStillAStreamForTheClient(string body, string expected)
    {
        foreach (var pieces in Cuts(Utf8(body)))
        {
            Assert.Equal(expected, Digest(Run(pieces, out _)));
        }
    }

    private static string Text(string raw) => $$$$"""{"choices":[{"index":0,"delta":{"content":"{{{{raw}}}}"},"finish_reason":null}]}""";

    private static string Delta(string members) => $$$$"""{"choices":[{"index":0,"delta":{ {{{{members}}}} },"finish_reason":null}]}""";

    private static string Finish(string reason) => $$$$"""{"choices":[{"index":0,"delta":{},"finish_reason":"{{{{reason}}}}"}]}""";

    private static string Tool(int index, string id, string name, string arguments) =>
        $$$$"""{"choices":[{"index":0,"delta":{"tool_calls":[{"index":{{{{index}}}},"id":"{{{{id}}}}","type":"function","function":{"name":"{{{{name}}}}","arguments":"{{{{arguments}}}}"}}]}}]}""";

    private static string Args(int index, string arguments) =>
        $$$$"""{"choices":[{"index":0,"delta":{"tool_calls":[{"index":{{{{index}}}},"function":{"arguments":"{{{{arguments}}}}"}}]}}]}""";

    private static byte[] Sse(params string[] chunks) => Utf8(string.Concat(chunks.Select(chunk => $"data: {chunk}\n\n")));

    private static ChatStreamTranslator Translator(bool wantsThinking)
    {
        var request = wantsThinking ? """{"messages":[{"role":"user","content":"u"}],"thinking":{"type":"adaptive"}}""" : """{"messages":[{"role":"user","content":"u"}]}""";
        var translation = new AnthropicToOpenAIChatCodec(() => "id").TranslateRequest(Utf8(request), CodecTarget.For("openai", "m"), new ArrayBufferWriter<byte>()).Value!;
        return (ChatStreamTranslator)translation.CreateStreamTranslator();
    }

    private static string Run(byte[] body, out ChatStreamTranslator translator) => Run([body], out translator);

    private static string Run(byte[][] pieces, out ChatStreamTranslator translator, bool wantsThinking = false)
    {
        translator = Translator(wantsThinking);
        var output = new ArrayBufferWriter<byte>();
        foreach (var piece in pieces)
        {
            translator.Push(piece, output);
        }

        translator.Complete(output);
        return output.Text();
    }

    /// <summary>The events in short: what a test row expects.</summary>
    private static string Digest(string stream)
    {
        var words = new List<string>();
        foreach (var frame in stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            using var document = JsonDocument.Parse(frame[(frame.IndexOf("data: ", StringComparison.Ordinal) + "data: ".Length)..]);
            var json = document.RootElement;
            words.Add(json.GetProperty("type").GetString() switch
            {
                "message_start" => "start",
                "content_block_start" => Block(json.GetProperty("content_block"), json.GetProperty("index").GetInt32()),
                "content_block_delta" => Piece(json.GetProperty("delta")),
                "content_block_stop" => $"stop{json.GetProperty("index").GetInt32()}",
                "message_delta" => json.GetProperty("delta").GetProperty("stop_reason").GetString()
                    + (json.GetProperty("delta").GetProperty("stop_sequence").GetString() is { } sequence ? "=" + sequence : ""),
                "message_stop" => "",
                "error" => $"error:{json.GetProperty("error").GetProperty("type").GetString()}:{json.GetProperty("error").GetProperty("message").GetString()}",
                var other => other!,
            });
        }

        return string.Join(' ', words.Where(word => word.Length > 0));
    }

    private static string Block(JsonElement block, int index) => block.GetProperty("type").GetString() switch
    {
        "tool_use" => $"tool{index}:{block.GetProperty("id").GetString()}:{block.GetProperty("name").GetString()}",
        var type => $"{type}{index}",
    };

    private static string Piece(JsonElement delta) => delta.GetProperty("type").GetString() switch
    {
        "text_delta" => $"'{delta.GetProperty("text").GetString()}'",
        "thinking_delta" => $"'{delta.GetProperty("thinking").GetString()}'",
        "signature_delta" => $"sig'{delta.GetProperty("signature").GetString()}'",
        _ => $"'{delta.GetProperty("partial_json").GetString()}'",
    };
}
