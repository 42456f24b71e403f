using Gateway.Testing;

namespace Gateway.Core.Tests.Plugins.AiProxy;

/// <summary>Which bodies a record keeps when they are logged.</summary>
public sealed class LoggedBodyTests
{
    private const string ChatAnswer = """
        {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-5-mini","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":25,"completion_tokens":12,"total_tokens":37}}
        """;

    [Fact]
    public async Task Request_Translated_IsKeptAsTheClientSentItToo()
    {
        const string body = """{"model": "claude-x", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}""";

        var llm = await CallAsync("anthropic", body);

        Assert.Equal(body, llm.ClientPayload);
        Assert.DoesNotContain("claude-x", llm.RequestPayload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_WithAnotherModel_IsKeptAsTheClientSentItToo()
    {
        const string body = """{"model": "gpt-asked", "messages": [{"role": "user", "content": "Hi"}], "temperature": 0.2}""";

        var llm = await CallAsync("openai", body);

        Assert.Equal(body, llm.ClientPayload);
        Assert.Contains("\"gpt-5-mini\"", llm.RequestPayload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_ThatGoesUpstreamAsItIs_IsKeptOnce()
    {
        var llm = await CallAsync("openai", """{"model":"gpt-5-mini","messages":[{"role":"user","content":"Hi"}],"stream":false}""");

        Assert.Contains("\"Hi\"", llm.RequestPayload, StringComparison.Ordinal);
        Assert.Null(llm.ClientPayload);
    }

    private static async Task<Gateway.Shared.Logging.LlmRecord> CallAsync(string format, string body)
    {
        await using var upstream = await FakeUpstream.StartAsync(200, ChatAnswer, ("Content-Type", "application/json"));
        await using var gateway = await AiProxyPipelineTests.StartAsync(upstream, $$"""
            {"llm_format":"{{format}}","route_type":"llm/v1/chat","logging":{"log_statistics":true,"log_payloads":true},
             "auth":{"header_name":"Authorization","header_value":"Bearer some"},"model":{"provider":"openai","name":"gpt-5-mini"} }
            """);
        using var response = await AiProxyPipelineTests.PostAsync(gateway, "/ai", body);
        return (await gateway.NextRecordAsync()).Llm!;
    }
}
