using System.Globalization;
using System.Text;
using Gateway.Core.Routing;
using Gateway.Shared.Contracts;

namespace Gateway.Core.Tests.Routing;

/// <summary>The indexed router finds what the specification finds by looking at everything.</summary>
public sealed class RouterAgainstReferenceTests
{
    private const int RequestsPerSet = 30;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Match_RandomRoutesAndRequests_AgreesWithTheSpecification(int seed)
    {
        var random = new RandomRoutes(seed);
        var winners = 0;
        var misses = 0;
        for (var set = 0; set < 100; set++)
        {
            var routes = random.Routes();
            var router = new GatewayRouter(routes, [.. random.Services.Values]);
            for (var i = 0; i < RequestsPerSet; i++)
            {
                var request = random.Request();
                var found = Show(router.Match(request));
                if (found != Show(ReferenceMatcher.Match(routes, random.Services, request)))
                {
                    Assert.Fail(Explain(Smallest(routes, random.Services, request), random.Services, request));
                }

                _ = found == "none" ? misses++ : winners++;
            }
        }

        // Otherwise the words no longer meet and the comparison says little.
        Assert.InRange(winners, 1000, int.MaxValue);
        Assert.InRange(misses, 300, int.MaxValue);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void Match_AfterChangesOneByOne_AgreesWithTheSpecificationAndThePreviousTableStays(int seed)
    {
        var random = new RandomRoutes(seed);
        for (var set = 0; set < 20; set++)
        {
            var services = random.Services.ToDictionary();
            var routes = random.Routes().ToList();
            var router = new GatewayRouter([.. routes], [.. services.Values]);
            foreach (var changed in random.Routes())
            {
                var (before, was) = (router, routes.ToList());
                var at = Math.Abs(changed.Id.GetHashCode()) % routes.Count;
                routes[at] = changed with { Id = set % 2 == 0 ? routes[at].Id : changed.Id };
                var someService = services.Keys.ElementAt(at % services.Count);
                var servicesBefore = services;
                services = new(services) { [someService] = services[someService] with { Enabled = !services[someService].Enabled } };
                router = new GatewayRouter([.. routes], [.. services.Values], before);
                for (var i = 0; i < 5; i++)
                {
                    var request = random.Request();
                    Assert.Equal(Show(ReferenceMatcher.Match(routes, services, request)), Show(router.Match(request)));
                    Assert.Equal(Show(ReferenceMatcher.Match(was, servicesBefore, request)), Show(before.Match(request)));
                }
            }
        }
    }

    /// <summary>Drops routes as long as the two still disagree, so that what is printed can be read.</summary>
    private static List<RouteConfig> Smallest(IEnumerable<RouteConfig> routes, IReadOnlyDictionary<Guid, ServiceConfig> services, RouteRequest request)
    {
        var left = routes.ToList();
        for (var i = left.Count - 1; i >= 0; i--)
        {
            var fewer = left.Where((_, position) => position != i).ToList();
            if (Show(new GatewayRouter(fewer, [.. services.Values]).Match(request)) != Show(ReferenceMatcher.Match(fewer, services, request)))
            {
                left = fewer;
            }
        }

        return left;
    }

    private static string Show(RouteMatch? match) => match is null ? "none" : $"{match.Route.Name} consuming '{match.MatchedPrefix}'";

    private static string Show((RouteConfig Route, string Consumed)? match) =>
        match is { } m ? $"{m.Route.Name} consuming '{m.Consumed}'" : "none";

    private static string Explain(List<RouteConfig> routes, IReadOnlyDictionary<Guid, ServiceConfig> services, RouteRequest request)
    {
        var text = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"""
            {request.Method} {request.Path} host={request.Host}:{request.Port} https={request.IsHttps} sni={request.Sni ?? "-"} headers=[{Headers(request)}]
            specification: {Show(ReferenceMatcher.Match(routes, services, request))}
            router:        {Show(new GatewayRouter(routes, [.. services.Values]).Match(request))}
            """);
        foreach (var r in routes)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"""
                {r.Name}: protocols={List(r.Protocols)} methods={List(r.Methods)} hosts={List(r.Hosts)} paths={List(r.Paths)} headers={Headers(r)} snis={List(r.Snis)}
                    priority={r.RegexPriority} created={r.CreatedAt} id={r.Id} service={(r.Service is { } s ? services[s.Id].Enabled ? "on" : "off" : "-")}
                """);
        }

        return text.ToString();
    }

    private static string List(IReadOnlyList<string>? values) => values is null ? "-" : $"[{string.Join(' ', values)}]";

    private static string Headers(RouteConfig route) =>
        route.Headers is null ? "-" : string.Join(' ', route.Headers.Select(h => $"{h.Key}:{List(h.Value)}"));

    private static string Headers(RouteRequest request) => string.Join(' ', request.Headers.Select(h => $"{h.Key}:{List([.. h.Value.OfType<string>()])}"));
}
