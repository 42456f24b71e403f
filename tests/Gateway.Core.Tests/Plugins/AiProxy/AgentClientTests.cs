using System.Net;
using System.Net.Http.Headers;
using Gateway.Core.Tests.Llm;
using Gateway.Testing;
using static Gateway.Core.Tests.Plugins.AiProxy.AiProxyPipelineTests;

namespace Gateway.Core.Tests.Plugins.AiProxy;

/// <summary>What Claude Code and Codex send, old and new, through the whole pipeline: requests as observed, with invented content.</summary>
public sealed class AgentClientTests
{
    private const string ResponseStream =
        "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"gpt-4o\"}}\n\n"
        + "event: response.output_item.done\ndata: {\"type\":\"response.output_item.done\",\"item\":{\"type\":\"message\",\"content\":[]},\"new\":1.0}\n\n"
        + "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"usage\":{\"input_tokens\":9,\"output_tokens\":4,\"total_tokens\":13}}}\n\n";

    private static readonly string[] ChatStream =
    [
        """{"id":"chatcmpl-1","model":"gpt-5-mini-2025","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}""",
        """{"id":"chatcmpl-1","model":"gpt-5-mini-2025","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}],"usage":null}""",
        """{"id":"chatcmpl-1","model":"gpt-5-mini-2025","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}""",
        """{"id":"chatcmpl-1","model":"gpt-5-mini-2025","choices":[],"usage":{"prompt_tokens":30,"completion_tokens":2,"total_tokens":32}}""",
        "[DONE]",
    ];

