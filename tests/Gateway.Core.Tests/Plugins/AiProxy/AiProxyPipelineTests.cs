using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Gateway.Core.Tests.Pipeline;
using Gateway.Shared.Logging;
using Gateway.Shared.Usage;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Plugins.AiProxy;

public sealed class AiProxyPipelineTests
{
    private const string ChatAnswer = """
        {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4o-2024-08-06","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":25,"completion_tokens":12,"total_tokens":37}}
        """;

    private static readonly string Key = "sk-" + new string('o', 12);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chat_OneShot_PassesBytesAndRecordsUsage()
    {
        await using var upstream = await FakeUpstream.StartAsync(200, ChatAnswer, ("Content-Type", "application/json"), ("Set-Cookie", "a=b"), ("x-request-id", "up-1"));
        await using var gateway = await StartAsync(upstream, Config("openai", "gpt-4o", options: """{"input_cost":10,"output_cost":10}"""));

        using var response = await PostAsync(gateway, "/ai/v1/chat/completions?x=1", """{"messages":[{"role":"user","content":"Hi"}],"unknown":1.0}""", ("Authorization", "Bearer theirs"));
        var record = await gateway.NextRecordAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(ChatAnswer, await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("openai/gpt-4o", Assert.Single(response.Headers.GetValues("X-Kong-LLM-Model")));
        Assert.Equal("up-1", Assert.Single(response.Headers.GetValues("x-request-id")));
        Assert.False(response.Headers.Contains("Set-Cookie"));
        Assert.True(response.Headers.Contains("X-Kong-Upstream-Latency"));
        var sent = Assert.Single(upstream.Requests);
        Assert.Equal("/v1/chat/completions?x=1", sent.Target);
        Assert.Equal($"Bearer {Key}", sent.Headers["Authorization"]);
        Assert.Contains("\"unknown\":1.0", sent.BodyText, StringComparison.Ordinal);
        Assert.Contains("\"model\":\"gpt-4o\"", sent.BodyText, StringComparison.Ordinal);
        Assert.Equal(RequestOutcome.Ok, record.Outcome);
        Assert.Equal(25, record.Llm!.Usage!.PromptTokens);
        Assert.Equal(0.00037m, record.Llm.Cost);
        Assert.Equal("gpt-4o-2024-08-06", record.Llm.ResponseModel);
        Assert.Equal("gpt-4o", record.Llm.RequestModel);
        Assert.Null(record.Llm.TriedTargets);
        Assert.NotNull(record.Llm.TimeToFirstTokenMs);
        Assert.True(record.Llm.LatencyMs >= record.Llm.TimeToFirstTokenMs);
        Assert.Equal("127.0.0.1", Assert.Single(record.Tries).Ip);
    }

    [Fact]
    public async Task Chat_Stream_FirstEventArrivesBeforeTheUpstreamEnds()
    {
        var mayEnd = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            await EventAsync(http, """{"model":"m","choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}],"usage":null}""");
            await mayEnd.Task;
            await EventAsync(http, """{"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}""");
            await EventAsync(http, """{"model":"m","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}""");
            await EventAsync(http, "[DONE]");
        });
        await using var gateway = await StartAsync(upstream, Config("openai", "gpt-4o"));

        using var response = await PostAsync(gateway, "/ai", """{"messages":[{"role":"user","content":"Hi"}],"stream":true}""");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        var first = await reader.ReadLineAsync(Cancel);
        mayEnd.SetResult();
        var rest = await reader.ReadToEndAsync(Cancel);
        var record = await gateway.NextRecordAsync();

