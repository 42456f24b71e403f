using ConsoleWeb.Auth;
using Microsoft.Extensions.Time.Testing;

namespace ConsoleWeb.Tests.Auth;

public class SetupLinkTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Renew_Always_MakesASecretOf256BitsAndEndsTheOneBefore()
    {
        var link = new SetupLink(_time);

        var first = link.Renew();
        var second = link.Renew();

        Assert.Equal(43, first.Length);
        Assert.False(link.Check(first, isTry: true));
        Assert.True(link.Check(second, isTry: true));
    }

    [Fact]
    public void Check_AfterAnHour_IsFalse()
    {
        var link = new SetupLink(_time);
        var secret = link.Renew();

        _time.Advance(SetupLink.Lifetime);

        Assert.False(link.Check(secret, isTry: true));
    }

    [Fact]
    public void Check_FiveWrongTries_CloseIt()
    {
        var link = new SetupLink(_time);
        var secret = link.Renew();

        for (var i = 0; i < 5; i++)
        {
            Assert.False(link.Check("wrong", isTry: true));
        }

        Assert.True(link.IsClosed);
        Assert.False(link.Check(secret, isTry: true));
        Assert.False(link.Check(link.Renew(), isTry: true));
    }

    [Fact]
    public void Check_StaleCookies_DoNotCloseIt()
    {
        var link = new SetupLink(_time);
        var secret = link.Renew();

        for (var i = 0; i < 50; i++)
        {
            Assert.False(link.Check("of an earlier start", isTry: false));
        }

        Assert.True(link.Check(secret, isTry: true));
    }

    [Fact]
    public void End_Always_ClosesTheSecret()
    {
        var link = new SetupLink(_time);
        var secret = link.Renew();

        link.End();

        Assert.False(link.Check(secret, isTry: true));
    }
}