    private static readonly (string, string)[] ClaudeHeaders =
    [
        ("Accept", "application/json"),
        ("X-Stainless-Retry-Count", "0"), ("X-Stainless-Timeout", "600"), ("X-Stainless-Lang", "js"), ("x-stainless-helper-method", "stream"),
        ("anthropic-dangerous-direct-browser-access", "true"),
        ("anthropic-version", "2023-06-01"),
        ("x-api-key", "theirs"), ("Authorization", "Bearer theirs"),
        ("x-app", "cli"),
        ("anthropic-beta", "claude-code-20250219,interleaved-thinking-2025-05-14,fine-grained-tool-streaming-2025-05-14"),
        ("accept-language", "*"), ("sec-fetch-mode", "cors"),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2.0.37", "gzip, deflate", "claude-cli/2.0.37 (external, cli)", "00000000-0000-4000-8000-000000000001")]
    [InlineData("2.1.330", "gzip, deflate, br, zstd", "claude-cli/2.1.330 (external, sdk-cli)", "00000000-0000-4000-8000-000000000002")]
    public async Task ClaudeCode_MainCall_IsTranslatedAndStreams(string version, string acceptEncoding, string userAgent, string session)
    {
        await using var upstream = await StreamingAsync(ChatStream);
        await using var gateway = await StartAsync(upstream, Config("openai", "gpt-5-mini", "anthropic"));

        using var response = await PostAsync(
            gateway, "/ai/v1/messages?beta=true", Body($"claude-code-{version}.request.json"), [.. ClaudeHeaders, ("User-Agent", userAgent), ("accept-encoding", acceptEncoding)]);
        var stream = await response.Content.ReadAsStringAsync(Cancel);
        var record = await gateway.NextRecordAsync();

        // Streaming is decided by the body, not by Accept, and no line of it may come compressed.
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Empty(response.Content.Headers.ContentEncoding);
        Assert.StartsWith("event: message_start\n", stream, StringComparison.Ordinal);
        Assert.EndsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n", stream, StringComparison.Ordinal);
        Assert.Contains("\"usage\":{\"input_tokens\":30,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":2}", stream, StringComparison.Ordinal);
        var sent = Assert.Single(upstream.Requests);
        Assert.Equal("/v1/chat/completions", sent.Target);
        Assert.Equal(Body($"claude-code-{version}.expected.json").TrimEnd(), sent.BodyText);
        Assert.Equal("identity", sent.Headers["Accept-Encoding"]);
        Assert.DoesNotContain(sent.Headers.Keys, name => name.StartsWith("anthropic-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("x-stainless-", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("theirs", string.Join(' ', sent.Headers.Values), StringComparison.Ordinal);
        Assert.Equal(("claude-code", session), (record.Agent, record.SessionId));
    }

    [Theory]
    [InlineData("""{"model":"gpt-5-mini","messages":[{"role":"user","content":"Warmup"}],"system":[{"type":"text","text":"S"}],"tools":[],"max_tokens":32000,"stream":true}""", """{"model":"gpt-5-mini","messages":[{"role":"system","content":"S"},{"role":"user","content":"Warmup"}],"max_completion_tokens":32000,"stream":true,"stream_options":{"include_usage":true}}""")]
    [InlineData("""{"model":"gpt-5-mini","messages":[{"role":"user","content":"title?"},{"role":"assistant","content":[{"type":"text","text":"{"}]}],"tools":[],"max_tokens":512,"stream":true}""", """{"model":"gpt-5-mini","messages":[{"role":"user","content":"title?"},{"role":"assistant","content":"{"}],"max_completion_tokens":512,"stream":true,"stream_options":{"include_usage":true}}""")]
    [InlineData("""{"model":"gpt-5-mini","messages":[{"role":"user","content":"search"}],"tools":[{"type":"web_search_20250305","name":"web_search","max_uses":8}],"max_tokens":9,"stream":true}""", """{"model":"gpt-5-mini","messages":[{"role":"user","content":"search"}],"max_completion_tokens":9,"stream":true,"stream_options":{"include_usage":true}}""")]
    public async Task ClaudeCode_BackgroundCall_IsTranslated(string body, string expected)
    {
        await using var upstream = await StreamingAsync(ChatStream);
        await using var gateway = await StartAsync(upstream, Config("openai", "gpt-5-mini", "anthropic"));

        using var response = await PostAsync(gateway, "/ai/v1/messages?beta=true", body, ClaudeHeaders);
        await response.Content.ReadAsStringAsync(Cancel);

        Assert.Equal(expected, upstream.Requests[0].BodyText);
    }

    [Fact]
    public async Task ClaudeCode_StreamFailed_FallsBackToOneShot()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            200, """{"id":"chatcmpl-1","model":"m","choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1}}""", ("Content-Type", "application/json"));
        await using var gateway = await StartAsync(upstream, Config("openai", "gpt-4o", "anthropic"));

        using var response = await PostAsync(gateway, "/ai/v1/messages?beta=true", """{"messages":[{"role":"user","content":"Hi"}],"max_tokens":21333,"temperature":1}""", ClaudeHeaders);

        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("\"type\":\"message\",\"role\":\"assistant\"", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal("""{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}],"max_tokens":21333,"temperature":1}""", upstream.Requests[0].BodyText);
    }

    [Theory]
    [InlineData("0.55.0")]
    [InlineData("0.169.0")]
    public async Task Codex_Turn_PassesByteForByte(string version)
    {
        await using var upstream = await FakeUpstream.StartAsync(200, ResponseStream, ("Content-Type", "text/event-stream"), ("x-ratelimit-remaining-tokens", "5"));
        await using var gateway = await StartAsync(upstream, Config("openai", null).Replace("llm/v1/chat", "llm/v1/responses", StringComparison.Ordinal));
        (string, string)[] session = version == "0.55.0"
            ? [("version", version), ("session_id", "s-1"), ("conversation_id", "s-1")]
            : [("session-id", "s-1"), ("thread-id", "s-1"), ("x-codex-window-id", "w"), ("x-codex-turn-metadata", """{"session_id":"s-1","request_kind":"turn"}""")];

        using var response = await PostAsync(
            gateway, "/ai/responses", Body($"codex-{version}.request.json"),
            [.. session, ("Accept", "text/event-stream"), ("User-Agent", $"codex_exec/{version} (Debian 12.0.0; x86_64) xterm"), ("originator", "codex_exec"), ("Authorization", "Bearer theirs"), ("chatgpt-account-id", "theirs")]);
        var record = await gateway.NextRecordAsync();

        Assert.Equal(ResponseStream, await response.Content.ReadAsStringAsync(Cancel));
        Assert.Empty(response.Content.Headers.ContentEncoding);
        Assert.Equal("5", Assert.Single(response.Headers.GetValues("x-ratelimit-remaining-tokens")));
        var sent = Assert.Single(upstream.Requests);
        Assert.Equal("/v1/responses", sent.Target);
        Assert.Equal(Body($"codex-{version}.request.json"), sent.BodyText);
        foreach (var (name, value) in session)
        {
            Assert.Equal(value, sent.Headers[name]);
        }

        Assert.Equal("codex_exec", sent.Headers["originator"]);
        Assert.Equal("identity", sent.Headers["Accept-Encoding"]);
        Assert.DoesNotContain("theirs", string.Join(' ', sent.Headers.Values), StringComparison.Ordinal);
        Assert.Equal(("codex", "s-1", 13L), (record.Agent, record.SessionId, record.Llm!.Usage!.TotalTokens));
    }

    [Fact]
    public async Task Codex_NoCredentials_AreAcceptedOnAnOpenRoute()
    {
        await using var upstream = await FakeUpstream.StartAsync(200, ResponseStream, ("Content-Type", "text/event-stream"));
        await using var gateway = await StartAsync(upstream, Config("openai", null).Replace("llm/v1/chat", "llm/v1/responses", StringComparison.Ordinal));

        using var response = await PostAsync(gateway, "/ai/responses", Body("codex-0.55.0.request.json"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith("Bearer ", upstream.Requests[0].Headers["Authorization"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Codex_NewestVersion_TriesAWebSocketFirst()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, Config("openai", null).Replace("llm/v1/chat", "llm/v1/responses", StringComparison.Ordinal));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/ai/responses");
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new ProductHeaderValue("websocket"));
        request.Headers.Add("openai-beta", "responses_websockets=2026-02-06");

        using var response = await gateway.Client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task Codex_CutAnswer_NeverLooksComplete()
    {
        var cut = ResponseStream[..ResponseStream.IndexOf("event: response.completed", StringComparison.Ordinal)];
        await using var upstream = await FakeUpstream.StartAsync(200, cut, ("Content-Type", "text/event-stream"));
        await using var gateway = await StartAsync(upstream, Config("openai", null).Replace("llm/v1/chat", "llm/v1/responses", StringComparison.Ordinal));

        await AssertBrokenOffAsync(gateway, Body("codex-0.55.0.request.json"));
    }

    [Fact]
    public async Task Codex_WireApiChat_UsageIsAskedForAndHidden()
    {
        await using var upstream = await StreamingAsync(ChatStream);
        await using var gateway = await StartAsync(upstream, Config("openai", "gpt-5-mini"));

        using var response = await PostAsync(gateway, "/ai/chat/completions", """{"model":"gpt-5-mini","messages":[{"role":"user","content":"Hi"}],"stream":true,"tools":[]}""");
        var stream = await response.Content.ReadAsStringAsync(Cancel);
        var record = await gateway.NextRecordAsync();

        Assert.DoesNotContain("usage", stream, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", stream, StringComparison.Ordinal);
        Assert.Equal("""{"model":"gpt-5-mini","messages":[{"role":"user","content":"Hi"}],"stream":true,"tools":[],"stream_options":{"include_usage":true}}""", upstream.Requests[0].BodyText);
        Assert.Equal(32, record.Llm!.Usage!.TotalTokens);
    }

    private static string Body(string fixture) => System.Text.Encoding.UTF8.GetString(LlmTesting.Fixture(fixture));
}
