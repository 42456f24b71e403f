using Gateway.Core.Upstreams.LoadBalancing;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Core.Tests.Upstreams.LoadBalancing;

public sealed class CircuitBreakerTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Breaker_MaxFailsZero_NeverTrips()
    {
        var breaker = new CircuitBreaker(0, TimeSpan.FromSeconds(10), _time);

        for (var i = 0; i < 100; i++)
        {
            breaker.Failed();
        }

        Assert.True(breaker.IsAvailable);
    }

    [Fact]
    public void Breaker_FailsReachLimit_RestsForItsTime()
    {
        var breaker = Tripped();

        Assert.False(breaker.IsAvailable);
        Assert.Equal(TimeSpan.FromSeconds(10), breaker.TrippedLeft);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(breaker.IsAvailable);
    }

    [Fact]
    public void Breaker_SuccessInsideWindow_DoesNotReset()
    {
        var breaker = new CircuitBreaker(2, TimeSpan.FromSeconds(10), _time);
        breaker.Failed();
        _time.Advance(TimeSpan.FromSeconds(9));
        breaker.Succeeded();
        breaker.Failed();

        Assert.False(breaker.IsAvailable);
    }

    [Fact]
    public void Breaker_SuccessAfterWindow_Resets()
    {
        var breaker = new CircuitBreaker(2, TimeSpan.FromSeconds(10), _time);
        breaker.Failed();
        _time.Advance(TimeSpan.FromSeconds(11));
        breaker.Succeeded();
        breaker.Failed();

        Assert.True(breaker.IsAvailable);
        Assert.Equal(1, breaker.Fails);
    }

    [Fact]
    public void Breaker_HalfOpen_LetsOneProbeThrough()
    {
        var breaker = Tripped();
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.True(breaker.TryEnter());
        Assert.False(breaker.TryEnter());
        Assert.False(breaker.IsAvailable);
    }

    [Fact]
    public void Breaker_ProbeSucceeds_IsHealthy()
    {
        var breaker = Tripped();
        _time.Advance(TimeSpan.FromSeconds(10));
        breaker.TryEnter();

        breaker.Succeeded();

        Assert.Equal(0, breaker.Fails);
        Assert.True(breaker.TryEnter());
        Assert.True(breaker.TryEnter());
    }

    [Fact]
    public void Breaker_ProbeFails_RestsAgain()
    {
        var breaker = Tripped();
        _time.Advance(TimeSpan.FromSeconds(10));
        breaker.TryEnter();

        breaker.Failed();

        Assert.False(breaker.IsAvailable);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(breaker.TryEnter());
    }

    [Fact]
    public void Breaker_ProbeAbandoned_LetsTheNextProbe()
    {
        var breaker = Tripped();
        _time.Advance(TimeSpan.FromSeconds(10));
        breaker.TryEnter();

        breaker.Abandoned();

        Assert.True(breaker.TryEnter());
    }

    [Fact]
    public void Breaker_Rest_EndsByItself()
    {
        var breaker = new CircuitBreaker(0, TimeSpan.FromSeconds(10), _time);

        breaker.Rest(TimeSpan.FromSeconds(5));

        Assert.True(breaker.IsResting);
        Assert.True(breaker.IsAvailable);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(breaker.IsResting);
    }

    private CircuitBreaker Tripped()
    {
        var breaker = new CircuitBreaker(2, TimeSpan.FromSeconds(10), _time);
        breaker.Failed();
        breaker.Failed();
        return breaker;
    }
}
