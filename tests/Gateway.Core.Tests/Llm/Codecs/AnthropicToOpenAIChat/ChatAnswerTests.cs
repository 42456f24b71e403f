using System.Buffers;
using System.Text.Json;
using Gateway.Core.Llm;
using Gateway.Core.Llm.Codecs;
using Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;
using static Gateway.Core.Tests.Llm.LlmTesting;

namespace Gateway.Core.Tests.Llm.Codecs.AnthropicToOpenAIChat;

public class ChatAnswerTests
{
    private const string Usage = "\"usage\":{\"prompt_tokens\":30,\"completion_tokens\":7,\"total_tokens\":37,\"prompt_tokens_details\":{\"cached_tokens\":10}}";

    [Fact]
    public void TranslateResponse_TextAndTools_IsExact()
    {
        var answer = Translate($$"""
            {"id":"chatcmpl-x1","object":"chat.completion","created":1,"model":"gpt-5-mini-2025","choices":[{"index":0,"message":{"role":"assistant","content":"<Hi> \ud83d\ude00 ä","tool_calls":[{"id":"call_1","type":"function","function":{"name":"Read","arguments":"{ \"p\": 1.0 }"} }]},"finish_reason":"tool_calls"}],{{Usage}}}
            """, out var facts);

        Assert.Equal(
            """{"id":"msg_x1","type":"message","role":"assistant","model":"gpt-5-mini-2025","content":[{"type":"text","text":"<Hi> \ud83d\ude00 ä"},{"type":"tool_use","id":"call_1","name":"Read","input":{"p":1.0}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":20,"cache_creation_input_tokens":0,"cache_read_input_tokens":10,"output_tokens":7,"service_tier":"standard"}}""",
            answer);
        Assert.Equal(30, facts.Usage!.PromptTokens);
        Assert.Equal(10, facts.Usage.CacheReadTokens);
        Assert.Equal("gpt-5-mini-2025", facts.ResponseModel);
        Assert.Equal("tool_calls", facts.FinishReason);
    }

    [Theory]
    [InlineData("\"content\":\"a\"", """[{"type":"text","text":"a"}]""")]
    [InlineData("\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]", """[{"type":"text","text":"ab"}]""")]
    [InlineData("\"content\":null", """[{"type":"text","text":""}]""")]
    [InlineData("\"content\":\"\"", """[{"type":"text","text":""}]""")]
    [InlineData("\"content\":null,\"refusal\":\"No.\"", """[{"type":"text","text":"No."}]""")]
    [InlineData("\"audio\":{\"transcript\":\"said\"}", """[{"type":"text","text":"said"}]""")]
    [InlineData("\"content\":\"a\",\"annotations\":[{\"type\":\"url_citation\"}]", """[{"type":"text","text":"a"}]""")]
    [InlineData("\"content\":\"a\",\"reasoning_content\":\"think\"", """[{"type":"text","text":"a"}]""")]
    [InlineData("\"tool_calls\":[{\"id\":\"c\",\"function\":{\"name\":\"N\",\"arguments\":\"\"}}]", """[{"type":"tool_use","id":"c","name":"N","input":{}}]""")]
    [InlineData("\"tool_calls\":[{\"id\":\"c\",\"function\":{\"name\":\"N\",\"arguments\":\"{\\\"a\\\":\"}}]", """[{"type":"tool_use","id":"c","name":"N","input":{}}]""")]
    [InlineData("\"tool_calls\":[{\"id\":\"c\",\"function\":{\"name\":\"N\",\"arguments\":\"[1]\"}}]", """[{"type":"tool_use","id":"c","name":"N","input":{}}]""")]
    [InlineData("\"tool_calls\":[{\"id\":\"c\",\"function\":{\"name\":\"N\",\"arguments\":{\"a\":1}}}]", """[{"type":"tool_use","id":"c","name":"N","input":{"a":1}}]""")]
    [InlineData("\"tool_calls\":[{\"function\":{\"name\":\"N\",\"arguments\":\"{}\"}}]", """[{"type":"tool_use","id":"call_id1","name":"N","input":{}}]""")]
    [InlineData("\"tool_calls\":[{\"id\":\"c\",\"function\":{\"name\":\"N\",\"arguments\":\"{}\"}},{\"id\":\"d\",\"function\":{\"name\":\"M\",\"arguments\":\"{}\"}}]", """[{"type":"tool_use","id":"c","name":"N","input":{}},{"type":"tool_use","id":"d","name":"M","input":{}}]""")]
    public void Message_EachShape_BecomesBlocks(string members, string expected) =>
        Assert.Equal(expected, Content(Translate($$$$"""{"id":"x","choices":[{"message":{{{{{members}}}}}}]}""", out _)));

