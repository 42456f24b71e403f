using System.Globalization;
using Gateway.Core.Configuration;
using Gateway.Core.Telemetry;
using Gateway.Core.Tests.Pipeline;
using Gateway.Core.Tests.Telemetry;
using Gateway.Shared.Contracts;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Tests.Plugins.Prometheus;

/// <summary>What a scrape shows after requests through the whole pipeline.</summary>
public sealed class PrometheusTests
{
    private const string Route = """service="some-service",route="some-route",workspace="default" """;

    [Fact]
    public async Task Requests_EveryFigureOn_AreCountedByRouteStatusAndSource()
    {
        await using var host = await PluginHost.StartAsync(("prometheus", """
            {"status_code_metrics":true,"latency_metrics":true,"bandwidth_metrics":true,"per_consumer":true}
            """));

        await CallAsync(host, "/ai");
        await CallAsync(host, "/ai");
        await CallAsync(host, "/nowhere");

        var scrape = ScrapeOf(host);
        Assert.Equal(
            [
                """kong_http_requests_total{service="",route="",code="404",source="kong",workspace="default",consumer=""} 1""",
                """kong_http_requests_total{service="some-service",route="some-route",code="200",source="service",workspace="default",consumer=""} 2""",
            ],
            scrape.Of("kong_http_requests_total"));
        foreach (var direction in new[] { "ingress", "egress" })
        {
            Assert.True(scrape[$$"""kong_bandwidth_bytes{service="some-service",route="some-route",direction="{{direction}}",workspace="default",consumer=""}"""] > 50);
        }

        AssertBuckets(scrape, "kong_kong_latency_ms", [1, 2, 5, 7, 10, 15, 20, 30, 50, 75, 100, 200, 500, 750, 1000, 3000, 6000]);
        AssertBuckets(scrape, "kong_upstream_latency_ms", [25, 50, 80, 100, 250, 400, 700, 1000, 2000, 5000, 10000, 30000, 60000]);
        AssertBuckets(scrape, "kong_request_latency_ms", [25, 50, 80, 100, 250, 400, 700, 1000, 2000, 5000, 10000, 30000, 60000]);
        Assert.Equal(
            ["kong_bandwidth_bytes counter", "kong_http_requests_total counter", "kong_kong_latency_ms histogram", "kong_request_latency_ms histogram", "kong_upstream_latency_ms histogram"],
            scrape.Types.Where(t => t.Key is not ("kong_node_info" or "gatehouse_requests_in_flight" or "gatehouse_requests_malformed_total" or "gatehouse_retries_refused_total")).Select(t => $"{t.Key} {t.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Request_TheUpstreamDoesNotAnswer_HasNoUpstreamLatency()
    {
        await using var host = await GatewayHost.StartAsync(GatewayHost.Config(
            [("prometheus", """{"latency_metrics":true}"""), ("request-termination", """{"status_code":403}""")]));

        (await host.Client.GetAsync("/ai", TestContext.Current.CancellationToken)).Dispose();
        await host.NextRecordAsync();

        var scrape = Scrape.Of(host.Services.GetServices<IMetricsSource>());
        Assert.Equal(1, scrape[Series("kong_request_latency_ms_count")]);
        Assert.Equal(1, scrape[Series("kong_kong_latency_ms_count")]);
        Assert.Equal(0, scrape[Series("kong_upstream_latency_ms_count")]);
    }

    [Fact]
    public async Task Flags_OfSeveralInstances_HoldTogether()
    {
        var config = GatewayHost.Config([("prometheus", """{"status_code_metrics":true}"""), ("prometheus", """{"bandwidth_metrics":true}"""), ("prometheus", """{"latency_metrics":true}""")]);
        config = config with
        {
            Plugins =
            [
                config.Plugins[0],
                config.Plugins[1] with { Route = new EntityReference(config.Routes[0].Id) },
                config.Plugins[2] with { Service = new EntityReference(config.Services[0].Id), Enabled = false },
            ],
        };
        await using var host = await PluginHost.StartAsync(config, await FakeUpstream.StartAsync());

        await CallAsync(host, "/ai");

        var scrape = ScrapeOf(host);
        Assert.Single(scrape.Of("kong_http_requests_total"));
        Assert.Equal(2, scrape.Of("kong_bandwidth_bytes").Count());
        Assert.DoesNotContain("kong_request_latency_ms", scrape.Types.Keys);
    }

    [Fact]
    public async Task Plugin_Absent_LeavesTheFiguresOfTheNode()
    {
        await using var host = await PluginHost.StartAsync();

        await CallAsync(host, "/ai");

        var scrape = ScrapeOf(host);
        Assert.Equal(["gatehouse_requests_in_flight", "gatehouse_requests_malformed_total", "gatehouse_retries_refused_total", "kong_node_info"], scrape.Types.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(0, scrape["gatehouse_requests_in_flight"]);
    }

    [Fact]
    public async Task Requests_Running_AreInFlight()
    {
        var release = new TaskCompletionSource();
        await using var host = await PluginHost.StartAsync(GatewayHost.Config([]), await FakeUpstream.StartAsync(_ => release.Task));

        var call = host.Client.GetAsync("/ai", TestContext.Current.CancellationToken);

        Assert.True(await Poll.UntilAsync(() => ScrapeOf(host)["gatehouse_requests_in_flight"] == 1));
        release.SetResult();
        (await call).Dispose();
        Assert.True(await Poll.UntilAsync(() => ScrapeOf(host)["gatehouse_requests_in_flight"] == 0));
    }

    [Fact]
    public async Task Targets_HealthIsAskedFor_AreShownByState()
    {
        var plain = new UpstreamConfig { Id = Guid.NewGuid(), Name = "plain" };
        var watched = new UpstreamConfig
        {
            Id = Guid.NewGuid(),
            Name = "watched",
            Healthchecks = new UpstreamHealthchecks { Passive = new PassiveHealthcheck { Unhealthy = new PassiveUnhealthy { TcpFailures = 1 } } },
        };
        var config = GatewayHost.Config("prometheus", """{"upstream_health_metrics":true}""") with
        {
            Upstreams = [plain, watched],
            Targets = [Target(plain, "up.example:80"), Target(watched, "127.0.0.1:81"), Target(watched, "127.0.0.1:82")],
        };
        await using var host = await PluginHost.StartAsync(config, await FakeUpstream.StartAsync());
        host.Gateway.Services.GetRequiredService<SnapshotHolder>().Current!.Upstreams.Find("watched")!.Find("127.0.0.1:82")!.Health.Set(isHealthy: false);

        var health = ScrapeOf(host).Of("kong_upstream_target_health").ToList();
        Assert.Equal(3 * 4, health.Count);
        Assert.Equal(
            [
                """kong_upstream_target_health{upstream="plain",target="up.example:80",address="",state="healthchecks_off",subsystem="http"} 1""",
                """kong_upstream_target_health{upstream="watched",target="127.0.0.1:81",address="127.0.0.1:81",state="healthy",subsystem="http"} 1""",
                """kong_upstream_target_health{upstream="watched",target="127.0.0.1:82",address="127.0.0.1:82",state="unhealthy",subsystem="http"} 1""",
            ],
            health.Where(h => h.EndsWith(" 1", StringComparison.Ordinal)));
    }

    private static TargetConfig Target(UpstreamConfig upstream, string address) => new() { Id = Guid.NewGuid(), Upstream = new EntityReference(upstream.Id), Target = address };

    private static async Task CallAsync(PluginHost host, string path)
    {
        (await host.Client.GetAsync(path, TestContext.Current.CancellationToken)).Dispose();
        await host.Gateway.NextRecordAsync();
    }

    private static Exposition ScrapeOf(PluginHost host) => Scrape.Of(host.Gateway.Services.GetServices<IMetricsSource>());

    private static string Series(string name) => $"{name}{{{Route.TrimEnd()}}}";

    private static void AssertBuckets(Exposition scrape, string name, int[] bounds)
    {
        var found = scrape.Samples.Keys.Where(k => k.StartsWith($"{name}_bucket{{service=\"some-service\"", StringComparison.Ordinal));

        Assert.Equal(
            bounds.Select(b => b.ToString(CultureInfo.InvariantCulture)).Append("+Inf").Select(b => $"{name}_bucket{{{Route.TrimEnd()},le=\"{b}\"}}"),
            found);
        Assert.Equal(2, scrape[$"{name}_bucket{{{Route.TrimEnd()},le=\"+Inf\"}}"]);
        Assert.Equal(2, scrape[Series($"{name}_count")]);
    }
}
