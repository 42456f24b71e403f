using Gateway.Core.Llm;
using Gateway.Core.Llm.Observers;
using static Gateway.Core.Tests.Llm.LlmTesting;

namespace Gateway.Core.Tests.Llm.Observers;

public class LlmResponseCollectorTests
{
    public static TheoryData<string, string[], string?> Streams() => new()
    {
        {
            "chat",
            [
                """{"id":"c","created":5,"model":"g","choices":[{"delta":{"role":"assistant","content":"H"}}]}""",
                """{"choices":[{"delta":{"content":"é"}}]}""",
                """{"choices":[{"delta":{"reasoning_content":"t"}}]}""",
                """{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"x","function":{"name":"N","arguments":"{\"a\""}},{"index":1,"id":"y","function":{"name":"M","arguments":"{}"}}]}}]}""",
                """{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]},"finish_reason":"tool_calls"}]}""",
                """{"choices":[],"usage":{"prompt_tokens":1}}""",
                "[DONE]",
            ],
            """{"id":"c","object":"chat.completion","created":5,"model":"g","choices":[{"index":0,"message":{"role":"assistant","content":"Hé","reasoning_content":"t","tool_calls":[{"id":"x","type":"function","function":{"name":"N","arguments":"{\"a\":1}"}},{"id":"y","type":"function","function":{"name":"M","arguments":"{}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1}}"""
        },
        {
            "completions",
            ["""{"id":"c","created":5,"model":"g","choices":[{"text":"a"}]}""", """{"choices":[{"text":"b","finish_reason":"stop"}]}"""],
            """{"id":"c","object":"text_completion","created":5,"model":"g","choices":[{"index":0,"text":"ab","finish_reason":"stop"}]}"""
        },
        {
            "messages",
            [
                """{"type":"message_start","message":{"id":"m","model":"c","usage":{"input_tokens":1,"output_tokens":1}}}""",
                """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}""",
                """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"t"}}""",
                """{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"s"}}""",
                """{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}""",
                """{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Hi"}}""",
                """{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"x","name":"N","input":{}}}""",
                """{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}}""",
                """{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":7}}""",
                """{"type":"message_stop"}""",
            ],
            """{"id":"m","type":"message","role":"assistant","model":"c","content":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"text","text":"Hi"},{"type":"tool_use","id":"x","name":"N","input":{"a":1}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":7}}"""
        },
        {
            "messages",
            ["""{"type":"message_start","message":{"id":"m","model":"c","usage":null}}""", """{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"x","name":"N"}}""", """{"type":"content_block_delta","index":0,"delta":{"partial_json":"{\"a\""}}""", """{"type":"message_delta","usage":{"output_tokens":7}}"""],
            """{"id":"m","type":"message","role":"assistant","model":"c","content":[{"type":"tool_use","id":"x","name":"N","input":"{\"a\""}],"stop_reason":null,"stop_sequence":null,"usage":{"output_tokens":7}}"""
        },
        { "responses", ["""{"type":"response.created","response":{"id":"r"}}""", """{"type":"response.completed","response":{"id":"r","output":[1.0]}}"""], """{"id":"r","output":[1.0]}""" },
        { "responses", ["""{"type":"response.created","response":{"id":"r","model":"g"}}""", """{"type":"response.output_text.delta","delta":"a"}""", """{"type":"response.output_text.delta","delta":"b"}"""], """{"id":"r","object":"response","status":"incomplete","model":"g","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"ab"}]}]}""" },
        { "chat", [], null },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void Build_EachStream_CutAtEveryByte_IsTheOneShotObject(string kind, string[] events, string? expected)
    {
        foreach (var pieces in Cuts(Utf8(string.Concat(events.Select(data => $"data: {data}\n\n")))))
        {
            var collector = Collect(kind, pieces);

            Assert.Equal(expected, collector.Build());
            Assert.False(collector.IsCut);
        }
    }

    [Fact]
    public void Build_OneObject_IsKeptAsItIs()
    {
        foreach (var pieces in Cuts(Utf8("""{ "a": "é😀" }""")))
        {
            Assert.Equal("""{ "a": "é😀" }""", Collect("chat", pieces).Build());
        }
    }

    [Fact]
    public void Push_MoreThanTheLimit_IsCutAndSaysSo()
    {
        var collector = new LlmResponseCollector(LlmFormat.OpenAIChat, 10);
        for (var i = 0; i < 100; i++)
        {
            collector.Push(Utf8("data: {\"choices\":[{\"delta\":{\"content\":\"abcd\"}}]}\n\n"));
        }

        Assert.True(collector.IsCut);
        Assert.Contains("\"content\":\"abcdabcdab\"", collector.Build(), StringComparison.Ordinal);
    }

    [Fact]
    public void Push_ManyCalls_AreBounded()
    {
        var collector = new LlmResponseCollector(LlmFormat.OpenAIChat, 1_000_000);
        for (var i = 0; i < 3000; i++)
        {
            collector.Push(Utf8($$$"""data: {"choices":[{"delta":{"tool_calls":[{"index":{{{i}}},"id":"x"}]}}]}""" + "\n\n"));
        }

        Assert.True(collector.IsCut);
        Assert.InRange(collector.Build()!.Length, 1, 200_000);
    }

    private static LlmResponseCollector Collect(string kind, byte[][] pieces)
    {
        var collector = new LlmResponseCollector(
            kind switch { "messages" => LlmFormat.AnthropicMessages, "responses" => LlmFormat.OpenAIResponses, "completions" => LlmFormat.OpenAICompletions, _ => LlmFormat.OpenAIChat },
            100_000);
        foreach (var piece in pieces)
        {
            collector.Push(piece);
        }

        collector.Complete();
        return collector;
    }
}
