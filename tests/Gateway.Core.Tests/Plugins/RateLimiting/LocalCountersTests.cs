using Gateway.Core.Plugins.RateLimiting;
using Gateway.Core.Tests.Pipeline;

namespace Gateway.Core.Tests.Plugins.RateLimiting;

public sealed class LocalCountersTests
{
    private static readonly DateTimeOffset Noon = new(2024, 5, 5, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Instance = Guid.NewGuid();

    [Fact]
    public async Task Count_ManyAtOnce_AdmitsExactlyTheLimit()
    {
        var counters = new LocalCounters();

        var admitted = await ManyAsync(counters, 400, Limit(RatePeriod.Second, 100));

        Assert.Equal(100, admitted);
    }

    [Fact]
    public async Task Count_ManyAtOnceAgainstSeveralWindows_LeavesNoTraceOfTheRefused()
    {
        var counters = new LocalCounters();
        RateLimit[] limits = [Limit(RatePeriod.Second, 90), Limit(RatePeriod.Minute, 100), Limit(RatePeriod.Hour, 150)];

        var admitted = new[]
        {
            await ManyAsync(counters, 400, limits),
            await ManyAsync(counters, 400, limits, Noon.AddSeconds(1)),
            await ManyAsync(counters, 400, limits, Noon.AddMinutes(1)),
            await ManyAsync(counters, 400, limits, Noon.AddHours(1)),
        };

        Assert.Equal([90, 10, 50, 90], admitted);
    }

    [Fact]
    public async Task Count_AFullWindow_ReportsTheUsageOfAll()
    {
        var counters = new LocalCounters();
        RateLimit[] limits = [Limit(RatePeriod.Second, 1), Limit(RatePeriod.Minute, 5)];

        var first = Check(limits, Noon);
        Assert.True(await counters.TryCountAsync(first));
        var second = Check(limits, Noon);
        Assert.False(await counters.TryCountAsync(second));

        Assert.Equal([1, 1], first.Usage);
        Assert.Equal([1, 1], second.Usage);
    }

    [Fact]
    public async Task Count_IdentifiersAndInstances_HaveCountersOfTheirOwn()
    {
        var counters = new LocalCounters();
        RateLimit[] limits = [Limit(RatePeriod.Minute, 1)];

        Assert.True(await counters.TryCountAsync(Check(limits, Noon)));
        Assert.True(await counters.TryCountAsync(Check(limits, Noon, identifier: "b")));
        Assert.True(await counters.TryCountAsync(Check(limits, Noon, instance: Guid.NewGuid())));
        Assert.False(await counters.TryCountAsync(Check(limits, Noon)));
    }

    [Fact]
    public async Task Count_ALateRequestOfTheWindowBefore_CountsInTheRunningOne()
    {
        var counters = new LocalCounters();
        RateLimit[] limits = [Limit(RatePeriod.Second, 1)];

        Assert.True(await counters.TryCountAsync(Check(limits, Noon.AddSeconds(1))));

        Assert.False(await counters.TryCountAsync(Check(limits, Noon.AddMilliseconds(999))));
        Assert.False(await counters.TryCountAsync(Check(limits, Noon.AddSeconds(1))));
    }

    [Fact]
    public async Task Count_AfterTheClockWasSetBack_BeginsAnew()
    {
        var counters = new LocalCounters();
        RateLimit[] limits = [Limit(RatePeriod.Day, 1)];

        Assert.True(await counters.TryCountAsync(Check(limits, Noon.AddYears(10))));

        Assert.True(await counters.TryCountAsync(Check(limits, Noon)));
        Assert.False(await counters.TryCountAsync(Check(limits, Noon)));
    }

    [Fact]
    public async Task Keep_OfAConfigurationWithoutTheInstance_ForgetsIt()
    {
        var counters = new LocalCounters();
        RateLimit[] limits = [Limit(RatePeriod.Year, 1)];
        var config = GatewayHost.Config("correlation-id", "{}");
        var kept = config.Plugins[0].Id;
        await counters.TryCountAsync(Check(limits, Noon, instance: kept));
        await counters.TryCountAsync(Check(limits, Noon));

        await using var host = await GatewayHost.StartAsync(config);
        counters.Keep(host.Snapshot);

        Assert.False(await counters.TryCountAsync(Check(limits, Noon, instance: kept)));
        Assert.True(await counters.TryCountAsync(Check(limits, Noon)));
    }

    [Fact]
    public void CounterSet_TooManyIdentifiers_KeepsThoseThatAreUsed()
    {
        var set = new RateCounterSet(10);
        var used = set.Get("used");
        var idle = set.Get("idle");

        for (var i = 0; i < 100; i++)
        {
            set.Get($"made up {i}");
            Assert.Same(used, set.Get("used"));
        }

        Assert.NotSame(idle, set.Get("idle"));
    }

    private static async Task<int> ManyAsync(LocalCounters counters, int count, RateLimit[] limits, DateTimeOffset? now = null)
    {
        using var start = new SemaphoreSlim(0);
        var callers = Enumerable.Range(0, count).Select(_ => Task.Run(async () =>
        {
            await start.WaitAsync(TestContext.Current.CancellationToken);
            return await counters.TryCountAsync(Check(limits, now ?? Noon));
        })).ToList();
        start.Release(count);
        return (await Task.WhenAll(callers)).Count(isCounted => isCounted);
    }

    private static Task<int> ManyAsync(LocalCounters counters, int count, RateLimit limit) => ManyAsync(counters, count, [limit]);

    private static RateLimit Limit(RatePeriod period, double limit) => new(period, limit);

    private static RateCheck Check(RateLimit[] limits, DateTimeOffset now, string identifier = "a", Guid? instance = null) =>
        new(instance ?? Instance, identifier, limits, now);
}