        Assert.Contains("Hel", first, StringComparison.Ordinal);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.EndsWith("data: [DONE]\n\n", rest, StringComparison.Ordinal);
        // The client did not ask for usage: the chunk that only the gateway wanted stays hidden.
        Assert.DoesNotContain("prompt_tokens", rest, StringComparison.Ordinal);
        Assert.Contains("include_usage", upstream.Requests[0].BodyText, StringComparison.Ordinal);
        Assert.Equal(7, record.Llm!.Usage!.TotalTokens);
        Assert.Equal(UsageSource.Provider, record.Llm.Usage.Source);
        Assert.True(record.Llm.IsStream);
        Assert.Equal("stop", record.Llm.FinishReason);
    }

    [Fact]
    public async Task Chat_StreamWithoutUsage_IsEstimatedAndMarked()
    {
        await using var upstream = await StreamingAsync("""{"choices":[{"index":0,"delta":{"content":"12345678"},"finish_reason":"stop"}]}""", "[DONE]");
        await using var gateway = await StartAsync(upstream, Config("openai", "gpt-4o"));

        using var response = await PostAsync(gateway, "/ai", """{"messages":[{"role":"user","content":"one two"}],"stream":true}""");
        await response.Content.ReadAsStringAsync(Cancel);
        var record = await gateway.NextRecordAsync();

        Assert.Equal(UsageSource.Estimate, record.Llm!.Usage!.Source);
        Assert.Equal(2, record.Llm.Usage.CompletionTokens);
    }

    [Fact]
    public async Task Stream_CutUpstream_AbortsTheConnection()
    {
        await using var upstream = await StreamingAsync("""{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}""");
        await using var gateway = await StartAsync(upstream, Config("openai", "gpt-4o"));

        await AssertBrokenOffAsync(gateway, """{"messages":[{"role":"user","content":"Hi"}],"stream":true}""");
        var record = await gateway.NextRecordAsync();

        Assert.Equal(RequestOutcome.UpstreamCut, record.Outcome);
        Assert.Equal("truncated", record.OutcomeDetail);
    }

    [Fact]
    public async Task Stream_ErrorEvent_CountsAsUpstreamError()
    {
        await using var upstream = await StreamingAsync("""{"error":{"message":"overloaded","type":"server_error"}}""");
        await using var gateway = await StartAsync(upstream, Config("openai", "gpt-4o"));

        using var response = await PostAsync(gateway, "/ai", """{"messages":[{"role":"user","content":"Hi"}],"stream":true}""");
        var body = await response.Content.ReadAsStringAsync(Cancel);
        var record = await gateway.NextRecordAsync();

        Assert.Contains("overloaded", body, StringComparison.Ordinal);
        Assert.Equal(RequestOutcome.UpstreamError, record.Outcome);
        Assert.Equal("stream_error", record.OutcomeDetail);
        Assert.Equal("overloaded", record.ErrorMessage);
    }

    [Fact]
    public async Task Stream_ClientLeaves_CancelsTheUpstream()
    {
        var cancelled = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            await EventAsync(http, """{"choices":[{"index":0,"delta":{"content":"abcd"},"finish_reason":null}]}""");
            http.RequestAborted.Register(cancelled.SetResult);
            await cancelled.Task;
        });
        await using var gateway = await StartAsync(upstream, Config("openai", "gpt-4o"));

        using (var response = await PostAsync(gateway, "/ai", """{"messages":[{"role":"user","content":"Hi"}],"stream":true}"""))
        {
            var stream = await response.Content.ReadAsStreamAsync(Cancel);
            await stream.ReadExactlyAsync(new byte[8], Cancel);
        }

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        var record = await gateway.NextRecordAsync();
        Assert.Equal(RequestOutcome.ClientClosed, record.Outcome);
        Assert.Equal(499, record.Status);
        Assert.Equal(1, record.Llm!.Usage!.CompletionTokens);
    }

    [Fact]
    public async Task Wait_ClientLeaves_CancelsTheUpstream()
    {
        var arrived = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync(async http =>
        {
            http.RequestAborted.Register(cancelled.SetResult);
            arrived.SetResult();
            await cancelled.Task;
        });
        await using var gateway = await StartAsync(upstream, Config("openai", "gpt-4o"));

        using var leave = new CancellationTokenSource();
        var call = PostAsync(gateway, "/ai", """{"messages":[{"role":"user","content":"Hi"}]}""", leave.Token);
        await arrived.Task;
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal(RequestOutcome.ClientClosed, (await gateway.NextRecordAsync()).Outcome);
    }

    [Theory]
    [InlineData("not json", 400, "content-type header does not match request body, or bad JSON formatting")]
    [InlineData("", 400, "content-type header does not match request body, or bad JSON formatting")]
    [InlineData("[1]", 400, "content-type header does not match request body, or bad JSON formatting")]
    [InlineData("{}", 400, "request body doesn't contain valid prompts")]
    [InlineData("""{"messages":[]}""", 400, "request body doesn't contain valid prompts")]
    [InlineData("""{"prompt":"x"}""", 400, "[llm/v1/completions] message format is not compatible with [llm/v1/chat] route type")]
    [InlineData("""{"messages":[{}],"prompt":"x"}""", 400, "request matches multiple LLM request formats")]
    [InlineData("""{"model":"a","model":"b","messages":[{}]}""", 400, "the request body names a member twice")]
    public async Task BadInput_OpenAIClient_Gets400InItsFormat(string body, int status, string message)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, Config("openai", "gpt-4o"));

        using var response = await PostAsync(gateway, "/ai", body);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal($$$"""{"error":{"message":"{{{message}}}"}}""", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Empty(upstream.Requests);
        Assert.Equal(RequestOutcome.Rejected, (await gateway.NextRecordAsync()).Outcome);
    }

    [Fact]
    public async Task BadInput_WrongContentType_Gets400()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, Config("openai", "gpt-4o"));
        using var content = new StringContent("""{"messages":[{}]}""", Encoding.UTF8, "text/plain");

        using var response = await gateway.Client.PostAsync("/ai", content, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData("openai", """{"error":{"message":"request body of 70 bytes exceeds max_request_body_size (50)"}}""")]
    [InlineData("anthropic", "request_too_large")]
    public async Task Body_OverTheLimit_Gets413WithBothNumbers(string format, string expected)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, Config("openai", "gpt-4o", format, extra: ",\"max_request_body_size\":50"));

        using var response = await PostAsync(gateway, "/ai", new string('x', 70));
        var body = await response.Content.ReadAsStringAsync(Cancel);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains(expected, body, StringComparison.Ordinal);
        Assert.Contains("70 bytes exceeds max_request_body_size (50)", body, StringComparison.Ordinal);
        Assert.Equal("too_large", (await gateway.NextRecordAsync()).OutcomeDetail);
    }

    [Fact]
    public async Task Body_Compressed_IsDecodedAndBounded()
    {
        await using var upstream = await FakeUpstream.StartAsync(200, ChatAnswer, ("Content-Type", "application/json"));
        await using var gateway = await StartAsync(upstream, Config("openai", "gpt-4o", extra: ",\"max_request_body_size\":1000"));

        using var good = await PostGzipAsync(gateway, """{"messages":[{"role":"user","content":"Hi"}]}""");
        using var bomb = await PostGzipAsync(gateway, $$"""{"messages":[{"role":"user","content":"{{new string('x', 100_000)}}"}]}""");

        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        Assert.Contains("\"content\":\"Hi\"", upstream.Requests[0].BodyText, StringComparison.Ordinal);
        Assert.False(upstream.Requests[0].Headers.ContainsKey("Content-Encoding"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, bomb.StatusCode);
        Assert.Single(upstream.Requests);
    }

    [Fact]
    public async Task Streaming_Denied_Gets400()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, Config("openai", "gpt-4o", extra: ",\"response_streaming\":\"deny\""));

        using var response = await PostAsync(gateway, "/ai", """{"messages":[{}],"stream":true}""");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("response streaming is not enabled for this LLM", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Streaming_Always_ForcesTheUpstream()
    {
        await using var upstream = await StreamingAsync("""{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}""", "[DONE]");
        await using var gateway = await StartAsync(upstream, Config("openai", "gpt-4o", extra: ",\"response_streaming\":\"always\""));

        using var response = await PostAsync(gateway, "/ai", """{"messages":[{"role":"user","content":"Hi"}]}""");

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("\"stream\":true", upstream.Requests[0].BodyText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("override", 200)]
    [InlineData("reject", 400)]
    public async Task Model_OtherThanConfigured_FollowsTheSetting(string policy, int status)
    {
        await using var upstream = await FakeUpstream.StartAsync(200, ChatAnswer, ("Content-Type", "application/json"));
        await using var gateway = await StartAsync(upstream, Config("openai", "gpt-4o"), ("Gateway:Llm:UnknownModel", policy));

        using var response = await PostAsync(gateway, "/ai", """{"model":"other","messages":[{"role":"user","content":"Hi"}]}""");
        var record = await gateway.NextRecordAsync();

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("other", record.Llm!.RequestedModel);
        if (status == 200)
        {
            Assert.Equal("gpt-4o", record.Llm.RequestModel);
            Assert.Contains("\"model\":\"gpt-4o\"", upstream.Requests[0].BodyText, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal("""{"error":{"message":"cannot use own model - must be: gpt-4o"}}""", await response.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task UpstreamError_KeyRefused_BecomesA403ThatSaysWhoseKey(int status)
    {
        await using var upstream = await FakeUpstream.StartAsync(status, $$$"""{"error":{"message":"Incorrect API key provided: {{{Key}}}"}}""", ("Content-Type", "application/json"), ("WWW-Authenticate", "Bearer"));
        await using var gateway = await StartAsync(upstream, Config("openai", "gpt-4o"));

        using var response = await PostAsync(gateway, "/ai", """{"messages":[{"role":"user","content":"Hi"}]}""");
        var body = await response.Content.ReadAsStringAsync(Cancel);
        var record = await gateway.NextRecordAsync();

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("the gateway's key for openai was refused", body, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, body, StringComparison.Ordinal);
        Assert.Equal("key_rejected", record.OutcomeDetail);
        Assert.Equal($"{status}", record.UpstreamStatus);
        Assert.Equal("Incorrect API key provided: REDACTED", record.ErrorMessage);
    }

    [Theory]
    [InlineData(400, "upstream_4xx")]
    [InlineData(404, "upstream_4xx")]
    [InlineData(429, "rate_limited")]
    [InlineData(500, "upstream_5xx")]
    [InlineData(503, "upstream_5xx")]
    public async Task UpstreamError_SameFormat_PassesUnchanged(int status, string detail)
    {
        const string error = """{"error":{"message":"no","type":"t","param":null,"code":null}}""";
        await using var upstream = await FakeUpstream.StartAsync(status, error, ("Content-Type", "application/json"), ("Retry-After", "7"));
        await using var gateway = await StartAsync(upstream, Config("openai", "gpt-4o"));

        using var response = await PostAsync(gateway, "/ai", """{"messages":[{"role":"user","content":"Hi"}],"stream":true}""");
        var record = await gateway.NextRecordAsync();

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(error, await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("7", Assert.Single(response.Headers.GetValues("Retry-After")));
        Assert.Equal(RequestOutcome.UpstreamError, record.Outcome);
        Assert.Equal(detail, record.OutcomeDetail);
        Assert.Equal("no", record.ErrorMessage);
    }

    [Fact]
    public async Task Upstream_RefusesTheConnection_Gets502InTheClientsFormat()
    {
        await using var gateway = await GatewayHost.StartAsync(
            GatewayHost.Config("ai-proxy", Config("openai", "gpt-4o", "anthropic")), ("Gateway:Providers:openai:BaseUrl", "http://127.0.0.1:1"));

        using var response = await PostAsync(gateway, "/ai/v1/messages", """{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"Hi"}]}""");
        var body = await response.Content.ReadAsStringAsync(Cancel);
        var record = await gateway.NextRecordAsync();

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.StartsWith("""{"type":"error","error":{"type":"api_error","message":""", body, StringComparison.Ordinal);
        Assert.Contains(record.RequestId, body, StringComparison.Ordinal);
        Assert.Equal("connect_refused", record.OutcomeDetail);
        Assert.Equal(RequestOutcome.UpstreamError, record.Outcome);
    }

    [Fact]
    public async Task Upstream_NameUnknown_Gets503()
    {
        await using var gateway = await GatewayHost.StartAsync(
            GatewayHost.Config("ai-proxy", Config("openai", "gpt-4o")), ("Gateway:Providers:openai:BaseUrl", "http://no-such-host.invalid"));

        using var response = await PostAsync(gateway, "/ai", """{"messages":[{"role":"user","content":"Hi"}]}""");

        Assert.InRange((int)response.StatusCode, 502, 504);
        Assert.StartsWith("""{"error":{"message":""", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upstream_SendsNoHeaders_Gets504AfterTheReadTimeout()
    {
        var release = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync(_ => release.Task);
        var config = GatewayHost.Config("ai-proxy", Config("openai", "gpt-4o"));
        config = config with { Services = [config.Services[0] with { ReadTimeout = 200 }] };
        await using var gateway = await GatewayHost.StartAsync(config, ("Gateway:Providers:openai:BaseUrl", upstream.Address.ToString()));

        using var response = await PostAsync(gateway, "/ai", """{"messages":[{"role":"user","content":"Hi"}]}""");
        release.SetResult();
        var record = await gateway.NextRecordAsync();

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal(RequestOutcome.UpstreamTimeout, record.Outcome);
        Assert.Equal("header_timeout", record.OutcomeDetail);
    }

    [Fact]
    public async Task Stream_FallsSilent_IsAbortedAfterTheReadTimeout()
    {
        var release = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            await EventAsync(http, """{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}""");
            await release.Task;
        });
        var config = GatewayHost.Config("ai-proxy", Config("openai", "gpt-4o"));
        config = config with { Services = [config.Services[0] with { ReadTimeout = 200 }] };
        await using var gateway = await GatewayHost.StartAsync(config, ("Gateway:Providers:openai:BaseUrl", upstream.Address.ToString()));

        using var response = await PostAsync(gateway, "/ai", """{"messages":[{"role":"user","content":"Hi"}],"stream":true}""");
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync(Cancel));
        release.SetResult();

        var record = await gateway.NextRecordAsync();
        Assert.Equal(RequestOutcome.UpstreamTimeout, record.Outcome);
        Assert.Equal("idle_timeout", record.OutcomeDetail);
    }

    [Fact]
    public async Task Answer_Gzip_PassesToAClientThatTakesItAndIsDecodedForOthers()
    {
        await using var upstream = await FakeUpstream.StartAsync(async http =>
        {
            http.Response.ContentType = "application/json";
            http.Response.Headers.ContentEncoding = "gzip";
            await http.Response.Body.WriteAsync(Gzip(ChatAnswer));
        });
        await using var gateway = await StartAsync(upstream, Config("openai", "gpt-4o"));
        const string body = """{"messages":[{"role":"user","content":"Hi"}]}""";

        using var coded = await PostAsync(gateway, "/ai", body, ("Accept-Encoding", "gzip"));
        using var plain = await PostAsync(gateway, "/ai", body);

        Assert.Equal("gzip", Assert.Single(coded.Content.Headers.ContentEncoding));
        Assert.Equal(Gzip(ChatAnswer), await coded.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        Assert.Equal(ChatAnswer, await plain.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("gzip, identity", upstream.Requests[0].Headers["Accept-Encoding"]);
        Assert.Equal("identity", upstream.Requests[1].Headers["Accept-Encoding"]);
        Assert.Equal(37, (await gateway.NextRecordAsync()).Llm!.Usage!.TotalTokens);
        Assert.Equal(37, (await gateway.NextRecordAsync()).Llm!.Usage!.TotalTokens);
    }

    [Fact]
    public async Task Payloads_Logged_AreBothKept()
    {
        await using var upstream = await FakeUpstream.StartAsync(200, ChatAnswer, ("Content-Type", "application/json"));
        await using var gateway = await StartAsync(
            upstream, Config("openai", "gpt-4o", extra: ",\"logging\":{\"log_payloads\":true}"), ("Gateway:Llm:MaxLoggedPayloadBytes", "300"));

        using var response = await PostAsync(gateway, "/ai", $$"""{"messages":[{"role":"user","content":"{{new string('x', 500)}}"}]}""");
        var llm = (await gateway.NextRecordAsync()).Llm!;

        Assert.StartsWith("""{"messages":""", llm.RequestPayload, StringComparison.Ordinal);
        Assert.Contains("[cut: 300 of ", llm.RequestPayload, StringComparison.Ordinal);
        Assert.Equal(ChatAnswer, llm.ResponsePayload);
    }

    [Fact]
    public async Task WebSocketUpgrade_OnAnAiRoute_Gets426AtOnce()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, Config("openai", null).Replace("llm/v1/chat", "llm/v1/responses", StringComparison.Ordinal));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/ai/responses");
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new ProductHeaderValue("websocket"));

        using var response = await gateway.Client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
        Assert.Empty(upstream.Requests);
        Assert.Equal("websocket_refused", (await gateway.NextRecordAsync()).OutcomeDetail);
    }

    [Fact]
    public async Task CountTokens_OtherProvider_IsAnsweredHere()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, Config("openai", "gpt-5-mini", "anthropic"));

        using var response = await PostAsync(gateway, "/ai/v1/messages/count_tokens?beta=true", """{"model":"m","messages":[{"role":"user","content":"foo"}]}""");
        var record = await gateway.NextRecordAsync();

        Assert.Equal("""{"input_tokens":5}""", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Empty(upstream.Requests);
        Assert.Null(record.Llm);
        Assert.Equal(RequestOutcome.Ok, record.Outcome);
    }

    [Fact]
    public async Task CountTokens_AnthropicProvider_IsForwardedWithoutUsage()
    {
        await using var upstream = await FakeUpstream.StartAsync(200, """{"input_tokens":9}""", ("Content-Type", "application/json"));
        await using var gateway = await StartAsync(upstream, Config("anthropic", "claude-x", "anthropic", options: """{"anthropic_version":"2023-06-01"}"""));

        using var response = await PostAsync(gateway, "/ai/v1/messages/count_tokens", """{"messages":[{"role":"user","content":"foo"}]}""");

        Assert.Equal("""{"input_tokens":9}""", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("/v1/messages/count_tokens", upstream.Requests[0].Target);
        Assert.Null((await gateway.NextRecordAsync()).Llm!.Usage);
    }

    [Fact]
    public async Task Probes_HeadAndModels_AreAnsweredHere()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, Config("openai", "gpt-5-mini", "anthropic"));

        using var head = await gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/ai/api/hello"), Cancel);
        var models = await gateway.Client.GetStringAsync("/ai/v1/models", Cancel);

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Contains("\"id\":\"gpt-5-mini\"", models, StringComparison.Ordinal);
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task Anthropic_Native_PassesBytesAndReadsUsage()
    {
        const string stream = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"claude-x\",\"usage\":{\"input_tokens\":10,\"cache_read_input_tokens\":5,\"output_tokens\":1}}}\n\n"
            + "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}}\n\n"
            + "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":7}}\n\n"
            + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
        await using var upstream = await FakeUpstream.StartAsync(200, stream, ("Content-Type", "text/event-stream"));
        await using var gateway = await StartAsync(upstream, Config("anthropic", "claude-x", "anthropic", options: """{"anthropic_version":"2023-06-01"}"""));
        const string body = """{"model":"claude-x","max_tokens":5,"stream":true,"messages":[{"role":"user","content":"Hi"}]}""";

        using var response = await PostAsync(gateway, "/ai/v1/messages?beta=true", body, ("anthropic-beta", "b1"), ("x-api-key", "x"));
        var record = await gateway.NextRecordAsync();

        Assert.Equal(stream, await response.Content.ReadAsStringAsync(Cancel));
        var sent = upstream.Requests[0];
        Assert.Equal(body, sent.BodyText);
        Assert.Equal("/v1/messages?beta=true", sent.Target);
        Assert.Equal("2023-06-01", sent.Headers["anthropic-version"]);
        Assert.Equal("b1", sent.Headers["anthropic-beta"]);
        Assert.False(sent.Headers.ContainsKey("x-api-key"));
        Assert.Equal((15, 7, 5), (record.Llm!.Usage!.PromptTokens, record.Llm.Usage.CompletionTokens, record.Llm.Usage.CacheReadTokens));
    }

    [Fact]
    public async Task ProviderOfALaterVersion_IsConfigured_Gets501()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, Config("cohere", "command"));

        using var response = await PostAsync(gateway, "/ai", """{"messages":[{"role":"user","content":"Hi"}]}""");

        Assert.Equal(HttpStatusCode.NotImplemented, response.StatusCode);
        Assert.Contains("cohere", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    internal static string Config(string provider, string? model, string format = "openai", string options = "{}", string extra = "") => $$"""
        {"route_type":"llm/v1/chat","llm_format":"{{format}}","auth":{"header_name":"Authorization","header_value":"Bearer {{Key}}"},
         "model":{"provider":"{{provider}}","name":{{(model is null ? "null" : $"\"{model}\"")}},"options":{{options}}}{{extra}}}
        """;

    internal static Task<GatewayHost> StartAsync(FakeUpstream upstream, string config, params (string Key, string Value)[] settings) => GatewayHost.StartAsync(
        GatewayHost.Config("ai-proxy", config),
        [.. settings, ("Gateway:Providers:openai:BaseUrl", upstream.Address.ToString()), ("Gateway:Providers:anthropic:BaseUrl", upstream.Address.ToString())]);

    internal static Task<HttpResponseMessage> PostAsync(GatewayHost gateway, string path, string body, params (string Name, string Value)[] headers) =>
        PostAsync(gateway, path, body, Cancel, headers);

    /// <summary>The answer breaks off: the connection is reset, perhaps before the client has read the head.</summary>
    internal static Task AssertBrokenOffAsync(GatewayHost gateway, string body) => Assert.ThrowsAnyAsync<HttpRequestException>(async () =>
    {
        using var response = await PostAsync(gateway, "/ai", body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await response.Content.ReadAsStringAsync(Cancel);
    });

    internal static Task<FakeUpstream> StreamingAsync(params string[] events) => FakeUpstream.StartAsync(async http =>
    {
        http.Response.ContentType = "text/event-stream";
        foreach (var data in events)
        {
            await EventAsync(http, data);
        }
    });

    internal static async Task EventAsync(HttpContext http, string data)
    {
        await http.Response.WriteAsync($"data: {data}\n\n", http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    private static async Task<HttpResponseMessage> PostAsync(
        GatewayHost gateway, string path, string body, CancellationToken cancellationToken, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static async Task<HttpResponseMessage> PostGzipAsync(GatewayHost gateway, string body)
    {
        using var content = new ByteArrayContent(Gzip(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        return await gateway.Client.PostAsync("/ai", content, Cancel);
    }

    private static byte[] Gzip(string text)
    {
        using var output = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(output, System.IO.Compression.CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return output.ToArray();
    }
}
