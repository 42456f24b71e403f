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

    public GatewayRouter(IEnumerable<RouteConfig> routes, IReadOnlyDictionary<Guid, ServiceConfig> services)
    {
        // Where the keys are equal: the older route, then the smaller id, then the order of the paths as they were written.
        RouteCandidate[] candidates = [.. routes
            .SelectMany(route => Expand(route, services))
            .OrderByDescending(c => c.Key)
            .ThenBy(c => c.Route.CreatedAt)
            .ThenBy(c => c.Route.Id)];
        for (var i = 0; i < candidates.Length; i++)
        {
            candidates[i].Rank = i;
        }

        var byForm = candidates.SelectMany(Places).ToLookup(p => p.Form, p => (p.Name, p.Candidate));
        _byHost = IndexNames(byForm[HostForm.Exact]);
        _bySuffix = IndexNames(byForm[HostForm.Suffix]);
        _byPrefix = IndexNames(byForm[HostForm.Prefix]);
        _anyHost = new PathIndex(byForm[HostForm.Any].Select(p => p.Candidate));
    }

    /// <summary>What is left of a host entry once port and asterisk are cut.</summary>
    private enum HostForm
    {
        Any,
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
    private static IEnumerable<RouteCandidate> Expand(RouteConfig route, IReadOnlyDictionary<Guid, ServiceConfig> services)
    {
        ServiceConfig? service = null;
        if (route.Service is { } reference && (!services.TryGetValue(reference.Id, out service) || !service.Enabled))
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

        foreach (var path in paths)
        {
            if (!path.StartsWith('~'))
            {
                yield return new RouteCandidate(route, service, path, expression: null);
            }
            else if (RouteExpression.ForPath(path[1..]) is { } expression)
            {
                // A pattern that does not compile was refused when the route was written.
                yield return new RouteCandidate(route, service, prefix: null, expression) { Literal = RoutePattern.LiteralPrefix(path[1..]) };
            }
        }
    }

    /// <summary>Where the hosts of a candidate put it.</summary>
    private static IEnumerable<(HostForm Form, string Name, RouteCandidate Candidate)> Places(RouteCandidate candidate)
    {
        if (candidate.Route.Hosts is not { Count: > 0 } hosts)
        {
            return [(HostForm.Any, "", candidate)];
        }

        return hosts.Select(host => RouteCandidate.SplitPort(host).Name).Select(name =>
            name.StartsWith('*') ? (HostForm.Suffix, name[1..], candidate)
            : name.EndsWith('*') ? (HostForm.Prefix, name[..^1], candidate)
            : (HostForm.Exact, name, candidate));
    }

    private static Dictionary<string, PathIndex> IndexNames(IEnumerable<(string Name, RouteCandidate Candidate)> places) => places
        .GroupBy(p => p.Name, p => p.Candidate, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(g => g.Key, g => new PathIndex(g), StringComparer.OrdinalIgnoreCase);
}
