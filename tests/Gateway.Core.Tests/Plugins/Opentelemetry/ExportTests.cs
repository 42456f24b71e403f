using System.Net;
using Gateway.Core.Tests.Pipeline;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Tests.Plugins.Opentelemetry;

/// <summary>The way to a collector that is slow, away or unwilling.</summary>
public sealed class ExportTests
{
    [Fact]
    public async Task CollectorHangs_RequestsPass_AndNoMoreSpansWaitThanMay()
    {
        var arrived = new TaskCompletionSource();
        var mayAnswer = new TaskCompletionSource();
        await using var traced = await TracedGateway.StartAsync(
            """ "queue":{"max_entries":6,"max_batch_size":2,"max_coalescing_delay":0},"read_timeout":600000 """,
            collect: _ =>
            {
                arrived.TrySetResult();
                return mayAnswer.Task;
            });
        await AssertPassesAsync(traced);
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        for (var i = 0; i < 20; i++)
        {
            await AssertPassesAsync(traced);
        }

        mayAnswer.SetResult();
        var spans = await traced.EndAsync();

        // The batch that was under way, and those that waited behind it.
        Assert.InRange(spans.Count, 7, 2 + 6);
        Assert.All(traced.Received, r => Assert.InRange(OtlpMessages.Spans(r.Body).Count(), 1, 2));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task CollectorRefusesForAMoment_GetsTheSpansAgain(int status)
    {
        var calls = 0;
        await using var traced = await TracedGateway.StartAsync(
            """ "queue":{"max_coalescing_delay":0.01} """,
            collect: http =>
            {
                http.Response.StatusCode = Interlocked.Increment(ref calls) < 3 ? status : 200;
                return Task.CompletedTask;
            });

        await AssertPassesAsync(traced);

        Assert.True(await Poll.UntilAsync(() => traced.Received.Count >= 3));
        Assert.All(traced.Received.Take(3), r => Assert.Equal(traced.Received[0].Body, r.Body));
        await traced.EndAsync();
    }

    [Theory]
    [InlineData(400, "it answered 400")]
    [InlineData(404, "it answered 404")]
    public async Task CollectorRefusesForGood_IsAskedOnceAndSaidOnce(int status, string fault)
    {
        using var log = new RecordingLog();
        await using var collector = await FakeUpstream.StartAsync(status, "no");
        await using (var host = await StartAsync(collector.Address.ToString(), log))
        {
            await CallAsync(host);
            Assert.True(await Poll.UntilAsync(() => !log.Lines.IsEmpty));
            await CallAsync(host);
        }

        Assert.Equal($"Telemetry did not reach 127.0.0.1:{collector.Port} and is lost: {fault}. This is said once until it arrives again", Assert.Single(log.Lines));
        Assert.Equal(2, collector.Requests.Count);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/v1/traces", "refused")]
    [InlineData("http://169.254.169.254/v1/traces", "link-local")]
    public async Task CollectorIsAway_RequestsPass_AndTheGatewayEndsAtOnce(string endpoint, string fault)
    {
        using var log = new RecordingLog();
        var port = $"{RawUpstream.FindClosedPort()}";

        await using (var host = await StartAsync(endpoint.Replace("{0}", port, StringComparison.Ordinal), log))
        {
            await CallAsync(host);
            await CallAsync(host);
        }

        Assert.Contains(fault, Assert.Single(log.Lines), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task TwoInstances_OfOneEndpoint_ShareABatch_AndOthersDoNot()
    {
        await using var traced = await TracedGateway.StartAsync(address =>
        {
            var config = GatewayHost.Config(
                [("opentelemetry", TracedGateway.Config(""" "traces_endpoint":"{0}/one" """, address)), ("opentelemetry", TracedGateway.Config(""" "traces_endpoint":"{0}/one","sampling_rate":1 """, address)),
                 ("opentelemetry", TracedGateway.Config(""" "traces_endpoint":"{0}/two" """, address))]);
            var routes = new[] { "/ai", "/b", "/c" }.Select(p => config.Routes[0] with { Id = Guid.NewGuid(), Name = null, Paths = [p] }).ToArray();
            return config with { Routes = routes, Plugins = [.. config.Plugins.Select((p, i) => p with { Route = new(routes[i].Id) })] };
        });

        foreach (var path in new[] { "/ai", "/b", "/c" })
        {
            await AssertPassesAsync(traced, path);
        }

        await traced.EndAsync();

        Assert.Equal(["/one", "/two"], traced.Received.Select(r => r.Target).Order());
        Assert.Equal(["GET", "GET", "GET /ai", "GET /b"], OtlpMessages.Spans(traced.Received.Single(r => r.Target == "/one").Body).Select(s => s.Name).Order());
    }

    [Theory]
    [InlineData("""{"traces_endpoint":"http://h/x"}""", "")]
    [InlineData("""{"endpoint":"http://h/x"}""", "")]
    [InlineData("""{"logs_endpoint":"http://h/x"}""", "")]
    [InlineData("""{"metrics":{"endpoint":"http://h/x"}}""", "")]
    [InlineData("""{"traces_endpoint":"{vault://env/endpoint}","headers":{"X-Key":"{vault://env/key}"}}""", "")]
    [InlineData("""{}""", "config: at least one of these fields must be non-empty: 'traces_endpoint', 'logs_endpoint', 'metrics.endpoint', 'access_logs.endpoint'")]
    [InlineData("""{"traces_endpoint":"ftp://h"}""", "config.traces_endpoint: expected an http or https address with a host")]
    [InlineData("""{"traces_endpoint":"http://h","sampling_rate":1.5}""", "config.sampling_rate: value should be between 0 and 1")]
    [InlineData("""{"traces_endpoint":"http://h","headers":{"a b":"c"}}""", "config.headers: bad header name 'a b', allowed characters are letters, digits and !#$%&'*+-.^_`|~")]
    public void Config_IsJudged(string config, string expected) => Assert.Equal(expected, PluginConfigs.Faults("opentelemetry", config));

    private static Task<GatewayHost> StartAsync(string endpoint, RecordingLog log) => GatewayHost.StartAsync(
        GatewayHost.Config("opentelemetry", $$$"""{"traces_endpoint":"{{{endpoint}}}","queue":{"max_coalescing_delay":0.01}}"""),
        null,
        services => services.AddSingleton<ILoggerProvider>(log));

    private static async Task CallAsync(GatewayHost host)
    {
        using var answer = await host.Client.GetAsync("/nowhere", TestContext.Current.CancellationToken);
        await host.NextRecordAsync();
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static async Task AssertPassesAsync(TracedGateway traced, string path = "/ai")
    {
        using var answer = await traced.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
