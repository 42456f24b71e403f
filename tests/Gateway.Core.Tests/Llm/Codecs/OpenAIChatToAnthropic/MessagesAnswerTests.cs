using System.Buffers;
using Gateway.Core.Llm;
using Gateway.Core.Llm.Codecs;
using Gateway.Core.Llm.Codecs.OpenAIChatToAnthropic;
using Microsoft.Extensions.Time.Testing;
using static Gateway.Core.Tests.Llm.LlmTesting;

namespace Gateway.Core.Tests.Llm.Codecs.OpenAIChatToAnthropic;

public class MessagesAnswerTests
{
    [Fact]
    public void TranslateResponse_TextAndTools_IsTheWholeObject() => Assert.Equal(
        """{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"claude-x","system_fingerprint":null,"choices":[{"index":0,"message":{"role":"assistant","content":"Hi <you> \ud83d\ude00 there","refusal":null,"tool_calls":[{"id":"toolu_1","type":"function","function":{"name":"N","arguments":"{\"a\":\"x\\ny\"}"}},{"id":"call_id","type":"function","function":{"name":"M","arguments":"{}"}}]},"logprobs":null,"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":16,"completion_tokens":3,"total_tokens":19,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":0}}}""",
        Translate("""{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"text","text":"Hi <you> \ud83d\ude00"},{"type":"text","text":" there"},{"type":"tool_use","id":"toolu_1","name":"N","input":{"a": "x\ny"}},{"type":"tool_use","name":"M"}],"stop_reason":"tool_use","usage":{"input_tokens":10,"cache_read_input_tokens":4,"cache_creation_input_tokens":2,"output_tokens":3,"service_tier":"standard"}}""", out _));

    [Theory]
    [InlineData("end_turn", "stop")]
    [InlineData("stop_sequence", "stop")]
    [InlineData("pause_turn", "stop")]
    [InlineData("max_tokens", "length")]
    [InlineData("model_context_window_exceeded", "length")]
    [InlineData("refusal", "content_filter")]
    [InlineData("a new one", "stop")]
    public void StopReason_EachOne_IsMapped(string reason, string expected) => Assert.Contains(
        $"\"finish_reason\":\"{expected}\"", Translate($$"""{"content":[{"type":"text","text":"a"}],"stop_reason":"{{reason}}"}""", out _), StringComparison.Ordinal);

    [Fact]
    public void Content_NoText_IsNull() => Assert.Contains(
        "\"content\":null,\"refusal\":null},", Translate("""{"content":[],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":0}}""", out _), StringComparison.Ordinal);

    [Fact]
    public void Thinking_Wanted_BecomesReasoningContent() => Assert.Contains(
        "\"reasoning_content\":\"t\"",
        Translate("""{"content":[{"type":"thinking","thinking":"t"},{"type":"redacted_thinking","data":"x"}]}""", out _, Target with { ShowsReasoning = true }),
        StringComparison.Ordinal);

    [Fact]
    public void OutputTool_Called_IsTheContent()
    {
        var output = Translate(
            """{"content":[{"type":"tool_use","id":"t","name":"json_output","input":{"a": 1}}],"stop_reason":"tool_use"}""",
            out _,
            request: """{"messages":[{"role":"user","content":"u"}],"response_format":{"type":"json_schema","json_schema":{"schema":{"type":"object"}}}}""");

        Assert.Contains("""{"role":"assistant","content":"{\"a\":1}","refusal":null},"logprobs":null,"finish_reason":"stop"}""", output, StringComparison.Ordinal);
    }

    [Fact]
    public void ServerTools_AreNoCalls()
    {
        Translate("""{"content":[{"type":"server_tool_use","id":"s","name":"web_search","input":{}},{"type":"web_search_tool_result","content":[]},{"type":"text","text":"a"}],"stop_reason":"end_turn"}""", out var facts);

        Assert.Equal(["content.server_tool_use", "content.web_search_tool_result"], facts.Dropped);
    }

    [Fact]
    public void Usage_Missing_IsEstimatedForTheClientOnly()
    {
        var output = Translate("""{"content":[{"type":"text","text":"12345678"}]}""", out var facts);

        Assert.Contains("\"completion_tokens\":2", output, StringComparison.Ordinal);
        Assert.Null(facts.Usage);
        Assert.Equal(8, facts.OutputCharacters);
    }

