using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Gateway.Core.Configuration;
using Gateway.Core.Plugins.RateLimiting;
using Gateway.Core.Plugins.Redis;
using Gateway.Core.Tests.Pipeline;
using Gateway.Core.Tests.Plugins.Redis;
using Gateway.Testing;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Tests.Plugins.RateLimiting;

/// <summary>Counting in a real Redis. The tests that need one pass where none is installed.</summary>
public sealed class RedisCountersTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    [Fact]
    public async Task Count_ManyAtOnce_AdmitsExactlyTheLimit()
    {
        using var server = await RedisServer.StartOrSkipAsync();
        await using var connections = new RedisConnections(Options.Create(new RedisOptions()));
        var counters = new RedisCounters(connections.Find(new RedisServerConfig { Host = "127.0.0.1", Port = server.Port }), 0);
        RateLimit[] limits = [new(RatePeriod.Hour, 30), new(RatePeriod.Day, 40.5)];
        var instance = Guid.NewGuid();

        var counted = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => counters.TryCountAsync(new RateCheck(instance, "a", limits, Now)).AsTask()));
        var refused = new RateCheck(instance, "a", limits, Now);
        var other = new RateCheck(instance, "b", limits, Now);

        Assert.Equal(30, counted.Count(c => c));
        Assert.False(await counters.TryCountAsync(refused));
        Assert.Equal([30, 30], refused.Usage);
        Assert.True(await counters.TryCountAsync(other));
        Assert.Equal([1, 1], other.Usage);
    }

    [Fact]
    public async Task Count_EveryWindow_IsForgottenAfterItsEnd()
    {
        using var server = await RedisServer.StartOrSkipAsync();
        await using var connections = new RedisConnections(Options.Create(new RedisOptions()));
        var connection = connections.Find(new RedisServerConfig { Host = "127.0.0.1", Port = server.Port });
        RateLimit[] limits = [new(RatePeriod.Second, 5), new(RatePeriod.Day, 5)];

        await new RedisCounters(connection, 3).TryCountAsync(new RateCheck(Guid.NewGuid(), "a", limits, Now));

        var redis = await connection.Value;
        var keys = redis.GetServer("127.0.0.1", server.Port).Keys(3).ToList();
        Assert.Equal(2, keys.Count);
        foreach (var key in keys)
        {
            var left = await redis.GetDatabase(3).KeyTimeToLiveAsync(key);
            Assert.InRange(left!.Value, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1.1));
        }
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("cluster")]
    public async Task Request_ToSeveralGateways_CountsForAll(string policy)
    {
        using var server = await RedisServer.StartOrSkipAsync();
        var port = server.Port.ToString(CultureInfo.InvariantCulture);
        var config = Config(policy, policy == "redis" ? server.Port : null, isTolerant: false);
        await using var first = await PluginHost.StartAsync(config, await FakeUpstream.StartAsync(), ("Gateway:Redis:ConnectionString", $"127.0.0.1:{port}"));
        await using var second = await PluginHost.StartAsync(config, await FakeUpstream.StartAsync(), ("Gateway:Redis:ConnectionString", $"127.0.0.1:{port}"));

        Assert.Equal((HttpStatusCode.OK, "1"), await GetAsync(first));
        Assert.Equal((HttpStatusCode.OK, "0"), await GetAsync(second));
        Assert.Equal((HttpStatusCode.TooManyRequests, "0"), await GetAsync(first));
        Assert.Equal((HttpStatusCode.TooManyRequests, "0"), await GetAsync(second));
    }

    [Theory]
    [InlineData(true, HttpStatusCode.OK)]
    [InlineData(false, HttpStatusCode.InternalServerError)]
    public async Task Request_RedisCannotBeReached_PassesOrFailsAsConfigured(bool isTolerant, HttpStatusCode expected)
    {
        await using var host = await PluginHost.StartAsync(
            Config("redis", RawUpstream.FindClosedPort(), isTolerant), await FakeUpstream.StartAsync());

        Assert.Equal((expected, null), await GetAsync(host));
        Assert.Equal((expected, null), await GetAsync(host));
    }

    [Fact]
    public async Task Request_RedisGoesAway_PassesOnceItIsGone()
    {
        using var server = await RedisServer.StartOrSkipAsync();
        await using var host = await PluginHost.StartAsync(Config("redis", server.Port, isTolerant: true), await FakeUpstream.StartAsync());
        Assert.Equal((HttpStatusCode.OK, "1"), await GetAsync(host));

        server.Stop();

        Assert.Equal((HttpStatusCode.OK, null), await GetAsync(host));
    }

    [Fact]
    public void ConnectionString_ThatCannotBeRead_IsNamedWithoutBeingShown()
    {
        var result = new RedisOptionsValidator().Validate(null, new RedisOptions { ConnectionString = "redis.example,password=very-private,connectTimeout=soon" });

        Assert.True(result.Failed);
        Assert.Contains("Gateway:Redis:ConnectionString", result.FailureMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("very-private", result.FailureMessage, StringComparison.Ordinal);
    }

    private static GatewayConfig Config(string policy, int? port, bool isTolerant)
    {
        var config = new JsonObject { ["day"] = 2, ["policy"] = policy, ["fault_tolerant"] = isTolerant };
        if (port is { } number)
        {
            config["redis"] = new JsonObject { ["host"] = "127.0.0.1", ["port"] = number, ["timeout"] = 1000 };
        }

        return GatewayHost.Config("rate-limiting", config.ToJsonString());
    }

    private static async Task<(HttpStatusCode Status, string? Remaining)> GetAsync(PluginHost host)
    {
        using var answer = await host.Client.GetAsync("/ai", TestContext.Current.CancellationToken);
        return (answer.StatusCode, answer.Headers.TryGetValues("X-RateLimit-Remaining-Day", out var values) ? values.Single() : null);
    }
}