    [Theory]
    [InlineData("reasoning_content")]
    [InlineData("reasoning")]
    public void Reasoning_WhereThinkingIsWanted_ComesFirst(string name)
    {
        var answer = Translate(
            $$$"""{"choices":[{"message":{"content":"a","{{{name}}}":"t"}}]}""", out _, request: """{"messages":[],"thinking":{"type":"enabled","budget_tokens":9}}""");

        Assert.Equal("""[{"type":"thinking","thinking":"t","signature":""},{"type":"text","text":"a"}]""", Content(answer));
    }

    [Fact]
    public void FunctionCall_OfTheOlderApi_GetsAStableId()
    {
        const string body = """{"choices":[{"message":{"content":null,"function_call":{"name":"N","arguments":"{}"}},"finish_reason":"function_call"}]}""";

        var first = Translate(body, out _);

        Assert.Equal(Content(first), Content(Translate(body, out _)));
        Assert.Contains("\"stop_reason\":\"tool_use\"", first, StringComparison.Ordinal);
        Assert.Matches("\"id\":\"call_[0-9a-f]{24}\",\"name\":\"N\"", first);
    }

    [Theory]
    [InlineData("\"finish_reason\":\"stop\"", "\"content\":\"a\"", "end_turn", null)]
    [InlineData("\"finish_reason\":\"length\"", "\"content\":\"a\"", "max_tokens", null)]
    [InlineData("\"finish_reason\":\"content_filter\"", "\"content\":\"a\"", "refusal", null)]
    [InlineData("\"finish_reason\":null", "\"content\":\"a\"", "end_turn", null)]
    [InlineData("\"x\":1", "\"content\":\"a\"", "end_turn", null)]
    [InlineData("\"finish_reason\":\"eos\"", "\"content\":\"a\"", "end_turn", null)]
    [InlineData("\"finish_reason\":\"stop\"", "\"refusal\":\"no\"", "refusal", null)]
    [InlineData("\"finish_reason\":\"stop\",\"stop_reason\":\"END\"", "\"content\":\"a\"", "stop_sequence", "END")]
    [InlineData("\"finish_reason\":\"stop\",\"matched_stop\":\"END\"", "\"content\":\"a\"", "stop_sequence", "END")]
    [InlineData("\"finish_reason\":\"stop\",\"matched_stop\":128009", "\"content\":\"a\"", "end_turn", null)]
    [InlineData("\"finish_reason\":\"stop\"", "\"tool_calls\":[{\"id\":\"c\",\"function\":{\"name\":\"N\",\"arguments\":\"{}\"}}]", "tool_use", null)]
    [InlineData("\"finish_reason\":null", "\"tool_calls\":[{\"id\":\"c\",\"function\":{\"name\":\"N\",\"arguments\":\"{}\"}}]", "tool_use", null)]
    [InlineData("\"finish_reason\":\"length\"", "\"tool_calls\":[{\"id\":\"c\",\"function\":{\"name\":\"N\",\"arguments\":\"{\"}}]", "max_tokens", null)]
    public void StopReason_EachFinish_IsMapped(string finish, string message, string expected, string? sequence)
    {
        using var document = JsonDocument.Parse(Translate($$$$"""{"choices":[{"message":{{{{{message}}}}},{{{{finish}}}}}]}""", out _));

        Assert.Equal(expected, document.RootElement.GetProperty("stop_reason").GetString());
        Assert.Equal(sequence, document.RootElement.GetProperty("stop_sequence").GetString());
    }

    [Theory]
    [InlineData("chatcmpl-x", "msg_x")]
    [InlineData("x", "msg_x")]
    [InlineData("msg_x", "msg_x")]
    [InlineData("", "msg_id1")]
    public void Id_EachShape_IsMapped(string id, string expected) =>
        Assert.StartsWith($"{{\"id\":\"{expected}\",", Translate($$$$"""{"id":"{{{{id}}}}","choices":[{"message":{"content":"a"}}]}""", out _), StringComparison.Ordinal);

