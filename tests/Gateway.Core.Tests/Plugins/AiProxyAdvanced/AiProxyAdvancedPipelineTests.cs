using System.Net;
using Gateway.Core.Tests.Pipeline;
using Gateway.Core.Tests.Plugins.AiProxy;
using Gateway.Shared.Logging;
using Gateway.Testing;

namespace Gateway.Core.Tests.Plugins.AiProxyAdvanced;

public sealed class AiProxyAdvancedPipelineTests
{
    private const string Body = """{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]}""";

    private const string Answer = """
        {"id":"c","object":"chat.completion","model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Target_RefusesTheConnection_NextOneServes()
    {
        await using var upstream = await FakeUpstream.StartAsync(200, Answer, ("Content-Type", "application/json"));
        await using var gateway = await StartAsync("""{"algorithm":"priority","retries":3}""", Target("http://127.0.0.1:1/v1/chat/completions", 200), Target($"{upstream.Address}v1/chat/completions", 100));

        using var response = await AiProxyPipelineTests.PostAsync(gateway, "/ai", Body);
        var record = await gateway.NextRecordAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(RequestOutcome.Ok, record.Outcome);
        Assert.Equal("502, 200", record.UpstreamStatus);
        Assert.Equal(2, record.Tries.Count);
        var tried = record.Llm!.TriedTargets!;
        Assert.Equal([502, null], tried.Select(t => t.Status));
        Assert.Equal("connect_refused", tried[0].Error);
        Assert.NotNull(tried[0].DurationMs);
        Assert.Equal((null, null, "127.0.0.1", upstream.Port), (tried[1].Error, tried[1].DurationMs, tried[1].Ip, tried[1].Port));
    }

    [Theory]
    [InlineData("""["error","timeout","http_429"]""", 429, 200)]
    [InlineData("""["error","timeout"]""", 429, 429)]
    [InlineData("""["error","timeout","http_500"]""", 500, 200)]
    [InlineData("""["error","http_429","http_500"]""", 400, 400)]
    public async Task Target_Refuses_FailsOverByCriteria(string criteria, int first, int expected)
    {
        await using var refusing = await FakeUpstream.StartAsync(first, """{"error":{"message":"no"}}""", ("Content-Type", "application/json"));
        await using var upstream = await FakeUpstream.StartAsync(200, Answer, ("Content-Type", "application/json"));
        await using var gateway = await StartAsync(
            $$"""{"algorithm":"priority","failover_criteria":{{criteria}}}""", Target($"{refusing.Address}x", 200), Target($"{upstream.Address}x", 100));

        using var response = await AiProxyPipelineTests.PostAsync(gateway, "/ai", Body);

        Assert.Equal(expected, (int)response.StatusCode);
        Assert.Equal(expected == 200 ? 1 : 0, upstream.Requests.Count);
    }

    [Theory]
    [InlineData("""["error","timeout"]""", 502, 0)]
    [InlineData("""["error","timeout","non_idempotent"]""", 200, 1)]
    public async Task Target_ClosesAfterTheRequestWasSent_NeedsNonIdempotent(string criteria, int expected, int calls)
    {
        await using var closing = await FakeUpstream.StartAsync(http =>
        {
            http.Abort();
            return Task.CompletedTask;
        });
        await using var upstream = await FakeUpstream.StartAsync(200, Answer, ("Content-Type", "application/json"));
        await using var gateway = await StartAsync(
            $$"""{"algorithm":"priority","failover_criteria":{{criteria}}}""", Target($"{closing.Address}x", 200), Target($"{upstream.Address}x", 100));

        using var response = await AiProxyPipelineTests.PostAsync(gateway, "/ai", Body);

        Assert.Equal(expected, (int)response.StatusCode);
        Assert.Equal(calls, upstream.Requests.Count);
        Assert.Single(closing.Requests);
    }

    [Fact]
    public async Task Stream_CutAfterTheFirstByte_IsNeverRetried()
    {
        await using var cut = await AiProxyPipelineTests.StreamingAsync("""{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}""");
        await using var upstream = await FakeUpstream.StartAsync(200, Answer, ("Content-Type", "application/json"));
        await using var gateway = await StartAsync(
            """{"algorithm":"priority","failover_criteria":["error","non_idempotent"]}""", Target($"{cut.Address}x", 200), Target($"{upstream.Address}x", 100));

        await AiProxyPipelineTests.AssertBrokenOffAsync(gateway, """{"model":"m","stream":true,"messages":[{"role":"user","content":"Hi"}]}""");

        Assert.Empty(upstream.Requests);
        Assert.Equal(RequestOutcome.UpstreamCut, (await gateway.NextRecordAsync()).Outcome);
    }

    [Fact]
    public async Task Retries_AllFail_LastAnswerReachesTheClient()
    {
        await using var failing = await FakeUpstream.StartAsync(503, """{"error":{"message":"busy"}}""", ("Content-Type", "application/json"));
        await using var gateway = await StartAsync(
            """{"retries":2,"failover_criteria":["http_503"]}""", Target($"{failing.Address}x", 100));

        using var response = await AiProxyPipelineTests.PostAsync(gateway, "/ai", Body);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("busy", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(3, failing.Requests.Count);
        Assert.Equal(3, (await gateway.NextRecordAsync()).Llm!.TriedTargets!.Count);
    }

    [Fact]
    public async Task Breaker_AllTargetsTripped_Gets500WithRetryAfterAndNoCall()
    {
        await using var failing = await FakeUpstream.StartAsync(500, "{}", ("Content-Type", "application/json"));
        await using var gateway = await StartAsync(
            """{"retries":0,"max_fails":1,"fail_timeout":60000,"failover_criteria":["http_500"]}""", Target($"{failing.Address}x", 100));

        using var first = await AiProxyPipelineTests.PostAsync(gateway, "/ai", Body);
        using var second = await AiProxyPipelineTests.PostAsync(gateway, "/ai", Body);

        Assert.Equal(HttpStatusCode.InternalServerError, second.StatusCode);
        Assert.Equal("""{"error":{"message":"no available target"}""", (await second.Content.ReadAsStringAsync(Cancel))[..42]);
        Assert.InRange(int.Parse(Assert.Single(second.Headers.GetValues("Retry-After")), System.Globalization.CultureInfo.InvariantCulture), 1, 60);
        Assert.Single(failing.Requests);
    }

    [Fact]
    public async Task State_ConfigUnchanged_SurvivesAReload()
    {
        await using var failing = await FakeUpstream.StartAsync(500, "{}", ("Content-Type", "application/json"));
        var config = GatewayHost.Config("ai-proxy-advanced", Config(
            """{"retries":0,"max_fails":1,"fail_timeout":60000,"failover_criteria":["http_500"]}""", Target($"{failing.Address}x", 100)));
        await using var gateway = await GatewayHost.StartAsync(config);

        using var first = await AiProxyPipelineTests.PostAsync(gateway, "/ai", Body);
        gateway.Apply(config with { Version = 2 });
        using var second = await AiProxyPipelineTests.PostAsync(gateway, "/ai", Body);

        Assert.Contains("no available target", await second.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Single(failing.Requests);
    }

    [Fact]
    public async Task Model_SeveralTargets_MatchingOneIsChosen()
    {
        await using var upstream = await FakeUpstream.StartAsync(200, Answer, ("Content-Type", "application/json"));
        await using var gateway = await StartAsync("{}", Target($"{upstream.Address}a", 100, "model-a"), Target($"{upstream.Address}b", 100, "model-b"), Target($"{upstream.Address}c", 100, "model-c", "fast"));

        for (var i = 0; i < 4; i++)
        {
            using var b = await AiProxyPipelineTests.PostAsync(gateway, "/ai", Body.Replace("gpt-4o", "model-b", StringComparison.Ordinal));
            using var c = await AiProxyPipelineTests.PostAsync(gateway, "/ai", Body.Replace("gpt-4o", "fast", StringComparison.Ordinal));
            Assert.Equal("openai/model-c", Assert.Single(c.Headers.GetValues("X-Kong-LLM-Model")));
        }

        Assert.Equal(["/b", "/c"], upstream.Requests.Select(r => r.Target).Distinct());
        Assert.Contains("\"model\":\"model-c\"", upstream.Requests[1].BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Targets_OfDifferingFormats_GetABodyEach()
    {
        await using var failing = await FakeUpstream.StartAsync(500, "{}", ("Content-Type", "application/json"));
        await using var upstream = await FakeUpstream.StartAsync(200, Answer, ("Content-Type", "application/json"));
        var native = $$"""{"route_type":"llm/v1/chat","weight":200,"model":{"provider":"anthropic","name":"claude-x","options":{"anthropic_version":"2023-06-01","upstream_url":"{{failing.Address}}v1/messages"} } }""";
        await using var gateway = await GatewayHost.StartAsync(GatewayHost.Config("ai-proxy-advanced", Config(
            """{"algorithm":"priority","failover_criteria":["http_500"]}""", native, Target($"{upstream.Address}v1/chat/completions", 100, "gpt-4o"))
            .Replace("\"llm_format\":\"openai\"", "\"llm_format\":\"anthropic\"", StringComparison.Ordinal)));

        using var response = await AiProxyPipelineTests.PostAsync(gateway, "/ai/v1/messages", """{"max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}""");
        var answer = await response.Content.ReadAsStringAsync(Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("\"type\":\"message\"", answer, StringComparison.Ordinal);
        Assert.Contains("\"model\":\"claude-x\"", failing.Requests[0].BodyText, StringComparison.Ordinal);
        Assert.Contains("\"model\":\"gpt-4o\"", upstream.Requests[0].BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Semantic_Configured_Gets501()
    {
        await using var gateway = await StartAsync("""{"algorithm":"semantic"}""", Target("http://127.0.0.1:1/x", 100));

        using var response = await AiProxyPipelineTests.PostAsync(gateway, "/ai", Body);

        Assert.Equal(HttpStatusCode.NotImplemented, response.StatusCode);
    }

    [Fact]
    public async Task ConsistentHashing_SameHeader_MeetsTheSameTarget()
    {
        await using var upstream = await FakeUpstream.StartAsync(200, Answer, ("Content-Type", "application/json"));
        await using var gateway = await StartAsync(
            """{"algorithm":"consistent-hashing","hash_on_header":"X-Session"}""", Target($"{upstream.Address}a", 100), Target($"{upstream.Address}b", 100), Target($"{upstream.Address}c", 100));

        for (var i = 0; i < 5; i++)
        {
            using var response = await AiProxyPipelineTests.PostAsync(gateway, "/ai", Body, ("x-session", "s-1"));
        }

        Assert.Single(upstream.Requests.Select(r => r.Target).Distinct());
    }

    private static Task<GatewayHost> StartAsync(string balancer, params string[] targets) =>
        GatewayHost.StartAsync(GatewayHost.Config("ai-proxy-advanced", Config(balancer, targets)));

    private static string Config(string balancer, params string[] targets) =>
        $$"""{"llm_format":"openai","balancer":{{balancer}},"targets":[{{string.Join(',', targets)}}]}""";

    private static string Target(string url, int weight, string? model = null, string? alias = null) => $$"""
        {"route_type":"llm/v1/chat","weight":{{weight}},"logging":{"log_statistics":true},
         "model":{"provider":"openai","name":{{Quoted(model)}},"model_alias":{{Quoted(alias)}},"options":{"upstream_url":"{{url}}"} } }
        """;

    private static string Quoted(string? text) => text is null ? "null" : $"\"{text}\"";
}
