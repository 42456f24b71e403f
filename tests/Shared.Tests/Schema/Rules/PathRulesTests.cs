using Gateway.Shared.Schema;

namespace Gateway.Shared.Tests.Schema.Rules;

public sealed class PathRulesTests
{
    [Theory]
    [InlineData("/", null)]
    [InlineData("/a/b.c~d_e-f", null)]
    [InlineData("/a%20b", null)]
    [InlineData("/a;b=c,d@e:f!g$h&i'(j)*k+l", null)]
    [InlineData("a", "should start with: /")]
    [InlineData("//a", "must not have empty segments")]
    [InlineData("/a//b", "must not have empty segments")]
    [InlineData("/a b", "invalid path: '/a b' (characters outside of the reserved list of RFC 3986 found)")]
    [InlineData("/a?b", "invalid path: '/a?b' (characters outside of the reserved list of RFC 3986 found)")]
    [InlineData("/ä", "invalid path: '/ä' (characters outside of the reserved list of RFC 3986 found)")]
    [InlineData("/a\n", "invalid path: '/a\n' (characters outside of the reserved list of RFC 3986 found)")]
    [InlineData("/a%2", "invalid url-encoded value: '%2'")]
    [InlineData("/a%zzb", "invalid url-encoded value: '%zz'")]
    public void Path(string text, string? fault) => Assert.Equal(fault, new PathRule().Check(text));

    [Theory]
    [InlineData("/", null)]
    [InlineData("/codex", null)]
    [InlineData("/a%2Fb", null)]
    [InlineData("~/a/\\d+$", null)]
    [InlineData("~/users/(?<id>\\d+)", null)]
    [InlineData("~/users/(?P<id>\\d+)", null)]
    [InlineData("a", "should start with: / (fixed path) or ~/ (regex path)")]
    [InlineData("~a", "should start with: / (fixed path) or ~/ (regex path)")]
    [InlineData("/a//b", "must not have empty segments")]
    [InlineData("/a/./b", "non-normalized path, consider use '/a/b' instead")]
    [InlineData("/a%2fb", "non-normalized path, consider use '/a%2Fb' instead")]
    [InlineData("/%41", "non-normalized path, consider use '/A' instead")]
    public void RoutePath(string text, string? fault) => Assert.Equal(fault, new RoutePathRule().Check(text));

    [Theory]
    [InlineData("~/a(")]
    [InlineData("~/a(?=b)")]
    [InlineData("~/(a)\\1")]
    public void RoutePath_ExpressionThatCannotRun_IsRefusedWithTheReason(string text)
    {
        var fault = new RoutePathRule().Check(text);

        Assert.StartsWith($"invalid regex: '{text[1..]}' (", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x-version", null)]
    [InlineData("HOST", "cannot contain 'host' header, which must be specified in the 'hosts' attribute")]
    [InlineData("x version", "bad header name 'x version', allowed characters are letters, digits and !#$%&'*+-.^_`|~")]
    public void RouteHeaderName(string text, string? fault) => Assert.Equal(fault, new RouteHeaderNameRule().Check(text));

    [Theory]
    [InlineData("1", true)]
    [InlineData("~*^v[12]$", true)]
    [InlineData("~literal(", true)]
    [InlineData("~*v[", false)]
    public void RouteHeaderValue(string text, bool isFine) => Assert.Equal(isFine, new RouteHeaderValueRule().Check(text) is null);
}
