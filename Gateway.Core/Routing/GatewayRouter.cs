using Gateway.Core.Configuration;
using Gateway.Shared.Contracts;

namespace Gateway.Core.Routing;

/// <summary>
/// The route table of one snapshot. Candidates are indexed by host, then by the beginning of the path (<see cref="PathIndex"/>), then by
/// method and headers (<see cref="CandidateIndex"/>), so that a match tries the few that can match and not all of them; among these the
/// one that ranks first wins.
/// </summary>
internal sealed class GatewayRouter : IGatewayRouter
{
    private readonly IReadOnlyList<RouteConfig> _routes;
    private readonly IReadOnlyList<ServiceConfig> _services;
    private readonly PiecedTable<Guid, ServiceConfig> _servicesById;
    private readonly PiecedTable<Guid, RouteCandidate[]> _candidates;
    private readonly PiecedTable<string, PathIndex> _byHost;
    private readonly PiecedTable<string, PathIndex> _bySuffix;
    private readonly PiecedTable<string, PathIndex> _byPrefix;
    private readonly PathIndex _anyHost;

    /// <param name="routes">Kept, as are the services: neither list may change afterwards.</param>
    /// <param name="previous">The table before. What did not change is taken over, which makes one change among thousands cheap.</param>
    public GatewayRouter(IReadOnlyList<RouteConfig> routes, IReadOnlyList<ServiceConfig> services, GatewayRouter? previous = null)
    {
        previous ??= Empty;
        (_routes, _services) = (routes, services);
        var changed = ListChange<ServiceConfig>.Between(previous._services, services, s => s.Id);
        _servicesById = changed.ApplyTo(previous._servicesById, s => s.Id);

        var (old, fresh) = ListChange<RouteConfig>.Between(previous._routes, routes, r => r.Id);
        var affected = ListAffected(changed, routes, except: fresh);
        List<RouteCandidate> removed = [.. old.Concat(affected).SelectMany(r => previous._candidates.Find(r.Id) ?? [])];
        var expanded = fresh.Concat(affected).Select(r => KeyValuePair.Create(r.Id, Expand(r).ToArray())).ToList();
        List<RouteCandidate> added = [.. expanded.SelectMany(e => e.Value)];

        _candidates = previous._candidates.With(old.Select(r => r.Id), expanded);
        _anyHost = previous._anyHost.With(removed.Where(c => !HasHosts(c)), added.Where(c => !HasHosts(c)));
        _byHost = IndexNames(HostForm.Exact, previous._byHost, removed, added);
        _bySuffix = IndexNames(HostForm.Suffix, previous._bySuffix, removed, added);
        _byPrefix = IndexNames(HostForm.Prefix, previous._byPrefix, removed, added);
    }

    private GatewayRouter()
    {
        (_routes, _services, _servicesById, _candidates, _anyHost) = ([], [], new(), new(), PathIndex.Empty);
        _byHost = _bySuffix = _byPrefix = new(StringComparer.OrdinalIgnoreCase);
    }

    private static GatewayRouter Empty { get; } = new();

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
        _byHost.Find(request.Host)?.Find(request, ref search);

        if (_bySuffix.Count > 0 && request.Host.Length > 1)
        {
            for (var dot = request.Host.IndexOf('.', 1); dot > 0; dot = request.Host.IndexOf('.', dot + 1))
            {
                _bySuffix.Find(request.Host.AsSpan(dot))?.Find(request, ref search);
            }
        }

        if (_byPrefix.Count > 0)
        {
            for (var dot = request.Host.LastIndexOf('.'); dot > 0; dot = request.Host.LastIndexOf('.', dot - 1))
            {
                if (dot + 1 < request.Host.Length)
                {
                    _byPrefix.Find(request.Host.AsSpan(0, dot + 1))?.Find(request, ref search);
                }
            }
        }

        _anyHost.Find(request, ref search);
        tried = search.Tried;
        return search.Best;
    }

    /// <summary>The candidates of a route; none when nothing can reach it.</summary>
    private IEnumerable<RouteCandidate> Expand(RouteConfig route)
    {
        var service = route.Service is { } reference ? _servicesById.Find(reference.Id) : null;
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

    private static bool HasHosts(RouteCandidate candidate) => candidate.Route.Hosts is { Count: > 0 };

    /// <summary>The routes whose service changed.</summary>
    private static List<RouteConfig> ListAffected(ListChange<ServiceConfig> services, IReadOnlyList<RouteConfig> routes, IReadOnlyList<RouteConfig> except)
    {
        if (services.IsNothing)
        {
            return [];
        }

        var changed = services.Removed.Concat(services.Added).Select(s => s.Id).ToHashSet();
        var left = except.ToHashSet<RouteConfig>(ReferenceEqualityComparer.Instance);
        return [.. routes.Where(r => r.Service is { } service && changed.Contains(service.Id) && !left.Contains(r))];
    }

    private static PiecedTable<string, PathIndex> IndexNames(
        HostForm form, PiecedTable<string, PathIndex> previous, List<RouteCandidate> removed, List<RouteCandidate> added)
    {
        var (gone, come) = (ByName(form, removed), ByName(form, added));
        var changed = gone.Concat(come).Select(g => g.Key).Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(name => KeyValuePair.Create(name, (previous.Find(name) ?? PathIndex.Empty).With(gone[name], come[name])))
            .ToList();
        return previous.With(changed.Where(c => c.Value.IsEmpty).Select(c => c.Key), changed.Where(c => !c.Value.IsEmpty));
    }

    /// <summary>Candidates by the names among their hosts that have one form.</summary>
    private static ILookup<string, RouteCandidate> ByName(HostForm form, List<RouteCandidate> candidates) => candidates
        .Where(HasHosts)
        .SelectMany(c => c.Route.Hosts!.Select(host => (Place: PlaceOf(RouteCandidate.SplitPort(host).Name), Candidate: c)))
        .Where(p => p.Place.Form == form)
        .ToLookup(p => p.Place.Name, p => p.Candidate, StringComparer.OrdinalIgnoreCase);

    private static (HostForm Form, string Name) PlaceOf(string host) =>
        host.StartsWith('*') ? (HostForm.Suffix, host[1..])
        : host.EndsWith('*') ? (HostForm.Prefix, host[..^1])
        : (HostForm.Exact, host);
}
