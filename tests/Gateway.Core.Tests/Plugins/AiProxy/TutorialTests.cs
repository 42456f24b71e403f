using System.Net;
using Gateway.Core.Tests.Pipeline;
using Gateway.Shared.Logging;
using Gateway.Testing;

namespace Gateway.Core.Tests.Plugins.AiProxy;

/// <summary>The configurations of the two walkthroughs, as their clients use them.</summary>
public sealed class TutorialTests
{
    private static readonly string Key = "sk-" + new string('t', 12);

    private static readonly string CodexPlugin = $$"""
        {"genai_category":"text/generation","llm_format":"openai","max_request_body_size":131072,"model_name_header":true,"response_streaming":"allow",
         "balancer":{"algorithm":"round-robin","tokens_count_strategy":"total-tokens","latency_strategy":"tpot","retries":3},
         "targets":[{"route_type":"llm/v1/responses","auth":{"header_name":"Authorization","header_value":"Bearer {{Key}}"},
           "logging":{"log_payloads":false,"log_statistics":true},"model":{"provider":"openai"} }] }
        """;

    private static readonly string ClaudePlugin = $$"""
        {"llm_format":"anthropic","route_type":"llm/v1/chat","logging":{"log_statistics":true,"log_payloads":false},
         "auth":{"header_name":"Authorization","header_value":"Bearer {{Key}}","allow_override":false},
         "model":{"provider":"openai","name":"gpt-5-mini"},"max_request_body_size":524288}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/codex", true)]
    [InlineData("/codex/responses", true)]
    [InlineData("/codex", false)]
    [InlineData("/codex/responses", false)]
    [InlineData("/codex/v1/responses", false)]
    public async Task Codex_OneShot_ReachesResponsesWithAndWithoutTheTransformer(string path, bool hasTransformer)
    {
        const string answer = """{"id":"resp_1","object":"response","model":"gpt-4o-2024","status":"completed","output":[],"usage":{"input_tokens":9,"output_tokens":4,"total_tokens":13}}""";
        await using var upstream = await FakeUpstream.StartAsync(200, answer, ("Content-Type", "application/json"));
        await using var gateway = await StartAsync(upstream, hasTransformer);
        const string body = """{"model": "gpt-4o", "input": [{"role": "user", "content": "Ping"}], "reasoning": null}""";

        using var response = await AiProxyPipelineTests.PostAsync(gateway, path, body, ("Authorization", "Bearer sk-xxx"), ("chatgpt-account-id", "acc"));
        var record = await gateway.NextRecordAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(answer, await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("openai/gpt-4o", Assert.Single(response.Headers.GetValues("X-Kong-LLM-Model")));
        var sent = Assert.Single(upstream.Requests);
        Assert.Equal("/v1/responses", sent.Target);
        Assert.Equal(body, sent.BodyText);
        Assert.Equal($"Bearer {Key}", sent.Headers["Authorization"]);
        Assert.False(sent.Headers.ContainsKey("chatgpt-account-id"));
        Assert.Equal(13, record.Llm!.Usage!.TotalTokens);
        var tried = Assert.Single(record.Llm.TriedTargets!);
        Assert.Equal(("127.0.0.1", upstream.Port, "127.0.0.1", "http", "/v1/responses"), (tried.Ip, tried.Port, tried.Host, tried.UpstreamScheme, tried.UpstreamUri));
        Assert.Equal(("llm/v1/responses", "openai", null, null), (tried.RouteType, tried.Provider, tried.Model, tried.Error));
    }

    [Fact]
    public async Task Codex_Stream_PassesByteForByte()
    {
        const string stream = ": comment\r\nevent: response.created\r\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"gpt-4o\"}}\r\n\r\n"
            + "event: response.output_item.done\ndata: {\"type\":\"response.output_item.done\",\"item\":{\"type\":\"message\"}}\n\n"
            + "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"model\":\"gpt-4o\",\"status\":\"completed\",\"usage\":{\"input_tokens\":9,\"input_tokens_details\":{\"cached_tokens\":3},\"output_tokens\":4,\"output_tokens_details\":{\"reasoning_tokens\":1},\"total_tokens\":13}}}\n\n";
        await using var upstream = await FakeUpstream.StartAsync(200, stream, ("Content-Type", "text/event-stream"), ("x-codex-turn", "t"), ("openai-model", "m"));
        await using var gateway = await StartAsync(upstream, hasTransformer: true);

        using var response = await AiProxyPipelineTests.PostAsync(
            gateway, "/codex/responses", """{"model":"gpt-4o","input":[],"stream":true}""", ("User-Agent", "codex_exec/0.55.0 (Debian)"), ("session_id", "session-7"));
        var record = await gateway.NextRecordAsync();

        Assert.Equal(stream, await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("t", Assert.Single(response.Headers.GetValues("x-codex-turn")));
        Assert.Equal("session-7", upstream.Requests[0].Headers["session_id"]);
        Assert.Equal("text/event-stream", upstream.Requests[0].Headers["Accept"]);
        Assert.Equal(("codex", "session-7"), (record.Agent, record.SessionId));
        Assert.Equal((9, 4, 3, 1), (record.Llm!.Usage!.PromptTokens, record.Llm.Usage.CompletionTokens, record.Llm.Usage.CacheReadTokens, record.Llm.Usage.ReasoningTokens));
        Assert.Equal(("openai_responses", "openai_responses", true), (record.Llm.ClientFormat, record.Llm.UpstreamFormat, record.Llm.IsStream));
    }

    [Theory]
    [InlineData("GET", "/codex/responses/resp_1", "/v1/responses/resp_1")]
    [InlineData("DELETE", "/codex/responses/resp_1", "/v1/responses/resp_1")]
    [InlineData("POST", "/codex/responses/compact", "/v1/responses/compact")]
    [InlineData("POST", "/codex/responses/resp_1/cancel", "/v1/responses/resp_1/cancel")]
    public async Task Codex_SubResources_PassThrough(string method, string path, string expected)
    {
        await using var upstream = await FakeUpstream.StartAsync(200, "{}", ("Content-Type", "application/json"));
        await using var gateway = await StartAsync(upstream, hasTransformer: false);
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), path)
        {
            Content = path.EndsWith("compact", StringComparison.Ordinal) ? new StringContent("""{"model":"gpt-4o","input":[]}""", System.Text.Encoding.UTF8, "application/json") : null,
        };

        using var response = await gateway.Client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal((method, expected), (upstream.Requests[0].Method, upstream.Requests[0].Target));
        Assert.Equal($"Bearer {Key}", upstream.Requests[0].Headers["Authorization"]);
    }

    [Fact]
    public async Task Claude_OneShot_IsTranslatedBothWays()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            200,
            """{"id":"c1","object":"chat.completion","created":1,"model":"gpt-5-mini-2025-08-07","choices":[{"index":0,"message":{"role":"assistant","content":"Procopius"},"finish_reason":"stop"}],"usage":{"prompt_tokens":25,"completion_tokens":456,"total_tokens":481,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":256}}}""",
            ("Content-Type", "application/json"));
        await using var gateway = await StartClaudeAsync(upstream);

        using var response = await PostClaudeAsync(gateway, isStream: false);
        var answer = await response.Content.ReadAsStringAsync(Cancel);
        var record = await gateway.NextRecordAsync();

        Assert.Contains("\"type\":\"message\"", answer, StringComparison.Ordinal);
        Assert.Contains("Procopius", answer, StringComparison.Ordinal);
        var sent = Assert.Single(upstream.Requests);
        Assert.Equal("/v1/chat/completions", sent.Target);
        Assert.Equal($"Bearer {Key}", sent.Headers["Authorization"]);
        foreach (var name in new[] { "x-api-key", "anthropic-version", "anthropic-beta", "x-app", "x-stainless-lang" })
        {
            Assert.False(sent.Headers.ContainsKey(name), name);
        }

        Assert.Equal(("gpt-5-mini", "gpt-5-mini-2025-08-07"), (record.Llm!.RequestModel, record.Llm.ResponseModel));
        Assert.Equal((25, 456, 256), (record.Llm.Usage!.PromptTokens, record.Llm.Usage.CompletionTokens, record.Llm.Usage.ReasoningTokens));
        Assert.Equal(("claude-code", "0199"), (record.Agent, record.SessionId));
        Assert.False(record.Llm.IsStream);
        Assert.Null(record.Llm.TriedTargets);
    }

