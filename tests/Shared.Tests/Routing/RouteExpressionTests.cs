using Gateway.Shared.Routing;

namespace Gateway.Shared.Tests.Routing;

public sealed class RouteExpressionTests
{
    /// <summary>Backtracking would take longer than the world has been there.</summary>
    private static readonly string Runaway = "/" + new string('a', 8000) + "!";

    [Theory]
    [InlineData("/(a+)+$")]
    [InlineData("/(a|aa)+$")]
    [InlineData("/(.*)*b$")]
    public void Find_TextThatRunsAway_IsNotFoundAndOthersStillAre(string pattern)
    {
        var expression = RouteExpression.ForPath(pattern)!;
        var text = pattern.EndsWith("b$", StringComparison.Ordinal) ? "/aab" : "/aaa";

        Assert.Equal(text, expression.Find(text)?.Value);
        Assert.Null(expression.Find(Runaway));
        Assert.Null(expression.Find(Runaway));
        Assert.Equal(text, expression.Find(text)?.Value);
    }

    [Fact]
    public void Find_RunawayTextThatMatches_IsFoundWithItsGroups()
    {
        // The first choice runs away and fails, the second matches.
        var match = RouteExpression.ForPath("/(a+)+b|/a*(?P<last>!)")!.Find(Runaway);

        Assert.Equal(Runaway, match?.Value);
        Assert.Equal("!", match?.Groups["last"].Value);
    }

    /// <summary>Thousands of states make even the linear engine slow; its limit ends that as well.</summary>
    [Fact]
    public void Find_BeyondTheLimitOfTheLinearEngine_IsNotFound()
    {
        var text = "/" + string.Concat(Enumerable.Range(0, 8000).Select(i => "ab"[((i * 7919) >> 3) & 1])) + "!";

        Assert.Null(RouteExpression.ForPath("/([ab]*a[ab]{200}){9}$")!.Find(text));
    }

    [Fact]
    public void IsMatch_HeaderThatRunsAway_DoesNotHold()
    {
        var expression = RouteExpression.ForHeader("^/(A+)+$")!;

        Assert.False(expression.IsMatch(Runaway));
        Assert.True(expression.IsMatch("/aa"));
    }

    [Theory]
    [InlineData("/a[")]
    [InlineData("/(a")]
    public void ForPath_BrokenPattern_IsNull(string pattern) => Assert.Null(RouteExpression.ForPath(pattern));
}
