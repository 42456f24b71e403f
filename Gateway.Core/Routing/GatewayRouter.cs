using Gateway.Shared.Contracts;

namespace Gateway.Core.Routing;

/// <summary>
/// The route table of one snapshot. Candidates are indexed by host, then by the beginning of the path (<see cref="PathIndex"/>), then by
/// method and headers (<see cref="CandidateIndex"/>), so that a match tries the few that can match and not all of them; among these the
/// one that ranks first wins.
/// </summary>
internal sealed class GatewayRouter : IGatewayRouter
{
    private readonly Dictionary<string, PathIndex> _byHost;
    private readonly Dictionary<string, PathIndex> _bySuffix;
    private readonly Dictionary<string, PathIndex> _byPrefix;
    private readonly PathIndex _anyHost;
    private readonly Dictionary<Guid, Expanded> _expanded;

    /// <param name="previous">The table before: routes that are the same objects are taken over, which makes one change among thousands cheap.</param>
    public GatewayRouter(IEnumerable<RouteConfig> routes, IReadOnlyDictionary<Guid, ServiceConfig> services, GatewayRouter? previous = null)
    {
        var count = routes.TryGetNonEnumeratedCount(out var known) ? known : 0;
        _expanded = new Dictionary<Guid, Expanded>(count);
        var anyHost = new List<RouteCandidate>(count);
        var named = new List<(HostForm Form, string Name, RouteCandidate Candidate)>();
        foreach (var route in routes)
        {
            var service = route.Service is { } reference ? services.GetValueOrDefault(reference.Id) : null;
            var before = previous?._expanded.GetValueOrDefault(route.Id);
            var expanded = before is not null && ReferenceEquals(before.Route, route) && ReferenceEquals(before.Service, service)
                ? before
                : new Expanded(route, service, [.. Expand(route, service)]);
            _expanded[route.Id] = expanded;
            if (route.Hosts is { Count: > 0 })
            {
                named.AddRange(expanded.Candidates.SelectMany(Places));
            }
            else
            {
                anyHost.AddRange(expanded.Candidates);
            }
        }

        var byForm = named.ToLookup(p => p.Form, p => (p.Name, p.Candidate));
        _byHost = IndexNames(byForm[HostForm.Exact], previous?._byHost);
        _bySuffix = IndexNames(byForm[HostForm.Suffix], previous?._bySuffix);
        _byPrefix = IndexNames(byForm[HostForm.Prefix], previous?._byPrefix);
        _anyHost = new PathIndex(anyHost, previous?._anyHost);
    }

    /// <summary>What is left of a host entry once port and asterisk are cut.</summary>
    private enum HostForm
    {
        Exact,
        Suffix,
        Prefix,
    }

    public RouteMatch? Match(in RouteRequest request) => Match(request, out _);

    /// <param name="tried">How many candidates were tried: the work of this match.</param>
    internal RouteMatch? Match(in RouteRequest request, out int tried)
    {
        var search = new RouteSearch();
        if (_byHost.TryGetValue(request.Host, out var exact))
        {
            exact.Find(request, ref search);
        }

        if (_bySuffix.Count > 0 && request.Host.Length > 1)
        {
            var lookup = _bySuffix.GetAlternateLookup<ReadOnlySpan<char>>();
            for (var dot = request.Host.IndexOf('.', 1); dot > 0; dot = request.Host.IndexOf('.', dot + 1))
            {
                if (lookup.TryGetValue(request.Host.AsSpan(dot), out var index))
                {
                    index.Find(request, ref search);
                }
            }
        }

        if (_byPrefix.Count > 0)
        {
            var lookup = _byPrefix.GetAlternateLookup<ReadOnlySpan<char>>();
            for (var dot = request.Host.LastIndexOf('.'); dot > 0; dot = request.Host.LastIndexOf('.', dot - 1))
            {
                if (dot + 1 < request.Host.Length && lookup.TryGetValue(request.Host.AsSpan(0, dot + 1), out var index))
                {
                    index.Find(request, ref search);
                }
            }
        }

        _anyHost.Find(request, ref search);
        tried = search.Tried;
        return search.Best;
    }

    /// <summary>The candidates of a route; none when nothing can reach it.</summary>
    private static IEnumerable<RouteCandidate> Expand(RouteConfig route, ServiceConfig? service)
    {
        if (route.Service is not null && service?.Enabled != true)
        {
            yield break;
        }

        // Stream routes are kept for export only; without conditions on a request they would catch all of them.
        if (!ProtocolRules.ServesHttp(route.Protocols))
        {
            yield break;
        }

        if (route.Paths is not { Count: > 0 } paths)
        {
            yield return new RouteCandidate(route, service, prefix: null, expression: null);
            yield break;
        }

        for (var place = 0; place < paths.Count; place++)
        {
            var path = paths[place];
            if (!path.StartsWith('~'))
            {
                yield return new RouteCandidate(route, service, path, expression: null) { Place = place };
            }
            else if (RouteExpression.ForPath(path[1..]) is { } expression)
            {
                // A pattern that does not compile was refused when the route was written.
                yield return new RouteCandidate(route, service, prefix: null, expression) { Literal = RoutePattern.LiteralPrefix(path[1..]), Place = place };
            }
        }
    }

    /// <summary>Where the hosts of a candidate put it.</summary>
    private static IEnumerable<(HostForm Form, string Name, RouteCandidate Candidate)> Places(RouteCandidate candidate)
        => candidate.Route.Hosts!.Select(host => RouteCandidate.SplitPort(host).Name).Select(name =>
            name.StartsWith('*') ? (HostForm.Suffix, name[1..], candidate)
            : name.EndsWith('*') ? (HostForm.Prefix, name[..^1], candidate)
            : (HostForm.Exact, name, candidate));

    private static Dictionary<string, PathIndex> IndexNames(
        IEnumerable<(string Name, RouteCandidate Candidate)> places, Dictionary<string, PathIndex>? previous) => places
        .GroupBy(p => p.Name, p => p.Candidate, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(g => g.Key, g => new PathIndex([.. g], previous?.GetValueOrDefault(g.Key)), StringComparer.OrdinalIgnoreCase);

    /// <summary>A route with what was made of it.</summary>
    private sealed record Expanded(RouteConfig Route, ServiceConfig? Service, RouteCandidate[] Candidates);
}
