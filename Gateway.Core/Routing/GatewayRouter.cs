using System.Text.RegularExpressions;
using Gateway.Shared.Contracts;

namespace Gateway.Core.Routing;

/// <summary>
/// The route table of one snapshot. Candidates are indexed by host and by path prefix, so that a match looks at the few routes that
/// can match and not at all of them; among these the one that ranks first wins.
/// </summary>
internal sealed class GatewayRouter : IGatewayRouter
{
    private readonly Dictionary<string, PathIndex> _byHost = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, PathIndex> _bySuffix = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, PathIndex> _byPrefix = new(StringComparer.OrdinalIgnoreCase);
    private readonly PathIndex _anyHost = new();

    public GatewayRouter(IEnumerable<RouteConfig> routes, IReadOnlyDictionary<Guid, ServiceConfig> services)
    {
        var entries = new List<(RouteCandidate Candidate, string Literal)>();
        foreach (var route in routes)
        {
            // Stream routes are kept for export only; without conditions on a request they would catch all of them.
            if (!ProtocolRules.ServesHttp(route.Protocols))
            {
                continue;
            }

            ServiceConfig? service = null;
            if (route.Service is { } reference && (!services.TryGetValue(reference.Id, out service) || !service.Enabled))
            {
                continue;
            }

            Expand(route, service, entries);
        }

        // Where the keys are equal: the older route, then the smaller id, then the order of the paths as they were written.
        entries = [.. entries
            .OrderByDescending(e => e.Candidate.Key)
            .ThenBy(e => e.Candidate.Route.CreatedAt)
            .ThenBy(e => e.Candidate.Route.Id)];
        for (var i = 0; i < entries.Count; i++)
        {
            entries[i].Candidate.Rank = i;
            Insert(entries[i].Candidate, entries[i].Literal);
        }

        foreach (var index in _byHost.Values.Concat(_bySuffix.Values).Concat(_byPrefix.Values).Append(_anyHost))
        {
            index.Freeze();
        }
    }

    public RouteMatch? Match(in RouteRequest request) => Match(request, out _);

    /// <param name="examined">How many candidates were tested: the work of this match.</param>
    internal RouteMatch? Match(in RouteRequest request, out int examined)
    {
        examined = 0;
        RouteMatch? best = null;
        var bestRank = int.MaxValue;
        if (_byHost.TryGetValue(request.Host, out var exact))
        {
            exact.Find(request, ref best, ref bestRank, ref examined);
        }

        if (_bySuffix.Count > 0 && request.Host.Length > 1)
        {
            var lookup = _bySuffix.GetAlternateLookup<ReadOnlySpan<char>>();
            for (var dot = request.Host.IndexOf('.', 1); dot > 0; dot = request.Host.IndexOf('.', dot + 1))
            {
                if (lookup.TryGetValue(request.Host.AsSpan(dot), out var index))
                {
                    index.Find(request, ref best, ref bestRank, ref examined);
                }
            }
        }

        if (_byPrefix.Count > 0)
        {
            var lookup = _byPrefix.GetAlternateLookup<ReadOnlySpan<char>>();
            for (var dot = request.Host.LastIndexOf('.'); dot > 0; dot = dot == 0 ? -1 : request.Host.LastIndexOf('.', dot - 1))
            {
                if (dot + 1 < request.Host.Length && lookup.TryGetValue(request.Host.AsSpan(0, dot + 1), out var index))
                {
                    index.Find(request, ref best, ref bestRank, ref examined);
                }
            }
        }

        _anyHost.Find(request, ref best, ref bestRank, ref examined);
        return best;
    }

    private static void Expand(RouteConfig route, ServiceConfig? service, List<(RouteCandidate, string)> entries)
    {
        if (route.Paths is not { Count: > 0 } paths)
        {
            entries.Add((new RouteCandidate(route, service, null, null, RouteKey.Of(route, isRegex: false, 0)), ""));
            return;
        }

        foreach (var path in paths)
        {
            if (path.StartsWith('~'))
            {
                // A pattern that does not compile was refused when the route was written.
                if (RoutePattern.TryCompilePath(path[1..], out Regex? regex, out _))
                {
                    entries.Add((new RouteCandidate(route, service, null, regex, RouteKey.Of(route, isRegex: true, 0)), RoutePattern.LiteralPrefix(path[1..])));
                }
            }
            else
            {
                entries.Add((new RouteCandidate(route, service, path, null, RouteKey.Of(route, isRegex: false, path.Length)), path));
            }
        }
    }

    private void Insert(RouteCandidate candidate, string literal)
    {
        if (candidate.Route.Hosts is not { Count: > 0 } hosts)
        {
            _anyHost.Add(literal, candidate);
            return;
        }

        foreach (var host in hosts)
        {
            var (name, _) = RouteCandidate.SplitPort(host);
            var (index, key) = name.StartsWith('*') ? (_bySuffix, name[1..]) : name.EndsWith('*') ? (_byPrefix, name[..^1]) : (_byHost, name);
            if (!index.TryGetValue(key, out var paths))
            {
                index[key] = paths = new PathIndex();
            }

            paths.Add(literal, candidate);
        }
    }

    /// <summary>Candidates of one host by the text their path begins with.</summary>
    private sealed class PathIndex
    {
        private readonly Dictionary<string, List<RouteCandidate>> _building = new(StringComparer.Ordinal);
        private Dictionary<string, RouteCandidate[]>.AlternateLookup<ReadOnlySpan<char>> _lookup;
        private int[] _lengths = [];

        public void Add(string literal, RouteCandidate candidate)
        {
            if (!_building.TryGetValue(literal, out var list))
            {
                _building[literal] = list = [];
            }

            if (!list.Contains(candidate))
            {
                list.Add(candidate);
            }
        }

        public void Freeze()
        {
            var frozen = _building.ToDictionary(p => p.Key, p => p.Value.ToArray(), StringComparer.Ordinal);
            _lookup = frozen.GetAlternateLookup<ReadOnlySpan<char>>();
            _lengths = [.. frozen.Keys.Select(k => k.Length).Distinct().OrderDescending()];
            _building.Clear();
        }

        public void Find(in RouteRequest request, ref RouteMatch? best, ref int bestRank, ref int examined)
        {
            foreach (var length in _lengths)
            {
                if (length > request.Path.Length || !_lookup.TryGetValue(request.Path.AsSpan(0, length), out var candidates))
                {
                    continue;
                }

                foreach (var candidate in candidates)
                {
                    if (candidate.Rank >= bestRank)
                    {
                        break;
                    }

                    examined++;
                    if (candidate.Test(request) is { } match)
                    {
                        best = match;
                        bestRank = candidate.Rank;
                        break;
                    }
                }
            }
        }
    }
}
