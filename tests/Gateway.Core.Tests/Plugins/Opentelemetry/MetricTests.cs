using System.Globalization;
using Gateway.Core.Tests.Pipeline;
using Gateway.Core.Tests.Plugins.AiProxy;
using Gateway.Testing;

namespace Gateway.Core.Tests.Plugins.Opentelemetry;

/// <summary>Metrics that a collector gets.</summary>
public sealed class MetricTests
{
    private const string Answer = """
        {"id":"c","object":"chat.completion","created":1,"model":"gpt-4o-2024","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":25,"completion_tokens":12,"total_tokens":37}}
        """;

    [Fact]
    public async Task Requests_AreCountedByWhatTheyAre()
    {
        await using var traced = await StartAsync(""" "enable_request_metrics":true,"enable_bandwidth_metrics":true,"enable_latency_metrics":true """);

        for (var i = 0; i < 2; i++)
        {
            (await traced.GetAsync()).Dispose();
        }

        (await traced.GetAsync("/nowhere")).Dispose();
        var points = await traced.EndWithMetricsAsync();

        Assert.Equal(
            ["1 GET 404 kong  ", "2 GET 200 upstream some-route some-service"],
            points.Where(p => p.Metric == "http.server.request.count")
                .Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Sum} {p.Attributes["http.request.method"]} {p.Attributes["kong.response.status_code"]} {p.Attributes["kong.response.source"]} {p.Attributes["kong.route.name"]} {p.Attributes["kong.service.name"]}"))
                .Order(StringComparer.Ordinal));
        var size = points.Single(p => p.Metric == "http.server.response.size" && p.Attributes["kong.route.name"] == "some-route");
        Assert.Equal(("By", "sum", 2.0 * traced.Forwarded.Count), (size.Unit, size.Kind, 2.0 * 2));
        Assert.True(size.Sum > 0);
        var total = points.Single(p => p.Metric == "kong.latency.total" && p.Attributes["kong.route.name"] == "some-route");
        Assert.Equal(("s", "histogram", 2ul), (total.Unit, total.Kind, total.Count));
        Assert.Equal(2ul, points.Single(p => p.Metric == "kong.latency.upstream").Count);
        Assert.Equal(2, points.Count(p => p.Metric == "kong.latency.internal"));
        Assert.Equal(("gatehouse", "kong"), (size.Origin.Scope, size.Origin.Resource["service.name"]));
    }

    [Fact]
    public async Task ModelCalls_AreCountedByTheConventions()
    {
        var config = AiProxyPipelineTests.Config("openai", "gpt-4o", options: """{"input_cost":10,"output_cost":10}""", extra: ",\"logging\":{\"log_statistics\":true}");
        await using var traced = await StartAsync(
            """ "enable_ai_metrics":true,"enable_latency_metrics":true """,
            await FakeUpstream.StartAsync(200, Answer, ("Content-Type", "application/json")),
            ("ai-proxy", config));

        for (var i = 0; i < 2; i++)
        {
            (await traced.PostAsync("""{"messages":[{"role":"user","content":"Hi"}]}""")).Dispose();
        }

        var points = await traced.EndWithMetricsAsync();

        Assert.Equal(
            """
            gen_ai.client.operation.duration s histogram 2
            gen_ai.client.token.usage {token} sum input 50
            gen_ai.client.token.usage {token} sum output 24
            gen_ai.server.request.duration s histogram 2
            gen_ai.server.time_per_output_token s histogram 2
            gen_ai.server.time_to_first_token s histogram 2
            kong.gen_ai.llm.cost {cost} sum 0.00074
            """,
            string.Join('\n', points.Where(p => p.Metric.Contains("gen_ai", StringComparison.Ordinal)).Select(Line).Order(StringComparer.Ordinal)));
        Assert.All(points.Where(p => p.Metric.Contains("gen_ai", StringComparison.Ordinal)), p => Assert.Equal(
            ("openai", "gpt-4o", "gpt-4o-2024", "chat", "oneshot", "default"),
            (p.Attributes["gen_ai.provider.name"], p.Attributes["gen_ai.request.model"], p.Attributes["gen_ai.response.model"], p.Attributes["gen_ai.operation.name"],
                p.Attributes["kong.gen_ai.request.mode"], p.Attributes["kong.workspace.name"])));
        var operation = points.Single(p => p.Metric == "gen_ai.client.operation.duration");
        Assert.InRange(operation.Sum, points.Single(p => p.Metric == "gen_ai.server.request.duration").Sum, 60);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(""" "enable_ai_metrics":true """, false)]
    public async Task ModelCalls_NotAskedFor_AreNotCounted(string metrics, bool logsStatistics)
    {
        await using var traced = await StartAsync(
            metrics,
            await FakeUpstream.StartAsync(200, Answer, ("Content-Type", "application/json")),
            ("ai-proxy", AiProxyPipelineTests.Config("openai", "gpt-4o", extra: $$""","logging":{"log_statistics":{{(logsStatistics ? "true" : "false")}}}""")));

        (await traced.PostAsync("""{"messages":[{"role":"user","content":"Hi"}]}""")).Dispose();

        Assert.Empty(await traced.EndWithMetricsAsync());
    }

    [Fact]
    public async Task Interval_OfTheConfig_Counts()
    {
        await using var traced = await StartAsync(""" "enable_request_metrics":true,"push_interval":0.1 """);

        (await traced.GetAsync()).Dispose();

        // On a slow day there are messages before there is a request to tell of; they hold no points.
        Assert.True(await Poll.UntilAsync(() => Told().Count >= 2), $"{traced.Received.Count} messages");
        Assert.All(Told(), points => Assert.Equal(1, Assert.Single(points).Sum));

        List<List<SentPoint>> Told() => [.. traced.Received.Select(r => OtlpMessages.Points(r.Body).ToList()).Where(p => p.Count > 0)];
    }

    [Fact]
    public async Task TwoEndpoints_GetTheirOwnRequestsOnly()
    {
        await using var traced = await TracedGateway.StartAsync(address =>
        {
            var config = GatewayHost.Config([("opentelemetry", Config("/one", address)), ("opentelemetry", Config("/two", address))]);
            var routes = new[] { "/ai", "/b" }.Select(p => config.Routes[0] with { Id = Guid.NewGuid(), Name = p, Paths = [p] }).ToArray();
            return config with { Routes = routes, Plugins = [.. config.Plugins.Select((p, i) => p with { Route = new(routes[i].Id) })] };
        });

        (await traced.GetAsync("/ai")).Dispose();
        (await traced.GetAsync("/b")).Dispose();
        var (one, two) = (await traced.EndWithMetricsAsync("/one"), await traced.EndWithMetricsAsync("/two"));

        Assert.Equal(("/ai", "/b"), (Assert.Single(one).Attributes["kong.route.name"], Assert.Single(two).Attributes["kong.route.name"]));
    }

    private static Task<TracedGateway> StartAsync(string metrics, FakeUpstream? upstream = null, params (string Name, string Config)[] others) => TracedGateway.StartAsync(
        $$""" "metrics":{"endpoint":"{0}/v1/metrics"{{(metrics.Length > 0 ? $",{metrics}" : "")}}} """, upstream, null, others);

    private static string Config(string path, string address) =>
        TracedGateway.Config($$$""" "metrics":{"endpoint":"{0}{{{path}}}","enable_request_metrics":true} """, address);

    private static string Line(SentPoint point)
    {
        var type = point.Attributes.TryGetValue("gen_ai.token.type", out var found) ? $"{found} " : "";
        return string.Create(CultureInfo.InvariantCulture, $"{point.Metric} {point.Unit} {point.Kind} {type}{(point.Kind == "sum" ? Math.Round(point.Sum, 6) : point.Count)}");
    }
}
