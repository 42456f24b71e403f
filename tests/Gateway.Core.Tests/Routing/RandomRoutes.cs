using Gateway.Core.Routing;
using Gateway.Shared.Contracts;

namespace Gateway.Core.Tests.Routing;

/// <summary>Routes and requests from so few words that they meet often, and ties are frequent.</summary>
internal sealed class RandomRoutes(int seed)
{
    private static readonly string[] Methods = ["GET", "POST", "PURGE", "get"];
    private static readonly string[] Protocols = ["http", "https", "grpc", "tcp"];
    private static readonly string[] HostEntries =
        ["a.b", "A.B", "x.a.b", "b.a", "*.b", "*.a.b", "a.*", "x.a.*", "a.b:80", "*.b:8443", "a.*:80", "localhost"];
    private static readonly string[] RequestHosts = ["a.b", "A.b", "x.a.b", "y.x.a.b", "b.a", "a.b.c", "x.a.c", "localhost", "b", ".b", "a."];
    private static readonly string[] Prefixes = ["/a", "/ab", "/a/", "/a/b", "/a/b/1", "/A", "/1", "/a/12", "/a.b", "/", "/c"];
    private static readonly string[] Expressions =
    [
        "~/a", "~/a/\\d+", "~/a/\\d+$", "~/(?<x>[ab]+)/(\\d+)", "~/a|/1", "~/(a|1)/b", "~/ab?", "~/ab*/", "~/a{1,2}$", "~/a\\.b", "~/a\\|b|/1",
        "~/(?i)A", "~/[ab]{2}", "~/a/(?P<n>\\d)(/x)?", "~/.*1$", "~/a+/", "~/\\w+/b", "~/[|(]|/ab", "~/a/(b|12)", "~/a(?:/b|/1)+", "~/a/b(?#|()/1",
    ];
    private static readonly string[] RequestPaths =
        ["/", "/a", "/ab", "/a/", "/a/b", "/a/b/1", "/A", "/1", "/a/12", "/a/12/x", "/a.b", "/axb", "/aa", "/ba/1", "/1/b", "/a|b", "/(", "/ab/1", "/c"];
    private static readonly string[] HeaderNames = ["x-a", "X-B", "x-c"];
    private static readonly string[] HeaderEntries = ["1", "2", "ON", "v1", "~*^v\\d$", "~*1", "~*ON", "~*^$"];
    private static readonly string[] HeaderValues = ["1", "2", "on", "On", "V1", "v1x", "12", "none", "1,2"];
    private static readonly string[] SniEntries = ["a.b", "A.B.", "*.b", "a.*", "*"];
    private static readonly string?[] RequestSnis = ["a.b", "a.b.", "x.a.b", "a.c", "b", null];

    private readonly Random _random = new(seed);

    public IReadOnlyDictionary<Guid, ServiceConfig> Services { get; } = new[] { true, true, true, false }
        .Select((isEnabled, i) => new ServiceConfig { Id = new Guid(i + 1, 0, 0, new byte[8]), Host = "s", Enabled = isEnabled })
        .ToDictionary(s => s.Id);

    public IReadOnlyList<RouteConfig> Routes()
    {
        // Each set has a taste of its own, so that routes with one kind of condition meet each other too.
        var chance = One([0.1, 0.4, 0.7]);
        return [.. Enumerable.Range(0, _random.Next(1, One([10, 40, 150]))).Select(i => Route(i, chance))];
    }

    public RouteRequest Request()
    {
        var isHttps = Happens(0.4);
        return Tests.Routing.Routes.Request(
            One(RequestPaths),
            One(Methods),
            One(RequestHosts),
            One([80, 8000, 8443]),
            isHttps,
            isHttps ? One(RequestSnis) : null,
            [.. Enumerable.Range(0, _random.Next(5)).Select(_ => (One(HeaderNames).ToUpperInvariant(), One(HeaderValues)))]);
    }

    private RouteConfig Route(int number, double chance) => new()
    {
        Id = new Guid(_random.Next(), 0, 0, new byte[8]),
        Name = $"r{number}",
        Protocols = [.. Some(Protocols, Happens(0.1) ? 4 : 2)],
        Methods = Happens(chance) ? Some(Methods, 2) : null,
        Hosts = Happens(chance) ? Some(HostEntries, 3) : Happens(0.1) ? [] : null,
        Paths = Happens(0.8) ? [.. Some(Prefixes, One([0, 0, 1, 3])), .. Some(Expressions, One([0, 1, 3]))] : null,
        Headers = Happens(chance) ? Some(HeaderNames, 3).Distinct().ToDictionary(n => n, _ => Some(HeaderEntries, 2)) : null,
        Snis = Happens(chance / 2) ? Some(SniEntries, 2) : null,
        RegexPriority = Happens(0.3) ? One([-1, 1, 2, int.MaxValue, int.MinValue]) : 0,
        Service = Happens(0.5) ? new EntityReference(One(Services.Keys.ToArray())) : null,
        CreatedAt = _random.Next(1, 3),
    };

    private bool Happens(double chance) => _random.NextDouble() < chance;

    private T One<T>(T[] values) => values[_random.Next(values.Length)];

    /// <summary>One to <paramref name="most"/> of the values, in any order; none when most is 0.</summary>
    private IReadOnlyList<string> Some(string[] values, int most) =>
        most == 0 ? [] : [.. Enumerable.Range(0, _random.Next(1, most + 1)).Select(_ => One(values))];
}
