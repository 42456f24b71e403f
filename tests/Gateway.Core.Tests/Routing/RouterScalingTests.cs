using Gateway.Shared.Contracts;
using static Gateway.Core.Tests.Routing.Routes;

namespace Gateway.Core.Tests.Routing;

/// <summary>The work of a match, counted in candidates, does not grow with the number of routes.</summary>
public sealed class RouterScalingTests
{
    public static TheoryData<string, Func<int, RouteConfig>> Shapes => new()
    {
        { "prefixes", i => Route($"r{i}") with { Paths = [$"/team-{i}/api"] } },
        { "expressions", i => Route($"r{i}") with { Paths = [$"~/team-{i}/api\\d*$"] } },
        { "hosts", i => Route($"r{i}") with { Hosts = [$"team-{i}.example.com"], Paths = ["/"] } },
        { "wildcards", i => Route($"r{i}") with { Hosts = [$"*.team-{i}.example.com"], Paths = ["/"] } },
    };

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Shapes))]
    public void Match_FiveThousandRoutes_ExaminesAsManyCandidatesAsTen(string shape, Func<int, RouteConfig> make)
    {
        var few = Router(Enumerable.Range(0, 10).Select(make));
        var many = Router(Enumerable.Range(0, 5000).Select(make));
        var request = shape switch
        {
            "hosts" => Request("/team-7/api", host: "team-7.example.com"),
            "wildcards" => Request("/team-7/api", host: "a.team-7.example.com"),
            _ => Request("/team-7/api"),
        };

        Assert.Equal("r7", few.Match(request, out var examinedOfFew)?.Route.Name);
        Assert.Equal("r7", many.Match(request, out var examinedOfMany)?.Route.Name);
        Assert.Equal(examinedOfFew, examinedOfMany);
        Assert.Null(many.Match(Request("/nobody", host: "nobody.org"), out var examinedOfNone));
        Assert.InRange(examinedOfNone, 0, 1);
    }
}
