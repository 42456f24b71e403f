using Gateway.Shared.Contracts;

namespace Gateway.Core.Routing;

/// <summary>
/// One way to match a route: all its conditions with one group of its paths. A route whose paths mix expressions and prefixes of
/// several lengths has several candidates, because these rank differently.
/// </summary>
internal sealed class RouteCandidate : IComparable<RouteCandidate>
{
    private readonly HashSet<string>? _methods;
    private readonly HeaderCondition[] _headers;
    private readonly string[]? _snis;
    private readonly (string Name, int? Port)[]? _hostsWithPorts;
    private readonly RouteExpression? _expression;
    private readonly RouteMatch? _whole;

    /// <param name="prefix">The path, when it is a prefix.</param>
    /// <param name="expression">The path, when it is an expression. Both are null for a route without a path.</param>
    public RouteCandidate(RouteConfig route, ServiceConfig? service, string? prefix, RouteExpression? expression)
    {
        Route = route;
        Service = service;
        Key = RouteKey.Of(route, expression is not null, prefix?.Length ?? 0);
        Literal = prefix ?? "";
        _expression = expression;
        _methods = route.Methods is { Count: > 0 } methods ? [.. methods] : null;
        _headers = route.Headers is { Count: > 0 } headers ? [.. headers.Select(h => new HeaderCondition(h.Key, h.Value))] : [];
        _snis = route.Snis is { Count: > 0 } snis ? [.. snis.Select(s => s.TrimEnd('.'))] : null;
        (string Name, int? Port)[] hosts = [.. (route.Hosts ?? []).Select(SplitPort)];
        _hostsWithPorts = hosts.Any(h => h.Port is not null) ? hosts : null;
        _whole = expression is null ? new RouteMatch(route, service, Literal, null) : null;
    }

    public RouteConfig Route { get; }

    public ServiceConfig? Service { get; }

    /// <summary>Order among candidates, higher first; see <see cref="RouteKey"/>.</summary>
    public ulong Key { get; }

    /// <summary>What a path must begin with; for an expression as much as is known.</summary>
    public string Literal { get; init; }

    /// <summary>Place among the candidates of the route: the order of the paths as they were written.</summary>
    public int Place { get; init; }

    /// <summary>The conditions that a request meets with a value that can be looked up; see <see cref="CandidateIndex"/>.</summary>
    public IEnumerable<FixedCondition> FixedConditions
    {
        get
        {
            if (_methods is not null)
            {
                yield return new FixedCondition(FixedCondition.Method, [.. _methods]);
            }

            foreach (var header in _headers)
            {
                if (header.FixedValues is { } values)
                {
                    yield return new FixedCondition(header.Name, values);
                }
            }
        }
    }

    /// <summary>
    /// Negative when this one goes first: by <see cref="Key"/>; where the keys are equal the older route, then the smaller id, then the
    /// order of the paths.
    /// </summary>
    public int CompareTo(RouteCandidate? other)
    {
        if (other is null)
        {
            return -1;
        }

        var order = other.Key.CompareTo(Key);
        order = order != 0 ? order : Route.CreatedAt.CompareTo(other.Route.CreatedAt);
        order = order != 0 ? order : Route.Id.CompareTo(other.Route.Id);
        return order != 0 ? order : Place.CompareTo(other.Place);
    }

    /// <summary>Checks the conditions that the index has not. Host names and prefixes have matched already.</summary>
    public RouteMatch? Test(in RouteRequest request)
    {
        if (_methods is not null && !_methods.Contains(request.Method))
        {
            return null;
        }

        if (_hostsWithPorts is not null && !MatchesHostAndPort(request.Host, request.Port))
        {
            return null;
        }

        foreach (var header in _headers)
        {
            if (!header.Holds(request.Headers[header.Name]))
            {
                return null;
            }
        }

        if (_snis is not null && request.IsHttps && !MatchesSni(request.Sni))
        {
            return null;
        }

        return _whole ?? TestExpression(request.Path);
    }

    internal static (string Name, int? Port) SplitPort(string host)
    {
        var colon = host.LastIndexOf(':');
        return colon > 0 && !host.EndsWith(']') && int.TryParse(host.AsSpan(colon + 1), out var port) ? (host[..colon], port) : (host, null);
    }

    private static bool MatchesHost(string pattern, ReadOnlySpan<char> host) =>
        pattern.StartsWith('*') ? host.Length > pattern.Length - 1 && host.EndsWith(pattern.AsSpan(1), StringComparison.OrdinalIgnoreCase)
        : pattern.EndsWith('*') ? host.Length > pattern.Length - 1 && host.StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.OrdinalIgnoreCase)
        : host.Equals(pattern, StringComparison.OrdinalIgnoreCase);

    private RouteMatch? TestExpression(string path)
    {
        if (_expression!.Find(path) is not { } match)
        {
            return null;
        }

        var groups = _expression.Groups;
        Dictionary<string, string>? captures = null;
        for (var i = 0; i < groups.Count; i++)
        {
            if (match.Groups[groups[i]] is not { Success: true } group)
            {
                continue;
            }

            captures ??= [];
            captures[(i + 1).ToString(System.Globalization.CultureInfo.InvariantCulture)] = group.Value;
            if (!char.IsAsciiDigit(group.Name[0]))
            {
                captures[group.Name] = group.Value;
            }
        }

        return new RouteMatch(Route, Service, match.Value, captures);
    }

    private bool MatchesHostAndPort(string host, int port)
    {
        foreach (var (name, wanted) in _hostsWithPorts!)
        {
            if ((wanted is null || wanted == port) && MatchesHost(name, host))
            {
                return true;
            }
        }

        return false;
    }

    private bool MatchesSni(string? sni)
    {
        if (sni is null)
        {
            return false;
        }

        foreach (var pattern in _snis!)
        {
            if (MatchesHost(pattern, sni.AsSpan().TrimEnd('.')))
            {
                return true;
            }
        }

        return false;
    }
}
