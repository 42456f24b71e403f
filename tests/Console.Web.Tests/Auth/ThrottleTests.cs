using System.Net;
using ConsoleWeb.Auth;
using Microsoft.Extensions.Time.Testing;

namespace ConsoleWeb.Tests.Auth;

public class ThrottleTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void FailedAttempts_TenAMinute_ThenWaitForTheRest()
    {
        var failures = new FailedAttempts(_time);

        var first = Enumerable.Range(0, 10).Select(_ => failures.Fail("192.0.2.1")).ToList();
        _time.Advance(TimeSpan.FromSeconds(20));
        var eleventh = failures.Fail("192.0.2.1");
        var other = failures.Fail("192.0.2.2");
        _time.Advance(TimeSpan.FromSeconds(40));
        var later = failures.Fail("192.0.2.1");

        Assert.All(first, Assert.Null);
        Assert.Equal(TimeSpan.FromSeconds(40), eleventh);
        Assert.Null(other);
        Assert.Null(later);
    }

    [Fact]
    public void FailedAttempts_MoreSourcesThanRoom_ShareOneCount()
    {
        var failures = new FailedAttempts(_time, limit: 2, capacity: 3);
        foreach (var source in new[] { "a", "b", "c" })
        {
            failures.Fail(source);
        }

        var shared = new[] { "d", "e", "f" }.Select(failures.Fail).ToList();

        Assert.Null(shared[0]);
        Assert.Null(shared[1]);
        Assert.NotNull(shared[2]);
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("::1", "::1")]
    public void Source_Address_NamesTheSubscriber(string address, string source) =>
        Assert.Equal(source, FailedAttempts.Source(IPAddress.Parse(address)));

    [Fact]
    public void SignIn_FailuresOfAnAccount_GrowADelayThatEnds()
    {
        var throttle = new SignInThrottle(_time);
        for (var i = 0; i < 4; i++)
        {
            throttle.Fail("ada", $"192.0.2.{i}");
        }

        Assert.Null(throttle.Remaining("ada", "198.51.100.1"));
        throttle.Fail("ada", "192.0.2.9");
        Assert.Equal(TimeSpan.FromSeconds(1), throttle.Remaining("ADA", "198.51.100.1"));
        throttle.Fail("ada", "192.0.2.10");
        Assert.Equal(TimeSpan.FromSeconds(2), throttle.Remaining("ada", "198.51.100.1"));
        for (var i = 0; i < 40; i++)
        {
            throttle.Fail("ada", $"203.0.113.{i}");
        }

        Assert.Equal(TimeSpan.FromMinutes(1), throttle.Remaining("ada", "198.51.100.1"));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(throttle.Remaining("ada", "198.51.100.1"));
    }

    [Fact]
    public void SignIn_FailuresOfASource_DelayItForOtherAccountsToo()
    {
        var throttle = new SignInThrottle(_time);
        for (var i = 0; i < 30; i++)
        {
            throttle.Fail($"user{i}", "192.0.2.1");
        }

        Assert.Equal(TimeSpan.FromMinutes(15), throttle.Remaining("somebody", "192.0.2.1"));
        Assert.Null(throttle.Remaining("somebody", "192.0.2.2"));
    }

    [Fact]
    public void SignIn_Success_ForgetsTheAccount()
    {
        var throttle = new SignInThrottle(_time);
        for (var i = 0; i < 6; i++)
        {
            throttle.Fail("ada", $"192.0.2.{i}");
        }

        throttle.Succeed("Ada", "192.0.2.5");

        Assert.Null(throttle.Remaining("ada", "198.51.100.1"));
    }

    [Fact]
    public void SignIn_ManyTriesAtOnce_DoNotAllPass()
    {
        var throttle = new SignInThrottle(_time);

        var passed = Enumerable.Range(0, 20).Count(_ => throttle.Begin("ada", "192.0.2.1") is null);

        Assert.Equal(5, passed);
    }

    [Fact]
    public void SignIn_SuccessesOfASource_AreNotHeldAgainstIt()
    {
        var throttle = new SignInThrottle(_time);
        for (var i = 0; i < 20; i++)
        {
            Assert.Null(throttle.Begin("ada", "192.0.2.1"));
            throttle.Succeed("ada", "192.0.2.1");
        }

        Assert.Null(throttle.Remaining("ada", "192.0.2.1"));
    }

    [Fact]
    public void SignIn_SprayOfNames_KeepsTheBusySource()
    {
        var throttle = new SignInThrottle(_time, capacity: 100);
        for (var i = 0; i < 10_000; i++)
        {
            throttle.Fail($"name{i}", "192.0.2.1");
        }

        Assert.NotNull(throttle.Remaining("ada", "192.0.2.1"));
    }
}
