using System.Buffers;
using System.Text.Json;
using Gateway.Core.Llm.Codecs;
using Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;
using static Gateway.Core.Tests.Llm.LlmTesting;

namespace Gateway.Core.Tests.Llm.Codecs.AnthropicToOpenAIChat;

public class ChatErrorTranslatorTests
{
    [Theory]
    [InlineData(400, 400, "invalid_request_error")]
    [InlineData(422, 400, "invalid_request_error")]
    [InlineData(401, 401, "authentication_error")]
    [InlineData(402, 402, "billing_error")]
    [InlineData(403, 403, "permission_error")]
    [InlineData(404, 404, "not_found_error")]
    [InlineData(408, 408, "timeout_error")]
    [InlineData(409, 409, "invalid_request_error")]
    [InlineData(413, 413, "request_too_large")]
    [InlineData(429, 429, "rate_limit_error")]
    [InlineData(500, 500, "api_error")]
    [InlineData(502, 502, "api_error")]
    [InlineData(503, 503, "overloaded_error")]
    [InlineData(504, 504, "timeout_error")]
    [InlineData(529, 529, "overloaded_error")]
    public void Translate_EachStatus_GetsItsType(int status, int expectedStatus, string expectedType)
    {
        var (error, body) = Translate(status, """{"error":{"message":"why","type":"x","code":null}}""", isGatewayCredential: false);

        Assert.Equal($$$"""{"type":"error","error":{"type":"{{{expectedType}}}","message":"why"},"request_id":"rid"}""", body);
        Assert.Equal(expectedStatus, error.Status);
        Assert.Null(error.ShouldRetry);
        Assert.Equal("application/json", error.ContentType);
    }

    [Theory]
    [InlineData("""{"error":"plain"}""", "plain")]
    [InlineData("""{"detail":"d"}""", "d")]
    [InlineData("""{"message":"m"}""", "m")]
    [InlineData("""[{"error":{"message":"in a list"}}]""", "in a list")]
    [InlineData("<html>Bad gateway</html>", "upstream returned 500")]
    [InlineData("", "upstream returned 500")]
    [InlineData("{}", "upstream returned 500")]
    [InlineData("""{"error":{"message":""}}""", "upstream returned 500")]
    public void Translate_EachBody_GivesAMessage(string upstream, string expected) =>
        Assert.Equal(expected, Translate(500, upstream).Error.Message);

    [Theory]
    [InlineData("""{"error":{"message":"This model's maximum context length is 128000 tokens. However, your messages resulted in 130001 tokens.","code":"context_length_exceeded"}}""", "prompt is too long: 130001 tokens > 128000 maximum")]
    [InlineData("""{"error":{"message":"This model's maximum context length is 8,192 tokens. However, you requested 9,000 tokens (1 in the messages)."}}""", "prompt is too long: 9000 tokens > 8192 maximum")]
    [InlineData("""{"error":{"message":"Your input exceeds the context window.","code":"context_length_exceeded"}}""", "prompt is too long: Your input exceeds the context window.")]
    public void Translate_ContextExceeded_SaysWhatTheClientUnderstands(string upstream, string expected)
    {
        var (error, _) = Translate(400, upstream);

        Assert.Equal(400, error.Status);
        Assert.Equal(expected, error.Message);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public void Translate_GatewayKeyRefused_IsNoLoginProblemOfTheClient(int status)
    {
        var (error, body) = Translate(status, """{"error":{"message":"Incorrect API key provided"}}""");

        Assert.Equal(403, error.Status);
        Assert.Equal("""{"type":"error","error":{"type":"permission_error","message":"the gateway's credentials for openai were rejected"},"request_id":"rid"}""", body);
    }

    [Fact]
    public void Translate_QuotaUsedUp_TellsTheClientNotToRetry() =>
        Assert.False(Translate(429, """{"error":{"message":"quota","code":"insufficient_quota"}}""").Error.ShouldRetry);

    [Fact]
    public void Translate_LimitUsedUpByReasoning_IsAnEmptyAnswer()
    {
        const string upstream = """{"error":{"message":"Could not finish the message because max_tokens or model output limit was reached. Please try again."}}""";

        var (error, body) = Translate(400, upstream);

        Assert.Equal(200, error.Status);
        Assert.Equal("""{"id":"msg_id","type":"message","role":"assistant","model":"gpt-5","content":[{"type":"text","text":""}],"stop_reason":"max_tokens","stop_sequence":null,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1,"service_tier":"standard"}}""", body);

        var (streamed, events) = Translate(400, upstream, isStream: true);
        Assert.StartsWith("text/event-stream", streamed.ContentType, StringComparison.Ordinal);
        Assert.EndsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n", events, StringComparison.Ordinal);
    }

    [Fact]
    public void Translate_AnyText_StaysValidJson()
    {
        var (_, body) = Translate(500, """{"error":{"message":"a \"quoted\" \ud83d line\n<tag>"}}""");

        using var document = JsonDocument.Parse(body);
        Assert.Equal("a \"quoted\" \uFFFD line\n<tag>", document.RootElement.GetProperty("error").GetProperty("message").GetString());
    }

    private static (TranslatedError Error, string Body) Translate(int status, string upstream, bool isGatewayCredential = true, bool isStream = false)
    {
        var output = new ArrayBufferWriter<byte>();
        var context = new ErrorContext("openai", "rid", isGatewayCredential) { Model = "gpt-5", MaxTokens = 1, IsStream = isStream };
        return (new AnthropicToOpenAIChatCodec(() => "id").TranslateError(status, Utf8(upstream), context, output), output.Text());
    }
}
