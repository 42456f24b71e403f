using System.Net;
using System.Net.Sockets;
using Gateway.Core.Configuration;
using Gateway.Core.Tests.Pipeline;
using Gateway.Shared.Contracts;
using Gateway.Testing;

namespace Gateway.Core.Tests.Upstreams.Pools;

/// <summary>A service whose host names an upstream, over real connections.</summary>
public sealed class UpstreamPoolTests
{
    private static readonly UpstreamHealthchecks OneFailure = new()
    {
        Passive = new PassiveHealthcheck { Healthy = new PassiveHealthy { Successes = 1 }, Unhealthy = new PassiveUnhealthy { HttpFailures = 1, TcpFailures = 1, Timeouts = 1 } },
    };

    [Fact]
    public async Task RoundRobin_SharesByWeight_AndLeavesWeightZeroOut()
    {
        await using var a = await FakeUpstream.StartAsync();
        await using var b = await FakeUpstream.StartAsync();
        await using var none = await FakeUpstream.StartAsync();
        await using var host = await GatewayHost.StartAsync(Config(new UpstreamConfig { Name = "pool" }, (Address(a), 30), (Address(b), 10), (Address(none), 0)));

        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await host.Client.GetAsync("/ai", TestContext.Current.CancellationToken)).StatusCode);
        }

        Assert.Equal((30, 10, 0), (a.Requests.Count, b.Requests.Count, none.Requests.Count));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("inner.example")]
    public async Task HostHeader_IsTheTargets_OrTheOneOfTheUpstream(string? configured)
    {
        await using var a = await FakeUpstream.StartAsync();
        await using var host = await GatewayHost.StartAsync(Config(new UpstreamConfig { Name = "pool", HostHeader = configured }, (Address(a), 1)));

        await host.Client.GetAsync("/ai", TestContext.Current.CancellationToken);

        Assert.Equal(configured ?? Address(a), a.Requests.Single().Headers["Host"]);
    }

    [Fact]
    public async Task RefusedTarget_TheNextTryGoesElsewhere_AndTheTargetRestsWhenChecked()
    {
        await using var good = await FakeUpstream.StartAsync();
        var dead = $"127.0.0.1:{ClosedPort()}";
        await using var host = await GatewayHost.StartAsync(Config(new UpstreamConfig { Name = "pool", Healthchecks = OneFailure }, (Address(good), 1), (dead, 1)));

        var tries = 0;
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await host.Client.GetAsync("/ai", TestContext.Current.CancellationToken)).StatusCode);
            tries += (await host.NextRecordAsync()).Tries.Count;
        }

        Assert.Equal(11, tries);
        Assert.Equal(10, good.Requests.Count);
    }

    [Fact]
    public async Task FailureStatuses_MakeTheTargetRest_UntilAnOperatorSaysOtherwise()
    {
        var status = 503;
        await using var sick = await FakeUpstream.StartAsync(http =>
        {
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        await using var host = await GatewayHost.StartAsync(Config(new UpstreamConfig { Name = "pool", Healthchecks = OneFailure }, (Address(sick), 1)));

        var first = await host.Client.GetAsync("/ai", TestContext.Current.CancellationToken);
        await host.NextRecordAsync();
        var second = await host.Client.GetAsync("/ai", TestContext.Current.CancellationToken);

        Assert.Equal((503, ""), ((int)first.StatusCode, await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
        Assert.Equal(503, (int)second.StatusCode);
        Assert.Contains("failure to get a peer from the ring-balancer", await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Single(sick.Requests);

        status = 200;
        host.Snapshot.Upstreams.Find("pool")!.Targets[0].Health.Set(isHealthy: true);
        Assert.Equal(HttpStatusCode.OK, (await host.Client.GetAsync("/ai", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Threshold_TooLittleHealthyWeight_ClosesThePool()
    {
        await using var good = await FakeUpstream.StartAsync();
        var checks = OneFailure with { Threshold = 60 };
        await using var host = await GatewayHost.StartAsync(Config(
            new UpstreamConfig { Name = "pool", Healthchecks = checks }, (Address(good), 50), ($"127.0.0.1:{ClosedPort()}", 50)));
        host.Snapshot.Upstreams.Find("pool")!.Targets[1].Health.Set(isHealthy: false);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.Client.GetAsync("/ai", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Empty(good.Requests);
    }

    [Theory]
    [InlineData("header")]
    [InlineData("query_arg")]
    [InlineData("cookie")]
    public async Task ConsistentHashing_TheSameValueMeetsTheSameTarget(string on)
    {
        await using var a = await FakeUpstream.StartAsync();
        await using var b = await FakeUpstream.StartAsync();
        await using var host = await GatewayHost.StartAsync(Config(
            new UpstreamConfig { Name = "pool", Algorithm = "consistent-hashing", HashOn = on, HashOnHeader = "x-user", HashOnQueryArg = "user", HashOnCookie = "user" },
            (Address(a), 100),
            (Address(b), 100)));
        var targets = new HashSet<int>();
        for (var user = 0; user < 20; user++)
        {
            var ports = new HashSet<int>();
            for (var i = 0; i < 3; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, on == "query_arg" ? $"/ai?user={user}" : "/ai");
                request.Headers.Add(on == "header" ? "x-user" : "Cookie", on == "cookie" ? $"user={user}" : $"{user}");
                await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
                ports.Add((await host.NextRecordAsync()).Tries.Single().Port);
            }

            targets.Add(Assert.Single(ports));
        }

        Assert.Equal(2, targets.Count);
    }

    [Fact]
    public async Task HashOnCookie_ClientWithoutIt_GetsOne()
    {
        await using var a = await FakeUpstream.StartAsync();
        await using var host = await GatewayHost.StartAsync(Config(
            new UpstreamConfig { Name = "pool", Algorithm = "consistent-hashing", HashOn = "cookie", HashOnCookie = "sticky", HashOnCookiePath = "/ai" }, (Address(a), 1)));

        var answer = await host.Client.GetAsync("/ai", TestContext.Current.CancellationToken);

        Assert.Matches("^sticky=[0-9a-f-]{36}; path=/ai; httponly$", answer.Headers.GetValues("Set-Cookie").Single());
    }

    [Fact]
    public async Task ActiveProbes_FindASickTargetAndItsRecovery()
    {
        var isSick = true;
        await using var upstream = await FakeUpstream.StartAsync(http =>
        {
            http.Response.StatusCode = http.Request.Path == "/health" && Volatile.Read(ref isSick) ? 500 : 200;
            return Task.CompletedTask;
        });
        var active = new ActiveHealthcheck
        {
            HttpPath = "/health",
            Headers = new Dictionary<string, IReadOnlyList<string>> { ["X-Probe"] = ["yes"] },
            Healthy = new ActiveHealthy { Interval = 0.1, Successes = 1 },
            Unhealthy = new ActiveUnhealthy { Interval = 0.1, HttpFailures = 2 },
        };
        await using var host = await GatewayHost.StartAsync(Config(new UpstreamConfig { Name = "pool", Healthchecks = new UpstreamHealthchecks { Active = active } }, (Address(upstream), 1)));
        var health = host.Snapshot.Upstreams.Find("pool")!.Targets[0].Health;

        Assert.True(await Poll.UntilAsync(() => !health.IsHealthy));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.Client.GetAsync("/ai", TestContext.Current.CancellationToken)).StatusCode);
        Volatile.Write(ref isSick, false);
        Assert.True(await Poll.UntilAsync(() => health.IsHealthy));
        Assert.Equal(HttpStatusCode.OK, (await host.Client.GetAsync("/ai", TestContext.Current.CancellationToken)).StatusCode);

        Assert.Contains(upstream.Requests, r => r.Target == "/health" && r.Headers["X-Probe"] == "yes" && r.Headers["Host"] == Address(upstream));
    }

    [Fact]
    public async Task ActiveProbes_Tcp_ATargetThatRefusesIsFound()
    {
        var active = new ActiveHealthcheck { Type = "tcp", Healthy = new ActiveHealthy { Interval = 0.1 }, Unhealthy = new ActiveUnhealthy { TcpFailures = 1 } };
        await using var host = await GatewayHost.StartAsync(Config(
            new UpstreamConfig { Name = "pool", Healthchecks = new UpstreamHealthchecks { Active = active } }, ($"127.0.0.1:{ClosedPort()}", 1)));

        Assert.True(await Poll.UntilAsync(() => !host.Snapshot.Upstreams.Find("pool")!.Targets[0].Health.IsHealthy));
    }

    [Fact]
    public async Task Change_OfOtherTargets_KeepsTheHealthOfThoseThatStay()
    {
        var config = Config(new UpstreamConfig { Id = Guid.NewGuid(), Name = "pool", Healthchecks = OneFailure }, ("127.0.0.1:1", 1));
        await using var host = await GatewayHost.StartAsync(config);
        host.Snapshot.Upstreams.Find("pool")!.Targets[0].Health.Set(isHealthy: false);

        host.Apply(config with { Targets = [.. config.Targets, Target(config.Upstreams[0], "127.0.0.1:2", 1)] });

        Assert.Equal([false, true], host.Snapshot.Upstreams.Find("pool")!.Targets.Select(t => t.Health.IsHealthy));
    }

    private static GatewayConfig Config(UpstreamConfig upstream, params (string Address, int Weight)[] targets)
    {
        var config = GatewayHost.Config([]);
        return config with
        {
            Services = [config.Services[0] with { Host = "pool" }],
            Upstreams = [upstream],
            Targets = [.. targets.Select(t => Target(upstream, t.Address, t.Weight))],
        };
    }

    private static TargetConfig Target(UpstreamConfig upstream, string address, int weight) =>
        new() { Id = Guid.NewGuid(), Upstream = new EntityReference(upstream.Id), Target = address, Weight = weight };

    private static string Address(FakeUpstream upstream) => upstream.Address.Authority;

    /// <summary>A port that was free a moment ago.</summary>
    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
