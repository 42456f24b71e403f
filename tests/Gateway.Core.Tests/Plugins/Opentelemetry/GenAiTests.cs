using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Core.Tests.Plugins.AiProxy;
using Gateway.Testing;

namespace Gateway.Core.Tests.Plugins.Opentelemetry;

/// <summary>What the span of a model call says.</summary>
public sealed class GenAiTests
{
    private const string Answer = """
        {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4o-2024-08-06","choices":[{"index":0,"message":{"role":"assistant","content":"canary answer"},"finish_reason":"stop"}],
         "usage":{"prompt_tokens":25,"completion_tokens":12,"total_tokens":37,"prompt_tokens_details":{"cached_tokens":5},"completion_tokens_details":{"reasoning_tokens":3}}}
        """;

    private const string Question = """{"messages":[{"role":"user","content":"canary question"}],"max_tokens":50,"temperature":0.5,"top_p":0.9,"response_format":{"type":"json_object"}}""";

    [Fact]
    public async Task Call_HasTheAttributesOfTheConventions_AndNoContent()
    {
        await using var traced = await StartAsync(await FakeUpstream.StartAsync(200, Answer, ("Content-Type", "application/json")));

        using var answer = await traced.PostAsync(Question);
        var spans = await traced.EndAsync();

        var (server, model, call) = (spans.Single(s => s.Kind == SentSpan.Server), Model(spans), spans.Single(s => s.Name == "POST"));
        Assert.Equal((server.SpanId, model.SpanId, SentSpan.Client), (model.ParentId, call.ParentId, model.Kind));
        Assert.Equal($"00-{server.TraceId}-{call.SpanId}-01", traced.Forwarded[0].Headers["traceparent"]);
        Assert.Equal(
            """
            gen_ai.operation.name: chat
            gen_ai.output.type: json
            gen_ai.provider.name: openai
            gen_ai.request.max_tokens: 50
            gen_ai.request.model: gpt-4o
            gen_ai.request.stream: false
            gen_ai.request.temperature: 0.5
            gen_ai.request.top_p: 0.9
            gen_ai.response.finish_reasons: [stop]
            gen_ai.response.id: chatcmpl-1
            gen_ai.response.model: gpt-4o-2024-08-06
            gen_ai.usage.cache_read.input_tokens: 5
            gen_ai.usage.input_tokens: 25
            gen_ai.usage.output_tokens: 12
            gen_ai.usage.reasoning.output_tokens: 3
            kong.gen_ai.request.mode: oneshot
            """,
            string.Join('\n', model.Attributes.Select(a => $"{a.Key}: {a.Value}").Order(StringComparer.Ordinal)));
        Assert.DoesNotContain(spans, s => s.Attributes.Values.Any(v => v.Contains("canary", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Stream_SaysWhenItsFirstTokenCame()
    {
        await using var traced = await StartAsync(await AiProxyPipelineTests.StreamingAsync(
            """{"id":"c-1","model":"m","choices":[{"index":0,"delta":{"content":"canary"},"finish_reason":null}]}""",
            """{"id":"c-1","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"length"}]}""",
            """{"id":"c-1","model":"m","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}""",
            "[DONE]"));

        using var answer = await traced.PostAsync("""{"messages":[{"role":"user","content":"Hi"}],"stream":true}""");
        var model = Model(await traced.EndAsync());

        Assert.Equal(
            ("true", "stream", "[length]", "3", "4", "c-1"),
            (model["gen_ai.request.stream"], model["kong.gen_ai.request.mode"], model["gen_ai.response.finish_reasons"], model["gen_ai.usage.input_tokens"],
                model["gen_ai.usage.output_tokens"], model["gen_ai.response.id"]));
        var first = double.Parse(model["gen_ai.response.time_to_first_chunk"]!, CultureInfo.InvariantCulture);
        Assert.Equal(traced.Record.Llm!.TimeToFirstTokenMs!.Value / 1000, first, 6);
    }

    [Fact]
    public async Task Content_IsSentWhereTheAiPluginLogsIt()
    {
        await using var traced = await StartAsync(
            await FakeUpstream.StartAsync(200, Answer, ("Content-Type", "application/json")), ""","logging":{"log_payloads":true}""");

        using var answer = await traced.PostAsync(Question);
        var model = Model(await traced.EndAsync());

        Assert.Equal("canary question", (string?)JsonNode.Parse(model["gen_ai.input.messages"]!)![0]!["content"]);
        Assert.Equal("canary answer", (string?)JsonNode.Parse(model["gen_ai.output.messages"]!)![0]!["message"]!["content"]);
    }

    /// <summary>Conversations are long, and a collector may be away for long: of those beyond the bound only the figures wait.</summary>
    [Fact]
    public async Task Content_BeyondTheQueuesBytes_IsLeftOut()
    {
        await using var traced = await StartAsync(
            await FakeUpstream.StartAsync(200, Answer, ("Content-Type", "application/json")),
            ""","logging":{"log_payloads":true}""",
            """ "queue":{"max_bytes":600,"max_batch_size":200,"max_coalescing_delay":3600} """);

        for (var i = 0; i < 4; i++)
        {
            using var answer = await traced.PostAsync(Question);
        }

        var calls = (await traced.EndAsync()).Where(s => s.Name == "kong.gen_ai").ToList();

        Assert.Equal(["25", "25", "25", "25"], calls.Select(c => c["gen_ai.usage.input_tokens"]));
        Assert.NotNull(calls[0]["gen_ai.input.messages"]);
        Assert.Null(calls[^1]["gen_ai.input.messages"]);
        Assert.Null(calls[^1]["gen_ai.output.messages"]);
    }

    [Fact]
    public async Task Call_ThatFails_IsAFailedSpan()
    {
        await using var traced = await StartAsync(await FakeUpstream.StartAsync(429, """{"error":{"message":"slow down"}}""", ("Content-Type", "application/json")));

        using var answer = await traced.PostAsync(Question);
        var spans = await traced.EndAsync();

        Assert.Equal((SentSpan.Failed, "rate_limited"), (Model(spans).Status, Model(spans)["error.type"]));
        Assert.Equal("429", spans.Single(s => s.Name == "POST")["http.response.status_code"]);
    }

    /// <summary>Requests that no model answers, such as the list of models, pass like others.</summary>
    [Fact]
    public async Task NoModelCall_HasNoSpanOfOne()
    {
        var upstream = await FakeUpstream.StartAsync(200, """{"input_tokens":7}""", ("Content-Type", "application/json"));
        var config = AiProxyPipelineTests.Config("anthropic", "claude-x", "anthropic");
        await using var traced = await TracedGateway.StartAsync(upstream: upstream, others: ("ai-proxy", config));

        using var answer = await traced.PostAsync("""{"model":"claude-x","messages":[{"role":"user","content":"Hi"}]}""", "/ai/v1/messages/count_tokens");
        var spans = await traced.EndAsync();

        Assert.Equal(["POST", "POST /ai"], spans.Select(s => s.Name).Order());
    }

    private static Task<TracedGateway> StartAsync(FakeUpstream upstream, string extra = "", string config = "") =>
        TracedGateway.StartAsync(config, upstream, others: ("ai-proxy", AiProxyPipelineTests.Config("openai", "gpt-4o", extra: extra)));

    private static SentSpan Model(IReadOnlyList<SentSpan> spans) => spans.Single(s => s.Name == "kong.gen_ai");
}
