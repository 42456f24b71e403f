using Gateway.Core.Routing;
using Gateway.Shared.Contracts;
using static Gateway.Core.Tests.Routing.Routes;

namespace Gateway.Core.Tests.Routing;

/// <summary>The work of a match, counted in candidates and bytes, does not grow with the number of routes.</summary>
public sealed class RouterScalingTests
{
    /// <summary>What tells 5,000 routes apart, and how the request looks that means one of them.</summary>
    private static readonly Dictionary<string, (Func<int, RouteConfig> Make, Func<int, RouteRequest> Ask)> Kinds = new()
    {
        ["prefix"] = (i => Route($"r{i}") with { Paths = [$"/team-{i}/api"] }, i => Request($"/team-{i}/api")),
        ["expression"] = (i => Route($"r{i}") with { Paths = [$"~/team-{i}/api\\d*$"] }, i => Request($"/team-{i}/api")),
        ["expression with escapes and a choice"] = (
            i => Route($"r{i}") with { Paths = [$"~/v1\\.0/team-{i}/(chat|models)$"] },
            i => Request($"/v1.0/team-{i}/chat")),
        ["expression without literal, header"] = (
            i => Route($"r{i}") with { Paths = ["~/.*/api$"], Headers = Header("team", $"{i}") },
            i => Request("/x/api", headers: ("Team", $"{i}"))),
        ["host"] = (i => Route($"r{i}") with { Hosts = [$"t{i}.example.com"], Paths = ["/"] }, i => Request("/x", host: $"T{i}.example.com")),
        ["wildcard"] = (i => Route($"r{i}") with { Hosts = [$"*.t{i}.example.com"] }, i => Request("/x", host: $"a.t{i}.example.com")),
        ["wildcard at the end"] = (i => Route($"r{i}") with { Hosts = [$"t{i}.*"] }, i => Request("/x", host: $"t{i}.example.com")),
        ["method"] = (i => Route($"r{i}") with { Methods = [$"M{i}"], Paths = ["/api"] }, i => Request("/api", method: $"M{i}")),
        ["method only"] = (i => Route($"r{i}") with { Methods = [$"M{i}"] }, i => Request("/api", method: $"M{i}")),
        ["header"] = (i => Route($"r{i}") with { Headers = Header("Team", $"T{i}"), Paths = ["/api"] }, i => Request("/api", headers: ("team", $"t{i}"))),
        ["header only"] = (i => Route($"r{i}") with { Headers = Header("team", $"{i}") }, i => Request("/api", headers: ("team", $"{i}"))),
        ["header with several values"] = (
            i => Route($"r{i}") with { Headers = Header("team", $"{i}", $"alias-{i}") },
            i => Request("/api", headers: [("team", "other"), ("team", $"alias-{i}")])),
        ["header beside a shared header and method"] = (
            i => Route($"r{i}") with { Methods = ["POST"], Headers = new Dictionary<string, IReadOnlyList<string>> { ["env"] = ["prod"], ["team"] = [$"{i}"] } },
            i => Request("/api", method: "POST", headers: [("env", "prod"), ("team", $"{i}")])),
        ["header beside an expression"] = (
            i => Route($"r{i}") with { Headers = new Dictionary<string, IReadOnlyList<string>> { ["agent"] = ["~*^claude"], ["team"] = [$"{i}"] } },
            i => Request("/api", headers: [("agent", "claude-code"), ("team", $"{i}")])),
        ["pair of headers"] = (
            i => Route($"r{i}") with { Headers = new Dictionary<string, IReadOnlyList<string>> { ["region"] = [$"{i / 70}"], ["team"] = [$"{i % 70}"] } },
            i => Request("/api", headers: [("region", $"{i / 70}"), ("team", $"{i % 70}")])),
        ["method and header"] = (
            i => Route($"r{i}") with { Methods = [$"M{i % 70}"], Headers = Header("team", $"{i / 70}") },
            i => Request("/api", method: $"M{i % 70}", headers: ("team", $"{i / 70}"))),
    };

    public static TheoryData<string> AllKinds => [.. Kinds.Keys];

    public static TheoryData<string> KindsWithoutExpression => [.. Kinds.Keys.Where(k => !k.Contains("expression", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void Match_FiveThousandRoutes_TriesAFewCandidates(string kind)
    {
        var (make, ask) = Kinds[kind];
        var router = Router(Enumerable.Range(0, 5000).Select(make));

        foreach (var wanted in new[] { 0, 7, 2500, 4999 })
        {
            Assert.Equal($"r{wanted}", router.Match(ask(wanted), out var tried)?.Route.Name);
            Assert.InRange(tried, 1, 4);
        }

        Assert.Null(router.Match(ask(5001), out var triedInVain));
        Assert.InRange(triedInVain, 0, 1);
    }

    [Theory]
    [MemberData(nameof(KindsWithoutExpression))]
    public void Match_WithoutExpression_AllocatesNothing(string kind)
    {
        var (make, ask) = Kinds[kind];
        var router = Router(Enumerable.Range(0, 50).Select(make));
        var request = ask(7);
        Assert.NotNull(router.Match(request));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            router.Match(request);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>The linear-time engine alone takes hundreds of kilobytes for each expression.</summary>
    [Fact]
    public void Build_ManyExpressions_TakesLittleMemory()
    {
        const int Count = 1000;
        var routes = Enumerable.Range(0, Count).Select(i => Route($"r{i}") with { Paths = [$"~/team-{i}/api\\d*$"], Headers = Header("v", $"~*^{i}") }).ToList();
        _ = Router(routes[0]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var router = Router(routes);

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Count, 0, 40_000);
        Assert.Equal("r7", router.Match(Request("/team-7/api1", headers: ("v", "7")))?.Route.Name);
    }

    private static Dictionary<string, IReadOnlyList<string>> Header(string name, params string[] values) => new() { [name] = values };
}