    [Fact]
    public void Usage_Missing_IsEstimatedForTheClientOnly()
    {
        using var document = JsonDocument.Parse(Translate("""{"choices":[{"message":{"content":"12345678"}}]}""", out var facts));

        var usage = document.RootElement.GetProperty("usage");
        Assert.Equal(2, usage.GetProperty("output_tokens").GetInt32());
        Assert.True(usage.GetProperty("input_tokens").GetInt32() > 0);
        Assert.Equal("m", document.RootElement.GetProperty("model").GetString());
        Assert.Null(facts.Usage);
        Assert.Equal(8, facts.OutputCharacters);
    }

    [Fact]
    public void Usage_MoreCachedThanPrompt_IsNotNegative() =>
        Assert.Contains(
            "\"input_tokens\":0,", Translate("""{"choices":[{"message":{"content":"a"}}],"usage":{"prompt_tokens":3,"prompt_tokens_details":{"cached_tokens":5}}}""", out _), StringComparison.Ordinal);

    [Fact]
    public void Choices_MoreThanOne_LeavesTheOthersOut()
    {
        Assert.Equal("""[{"type":"text","text":"a"}]""", Content(Translate("""{"choices":[{"message":{"content":"a"}},{"message":{"content":"b"}}]}""", out var facts)));
        Assert.Equal(["choices"], facts.Dropped);
    }

    [Theory]
    [InlineData("""{"choices":[]}""", "'choices' not in llm/v1/chat response")]
    [InlineData("""{"object":"x"}""", "'choices' not in llm/v1/chat response")]
    [InlineData("""{"choices":[{"message""", "the upstream's answer is not valid JSON")]
    [InlineData("<html>", "the upstream's answer is not valid JSON")]
    [InlineData("", "the upstream's answer is not valid JSON")]
    [InlineData("""{"error":{"message":"boom"}}""", "boom")]
    public void TranslateResponse_Unusable_IsA502(string body, string expected)
    {
        var result = Translation().TranslateResponse(Utf8(body), new ArrayBufferWriter<byte>());

        Assert.Equal(new LlmFault(502, expected), result.Error);
    }

    [Fact]
    public void SynthesizeStream_OneShotAnswer_BecomesTheWholeStream()
    {
        var output = new ArrayBufferWriter<byte>();

        Translation().SynthesizeStream(Utf8($$$$"""{"id":"chatcmpl-x","model":"g","choices":[{"message":{"content":"Hi","tool_calls":[{"id":"c","function":{"name":"N","arguments":"{\"a\":1}"}}]},"finish_reason":"tool_calls"}],{{{{Usage}}}}}"""), output);

        Assert.Equal(
            """
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_x","type":"message","role":"assistant","model":"g","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":20,"cache_creation_input_tokens":0,"cache_read_input_tokens":10,"output_tokens":0}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: content_block_start
            data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"c","name":"N","input":{}}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":1}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":20,"cache_creation_input_tokens":0,"cache_read_input_tokens":10,"output_tokens":7}}

            event: message_stop
            data: {"type":"message_stop"}


            """,
            output.Text());
    }

    private static string Content(string answer)
    {
        using var document = JsonDocument.Parse(answer);
        return document.RootElement.GetProperty("content").GetRawText();
    }

    private static LlmTranslation Translation(string request = """{"messages":[{"role":"user","content":"hello"}]}""")
    {
        var ids = 0;
        var codec = new AnthropicToOpenAIChatCodec(() => $"id{++ids}");
        return codec.TranslateRequest(Utf8(request), CodecTarget.For("openai", "m"), new ArrayBufferWriter<byte>()).Value!;
    }

    private static string Translate(string body, out LlmAnswer facts, string request = """{"messages":[{"role":"user","content":"hello"}]}""")
    {
        var output = new ArrayBufferWriter<byte>();
        var ids = 0;
        var codec = new AnthropicToOpenAIChatCodec(() => $"id{++ids}");
        var translation = codec.TranslateRequest(Utf8(request), CodecTarget.For("openai", "m"), new ArrayBufferWriter<byte>()).Value!;
        // Ids count from the answer on.
        ids = 0;
        var result = translation.TranslateResponse(Utf8(body), output);
        Assert.Null(result.Error);
        facts = result.Value!;
        return output.Text();
    }
}
