using Gateway.Shared.Contracts;
using static Gateway.Core.Tests.Routing.Routes;

namespace Gateway.Core.Tests.Routing;

public sealed class RouteOrderTests
{
    private static readonly Dictionary<string, IReadOnlyList<string>> OneHeader = new() { ["a"] = ["1"] };
    private static readonly Dictionary<string, IReadOnlyList<string>> TwoHeaders = new() { ["a"] = ["1"], ["b"] = ["2"] };

    /// <summary>What wins, what loses, and why; both match the same request.</summary>
    public static TheoryData<string, RouteConfig, RouteConfig> Pairs => new()
    {
        { "two kinds before a longer path", Route("win") with { Hosts = ["h.x"], Methods = ["GET"] }, Route("lose") with { Paths = ["/a/very/long/path"] } },
        { "header and path before path", Route("win") with { Headers = OneHeader, Paths = ["/a"] }, Route("lose") with { Paths = ["/a/very"] } },
        { "path before header only: regex bit", Route("win") with { Headers = OneHeader }, Route("lose") with { Paths = ["~/a"] } },
        { "plain host before wildcard", Route("win") with { Hosts = ["h.x"], Paths = ["/a"] }, Route("lose") with { Hosts = ["*.x"], Paths = ["/a/very/long"] } },
        { "mixed hosts count as wildcard", Route("win") with { Hosts = ["h.x"] }, Route("lose") with { Hosts = ["h.x", "*.y"] } },
        { "more header names", Route("win") with { Headers = TwoHeaders, Paths = ["/a"] }, Route("lose") with { Headers = OneHeader, Paths = ["~/a/very"] } },
        { "regex before prefix", Route("win") with { Paths = ["~/a"] }, Route("lose") with { Paths = ["/a/very/long/path"] } },
        { "regex_priority", Route("win") with { Paths = ["~/a"], RegexPriority = 2 }, Route("lose") with { Paths = ["~/a/very"], RegexPriority = 1 } },
        { "negative regex_priority", Route("win") with { Paths = ["~/a"] }, Route("lose") with { Paths = ["~/a/very"], RegexPriority = -1 } },
        { "less negative regex_priority", Route("win") with { Paths = ["~/a"], RegexPriority = -1 }, Route("lose") with { Paths = ["~/a"], RegexPriority = -2 } },
        { "regex before prefix, priority negative", Route("win") with { Paths = ["~/a"], RegexPriority = -5 }, Route("lose") with { Paths = ["/a/very"] } },
        { "longer prefix", Route("win") with { Paths = ["/a/very"] }, Route("lose") with { Paths = ["/a"] } },
        { "length by path, not by route", Route("win") with { Paths = ["/a/very"] }, Route("lose") with { Paths = ["/a", "/zzzzzzzzzzzzzzzz"] } },
        { "older", Route("win") with { Paths = ["/a"], CreatedAt = 1 }, Route("lose") with { Paths = ["/a"], CreatedAt = 2 } },
        {
            "smaller id",
            Route("win") with { Paths = ["/a"], Id = Guid.Parse("00000000-0000-4000-8000-000000000001") },
            Route("lose") with { Paths = ["/a"], Id = Guid.Parse("00000000-0000-4000-8000-000000000002") }
        },
    };

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Pairs))]
    public void Order_TwoMatching_TheBetterWinsInEitherOrder(string why, RouteConfig better, RouteConfig worse)
    {
        var request = Request("/a/very/long/path", host: "h.x", headers: [("a", "1"), ("b", "2")]);

        Assert.True(Winner([worse], request) == "lose", why);
        Assert.True(Winner([better, worse], request) == "win", why);
        Assert.True(Winner([worse, better], request) == "win", why);
    }

    [Fact]
    public void Order_SeveralExpressionsOfOneRoute_TheFirstWrittenConsumes()
    {
        // Enough equal keys that an unstable sort would mix them.
        string[] paths = ["~/a/(?<x>\\d+)", .. Enumerable.Range(0, 40).Select(i => $"~/a/\\d{{0,{i}}}")];

        var match = Router(Route("r") with { Paths = paths }).Match(Request("/a/123/rest"));

        Assert.Equal("/a/123", match!.MatchedPrefix);
        Assert.Equal("123", match.Captures!["x"]);
    }
}
