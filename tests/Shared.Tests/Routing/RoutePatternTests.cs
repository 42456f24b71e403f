using Gateway.Shared.Routing;

namespace Gateway.Shared.Tests.Routing;

public sealed class RoutePatternTests
{
    [Theory]
    [InlineData("/a/\\d+", "/a/12/b", true)]
    [InlineData("/a/\\d+$", "/a/12/b", false)]
    [InlineData("/a|/b", "/b", true)]
    [InlineData("/a|/b", "/x/b", false)]
    [InlineData("/A", "/a", false)]
    [InlineData("(?i)/A", "/a", true)]
    [InlineData("/users/(?P<id>\\d+)", "/users/5", true)]
    public void Path_IsAnchoredAtItsStart(string pattern, string path, bool matches)
    {
        Assert.True(RoutePattern.TryCompilePath(pattern, out var regex, out _));

        Assert.Equal(matches, regex.IsMatch(path));
    }

    [Theory]
    [InlineData("/[[:digit:]]+$", "/12", true)]
    [InlineData("/[[:digit:]]+$", "/di", false)]
    [InlineData("/[_[:alpha:]-]+$", "/a_B-", true)]
    [InlineData("/[^[:space:]x]$", "/x", false)]
    [InlineData("/[[:^digit:]]$", "/a", true)]
    [InlineData("/[[:^digit:]]$", "/1", false)]
    [InlineData("/[]()[:punct:]]{3}$", "/](~", true)]
    [InlineData("/\\[[:a]$", "/[:", true)]
    public void Path_ClassesByName_AreThoseOfPcre(string pattern, string path, bool matches)
    {
        Assert.True(RoutePattern.TryCompilePath(pattern, out var regex, out var error), error);

        Assert.Equal(matches, regex.IsMatch(path));
    }

    [Theory]
    [InlineData("^V[12]$", "v1", true)]
    [InlineData("BETA", "is-beta-2", true)]
    [InlineData("^beta", "is-beta", false)]
    public void Header_IsSearchedInLowerCase(string pattern, string value, bool matches)
    {
        Assert.True(RoutePattern.TryCompileHeader(pattern, out var regex, out _));

        Assert.Equal(matches, regex.IsMatch(value));
    }

    [Theory]
    [InlineData("a|b", "b", true)]
    [InlineData("a|b", "ab", false)]
    [InlineData("a|b", "b\n", false)]
    [InlineData("(?P<x>a+)", "aaa", true)]
    public void Whole_IsAnchoredAtBothEnds(string pattern, string text, bool matches)
    {
        Assert.True(RoutePattern.TryCompileWhole(pattern, out var regex, out _));

        Assert.Equal(matches, regex.IsMatch(text));
        Assert.Equal(matches, RouteExpression.ForWhole(pattern)!.IsMatch(text));
    }

    [Theory]
    [InlineData("/(?=a)", "lookarounds, backreferences, atomic groups and huge repetitions are not supported, because they could take too long")]
    [InlineData("/(a)\\1", "lookarounds, backreferences, atomic groups and huge repetitions are not supported, because they could take too long")]
    [InlineData("/(?>a)", "lookarounds, backreferences, atomic groups and huge repetitions are not supported, because they could take too long")]
    [InlineData("/((a{100}){100}){100}", "lookarounds, backreferences, atomic groups and huge repetitions are not supported, because they could take too long")]
    public void Expression_WithoutUpperBound_IsRefused(string pattern, string reason)
    {
        Assert.False(RoutePattern.TryCompilePath(pattern, out var regex, out var error));

        Assert.Null(regex);
        Assert.Equal(reason, error);
    }

    [Fact]
    public void Expression_TooLongOrBroken_IsRefusedWithAReason()
    {
        Assert.True(RoutePattern.TryCompilePath("/" + new string('a', RoutePattern.MaxLength - 1), out _, out _));
        Assert.False(RoutePattern.TryCompilePath("/" + new string('a', RoutePattern.MaxLength), out _, out var tooLong));
        Assert.Equal("the expression is longer than 1024 characters", tooLong);
        Assert.False(RoutePattern.TryCompilePath("/a[", out _, out var broken));
        Assert.False(string.IsNullOrEmpty(broken));
    }

    [Theory]
    [InlineData("/users/\\d+", "/users/")]
    [InlineData("/users/(?<id>\\d+)", "/users/")]
    [InlineData("/user?s", "/use")]
    [InlineData("/users*", "/user")]
    [InlineData("/users{2}", "/user")]
    [InlineData("/users+", "/users")]
    [InlineData("/a|/b", "")]
    [InlineData("/a.b", "/a")]
    [InlineData("/plain", "/plain")]
    [InlineData("(?i)/a", "")]
    [InlineData("/v1\\.0/team\\-7/\\d", "/v1.0/team-7/")]
    [InlineData("/v1\\.?0", "/v1")]
    [InlineData("/team 7,=@:!", "/team 7,=@:!")]
    [InlineData("/a/(b|c)", "/a/")]
    [InlineData("/a/(b|(c))|/d", "")]
    [InlineData("/a/[|(]|/b", "")]
    [InlineData("/a/[|(]/b", "/a/")]
    [InlineData("/a/\\(b|/c", "")]
    [InlineData("/a[[:alpha:](]|/b", "")]
    [InlineData("/a/\\|b", "/a/|b")]
    [InlineData("/a(?#()|/b", "")]
    [InlineData("/ab(?#c)?", "/a")]
    [InlineData("/a\\d", "/a")]
    [InlineData("?", "")]
    public void LiteralPrefix_IsWhatEveryMatchBeginsWith(string pattern, string prefix) => Assert.Equal(prefix, RoutePattern.LiteralPrefix(pattern));

    [Theory]
    [InlineData("/(\\d+)/(?<name>\\w+)/(\\d+)", "1", "name", "2")]
    [InlineData("/(?P<a>x)/(?:y)/(?<b>z)", "a", "b")]
    [InlineData("/\\((x)[()]([](]+)", "1", "2")]
    [InlineData("/a")]
    public void GroupsInOrder_CountsByOpeningParenthesis(string pattern, params string[] groups)
    {
        Assert.True(RoutePattern.TryCompilePath(pattern, out var regex, out var error), error);

        Assert.Equal(groups, RoutePattern.GroupsInOrder(regex));
    }
}