    [Fact]
    public void Facts_OfTheAnswer_AreThoseOfTheUpstream()
    {
        Translate("""{"id":"msg_1","model":"claude-x","content":[],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":2,"service_tier":"priority"}}""", out var facts);

        Assert.Equal(("msg_1", "claude-x", "end_turn", "priority", 3L), (facts.ResponseId, facts.ResponseModel, facts.FinishReason, facts.ServiceTier, facts.Usage!.TotalTokens));
    }

    [Theory]
    [InlineData("""{"type":"error","error":{"type":"api_error","message":"boom"}}""", "boom")]
    [InlineData("""{"choices":[]}""", "'content' not in messages response")]
    [InlineData("<html>", "the upstream's answer is not valid JSON")]
    [InlineData("", "the upstream's answer is not valid JSON")]
    [InlineData("""{"content":[{"type":"te""", "the upstream's answer is not valid JSON")]
    public void TranslateResponse_NoMessage_IsA502(string body, string expected)
    {
        var answer = Translation(null, null).TranslateResponse(Utf8(body), new ArrayBufferWriter<byte>());

        Assert.Equal((502, expected), (Assert.IsType<LlmFault>(answer.Error).Status, answer.Error.Message));
    }

    [Theory]
    [InlineData(400, """{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: too large"}}""", 400, "invalid_request_error", null, "max_tokens: too large")]
    [InlineData(400, """{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 tokens > 8 maximum"}}""", 400, "invalid_request_error", "context_length_exceeded", "prompt is too long: 9 tokens > 8 maximum")]
    [InlineData(404, """{"type":"error","error":{"type":"not_found_error","message":"model: x"}}""", 404, "invalid_request_error", "model_not_found", "model: x")]
    [InlineData(413, """{"type":"error","error":{"type":"request_too_large","message":"big"}}""", 413, "invalid_request_error", null, "big")]
    [InlineData(429, """{"type":"error","error":{"type":"rate_limit_error","message":"slow"}}""", 429, "rate_limit_error", "rate_limit_exceeded", "slow")]
    [InlineData(500, """{"type":"error","error":{"type":"api_error","message":"boom"}}""", 500, "server_error", null, "boom")]
    [InlineData(529, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", 503, "server_error", "overloaded", "Overloaded")]
    [InlineData(502, "<html>", 502, "server_error", null, "upstream returned 502")]
    public void TranslateError_EachStatus_IsInOpenAIsWords(int status, string body, int expectedStatus, string type, string? code, string message)
    {
        var output = new ArrayBufferWriter<byte>();
        var error = new OpenAIChatToAnthropicCodec().TranslateError(status, Utf8(body), new ErrorContext("anthropic", "r"), output);

        Assert.Equal((expectedStatus, (bool?)null, "application/json"), (error.Status, error.ShouldRetry, error.ContentType));
        var quoted = code is null ? "null" : $"\"{code}\"";
        Assert.Equal($$$"""{"error":{"message":"{{{message}}}","type":"{{{type}}}","param":null,"code":{{{quoted}}}}}""", output.Text());
    }

    [Theory]
    [InlineData(401, true, 403, "gateway_key_refused")]
    [InlineData(403, true, 403, "gateway_key_refused")]
    [InlineData(401, false, 401, "invalid_api_key")]
    public void TranslateError_KeyRefused_SaysWhose(int status, bool isOurs, int expected, string code)
    {
        var output = new ArrayBufferWriter<byte>();
        var error = new OpenAIChatToAnthropicCodec().TranslateError(
            status, Utf8("""{"error":{"type":"authentication_error","message":"invalid x-api-key"}}"""), new ErrorContext("anthropic", "r", isOurs), output);

        Assert.Equal(expected, error.Status);
        Assert.Contains($"\"code\":\"{code}\"", output.Text(), StringComparison.Ordinal);
        Assert.Equal(isOurs ? false : null, error.ShouldRetry);
    }

    private static CodecTarget Target => CodecTarget.For("anthropic", null);

    private static LlmTranslation Translation(string? request, CodecTarget? target) =>
        new OpenAIChatToAnthropicCodec(() => "id", new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000)))
            .TranslateRequest(Utf8(request ?? """{"messages":[{"role":"user","content":"u"}]}"""), target ?? Target, new ArrayBufferWriter<byte>()).Value!;

    private static string Translate(string body, out LlmAnswer facts, CodecTarget? target = null, string? request = null)
    {
        var output = new ArrayBufferWriter<byte>();
        var answer = Translation(request, target).TranslateResponse(Utf8(body), output);
        Assert.False(answer.IsError, answer.Error?.Message);
        facts = answer.Value;
        return output.Text();
    }
}