    [Fact]
    public async Task Claude_Stream_IsTranslatedWhileItFlows()
    {
        var mayEnd = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            await AiProxyPipelineTests.EventAsync(http, """{"id":"c1","model":"gpt-5-mini","choices":[{"index":0,"delta":{"role":"assistant","content":"Pro"},"finish_reason":null}]}""");
            await mayEnd.Task;
            await AiProxyPipelineTests.EventAsync(http, """{"id":"c1","model":"gpt-5-mini","choices":[{"index":0,"delta":{"content":"copius"},"finish_reason":null}]}""");
            await AiProxyPipelineTests.EventAsync(http, """{"id":"c1","model":"gpt-5-mini","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""");
            await AiProxyPipelineTests.EventAsync(http, """{"id":"c1","model":"gpt-5-mini","choices":[],"usage":{"prompt_tokens":25,"completion_tokens":3,"total_tokens":28}}""");
            await AiProxyPipelineTests.EventAsync(http, "[DONE]");
        });
        await using var gateway = await StartClaudeAsync(upstream);

        using var response = await PostClaudeAsync(gateway, isStream: true);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        var head = "";
        while (!head.Contains("Pro", StringComparison.Ordinal))
        {
            head += await reader.ReadLineAsync(Cancel) + "\n";
        }

        mayEnd.SetResult();
        var rest = await reader.ReadToEndAsync(Cancel);
        var record = await gateway.NextRecordAsync();

        Assert.StartsWith("event: message_start\n", head, StringComparison.Ordinal);
        Assert.Contains("event: message_stop", rest, StringComparison.Ordinal);
        Assert.Equal("no", Assert.Single(response.Headers.GetValues("X-Accel-Buffering")));
        Assert.Equal((25, 3), (record.Llm!.Usage!.PromptTokens, record.Llm.Usage.CompletionTokens));
        Assert.Equal(RequestOutcome.Ok, record.Outcome);
    }

    [Fact]
    public async Task Claude_StreamIsCut_EndsWithAnErrorEvent()
    {
        await using var upstream = await AiProxyPipelineTests.StreamingAsync("""{"id":"c1","model":"m","choices":[{"index":0,"delta":{"content":"Pro"},"finish_reason":null}]}""");
        await using var gateway = await StartClaudeAsync(upstream);

        using var response = await PostClaudeAsync(gateway, isStream: true);
        var body = await response.Content.ReadAsStringAsync(Cancel);
        var record = await gateway.NextRecordAsync();

        Assert.Contains("event: error\n", body, StringComparison.Ordinal);
        Assert.DoesNotContain("message_stop", body, StringComparison.Ordinal);
        Assert.Equal(RequestOutcome.UpstreamCut, record.Outcome);
    }

    [Fact]
    public async Task Claude_UpstreamRefuses_GetsItsOwnErrorFormat()
    {
        await using var upstream = await FakeUpstream.StartAsync(429, """{"error":{"message":"slow down","type":"requests","code":"rate_limit_exceeded"}}""", ("Content-Type", "application/json"), ("Retry-After", "3"));
        await using var gateway = await StartClaudeAsync(upstream);

        using var response = await PostClaudeAsync(gateway, isStream: true);
        var body = await response.Content.ReadAsStringAsync(Cancel);

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.StartsWith("""{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}""", body, StringComparison.Ordinal);
        Assert.Equal("3", Assert.Single(response.Headers.GetValues("Retry-After")));
    }

    private static Task<GatewayHost> StartAsync(FakeUpstream upstream, bool hasTransformer)
    {
        List<(string, string)> plugins = [("ai-proxy-advanced", CodexPlugin)];
        if (hasTransformer)
        {
            plugins.Add(("request-transformer", """{"replace":{"uri":"/"}}"""));
        }

        return GatewayHost.StartAsync(GatewayHost.Config(plugins, "/codex"), ("Gateway:Providers:openai:BaseUrl", upstream.Address.ToString()));
    }

    private static Task<GatewayHost> StartClaudeAsync(FakeUpstream upstream) => GatewayHost.StartAsync(
        GatewayHost.Config([("ai-proxy", ClaudePlugin)], "/anything", "/anything"), ("Gateway:Providers:openai:BaseUrl", upstream.Address.ToString()));

    private static Task<HttpResponseMessage> PostClaudeAsync(GatewayHost gateway, bool isStream) => AiProxyPipelineTests.PostAsync(
        gateway,
        "/anything/v1/messages?beta=true",
        $$$"""{"model":"claude-haiku","max_tokens":32000,"stream":{{{(isStream ? "true" : "false")}}},"system":[{"type":"text","text":"You are"}],"messages":[{"role":"user","content":"Tell me"}],"tools":[],"metadata":{"user_id":"user_1_account__session_0199"}}""",
        ("x-api-key", "x"),
        ("Authorization", "Bearer x"),
        ("anthropic-version", "2023-06-01"),
        ("anthropic-beta", "b"),
        ("x-app", "cli"),
        ("x-stainless-lang", "js"),
        ("User-Agent", "claude-cli/2.0.37 (external, cli)"));
}
