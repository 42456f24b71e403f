using Gateway.Core.Plugins.ProxyCache;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Core.Tests.Plugins.ProxyCache;

public sealed class AnswerCacheTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Store_NoRoom_WhatWasNotAskedForLongestGoes()
    {
        var cache = Cache(maxBytes: 5000);
        foreach (var key in new[] { "a", "b", "c" })
        {
            cache.Store(key, Answer(1000), TimeSpan.FromHours(1));
        }

        Assert.NotNull(cache.Find("a"));
        cache.Store("d", Answer(1000), TimeSpan.FromHours(1));

        Assert.Equal(["a", "c", "d"], new[] { "a", "b", "c", "d" }.Where(k => cache.Find(k) is not null));
        Assert.InRange(cache.Bytes, 3000, 5000);
    }

    [Fact]
    public void Store_LargerThanAll_IsNotKeptAndNothingGoes()
    {
        var cache = Cache(maxBytes: 5000);
        cache.Store("a", Answer(1000), TimeSpan.FromHours(1));

        cache.Store("b", Answer(6000), TimeSpan.FromHours(1));

        Assert.NotNull(cache.Find("a"));
        Assert.Null(cache.Find("b"));
    }

    [Fact]
    public void Store_SameKey_TakesThePlace()
    {
        var cache = Cache(maxBytes: 50_000);
        for (var i = 0; i < 100; i++)
        {
            cache.Store("a", Answer(i), TimeSpan.FromHours(1));
        }

        Assert.Equal(99, cache.Find("a")!.Body.Length);
        Assert.InRange(cache.Bytes, 99, 2000);
    }

    [Fact]
    public void Find_TimeIsOver_IsGone()
    {
        var cache = Cache(maxBytes: 5000);
        cache.Store("a", Answer(10), TimeSpan.FromSeconds(30));
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.NotNull(cache.Find("a"));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(cache.Find("a"));
        Assert.Equal(0, cache.Bytes);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Options_WithoutRoom_AreRefused(long maxBytes, int maxAnswerBytes) =>
        Assert.True(new ProxyCacheOptionsValidator().Validate(null, new() { MaxBytes = maxBytes, MaxAnswerBytes = maxAnswerBytes }).Failed);

    [Theory]
    [InlineData(false, 30, "", true)]
    [InlineData(false, 31, "", false)]
    [InlineData(false, 10, "max-age=5", true)]
    [InlineData(true, 60, "", true)]
    [InlineData(true, 61, "", false)]
    [InlineData(true, 10, "max-age=10", true)]
    [InlineData(true, 11, "max-age=10", false)]
    [InlineData(true, 40, "min-fresh=20", true)]
    [InlineData(true, 41, "min-fresh=20", false)]
    [InlineData(true, 70, "max-stale=10", true)]
    [InlineData(true, 71, "max-stale=10", false)]
    [InlineData(true, 5000, "max-stale", true)]
    public void Answer_IsFresh_WhileConfigOrUpstreamAndRequestAllowIt(bool cacheControl, int age, string wishes, bool expected)
    {
        var config = new ProxyCacheConfig { Strategy = "memory", CacheControl = cacheControl, CacheTtl = 30 };
        var answer = new CachedAnswer { StoredAt = _time.GetUtcNow(), Ttl = TimeSpan.FromSeconds(60) };
        _time.Advance(TimeSpan.FromSeconds(age));

        Assert.Equal(expected, answer.IsFreshFor(config, new CacheDirectives(wishes), _time.GetUtcNow()));
        Assert.Equal(expected && (age <= 60), (answer with { MustBeFresh = true }).IsFreshFor(config, new CacheDirectives(wishes), _time.GetUtcNow()));
    }

    private static CachedAnswer Answer(int length) => new() { Status = 200, Body = new byte[length] };

    private AnswerCache Cache(long maxBytes) => new(Options.Create(new ProxyCacheOptions { MaxBytes = maxBytes }), _time);
}
