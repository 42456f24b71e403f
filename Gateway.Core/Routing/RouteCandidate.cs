using System.Text.RegularExpressions;
using Gateway.Shared.Contracts;
using Microsoft.Extensions.Primitives;

namespace Gateway.Core.Routing;

/// <summary>
/// One way to match a route: all its conditions with one group of its paths. A route whose paths mix expressions and prefixes of
/// several lengths has several candidates, because these rank differently.
/// </summary>
internal sealed class RouteCandidate
{
    private readonly HashSet<string>? _methods;
    private readonly HeaderCondition[] _headers;
    private readonly IReadOnlyList<string>? _snis;
    private readonly IReadOnlyList<string>? _hosts;
    private readonly bool _hostsNeedPort;
    private readonly IReadOnlyList<string> _groups;

    public RouteCandidate(RouteConfig route, ServiceConfig? service, string? prefix, Regex? regex, ulong key)
    {
        Route = route;
        Service = service;
        Regex = regex;
        _groups = regex is null ? [] : RoutePattern.GroupsInOrder(regex);
        Key = key;
        _methods = route.Methods is { Count: > 0 } methods ? [.. methods] : null;
        _headers = route.Headers is { Count: > 0 } headers ? [.. headers.Select(h => new HeaderCondition(h.Key, h.Value))] : [];
        _snis = route.Snis is { Count: > 0 } snis ? snis : null;
        _hosts = route.Hosts is { Count: > 0 } hosts ? hosts : null;
        _hostsNeedPort = _hosts?.Any(h => SplitPort(h).Port is not null) ?? false;
        Whole = regex is null ? new RouteMatch(route, service, prefix ?? "", null) : null;
    }

    public RouteConfig Route { get; }

    public ServiceConfig? Service { get; }

    /// <summary>Order among candidates, higher first; see <see cref="RouteKey"/>.</summary>
    public ulong Key { get; }

    /// <summary>The expression of the path; null for prefixes and for routes without a path.</summary>
    public Regex? Regex { get; }

    /// <summary>Place in the order of all candidates, 0 first; set by the router.</summary>
    public int Rank { get; set; }

    /// <summary>The match as it is returned for a prefix, made once; null for expressions.</summary>
    public RouteMatch? Whole { get; }

    /// <summary>Checks the conditions that the index has not. Host names and prefixes have matched already.</summary>
    public RouteMatch? Test(in RouteRequest request)
    {
        if (_methods is not null && !_methods.Contains(request.Method))
        {
            return null;
        }

        if (_hostsNeedPort && !MatchesHostAndPort(request.Host, request.Port))
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

        return Whole ?? TestExpression(request.Path);
    }

    internal static (string Name, int? Port) SplitPort(string host)
    {
        var colon = host.LastIndexOf(':');
        return colon > 0 && !host.EndsWith(']') && int.TryParse(host.AsSpan(colon + 1), out var port) ? (host[..colon], port) : (host, null);
    }

    internal static bool MatchesHost(string pattern, string host) =>
        pattern.StartsWith('*') ? host.Length > pattern.Length - 1 && host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
        : pattern.EndsWith('*') ? host.Length > pattern.Length - 1 && host.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase)
        : host.Equals(pattern, StringComparison.OrdinalIgnoreCase);

    private RouteMatch? TestExpression(string path)
    {
        Match match;
        try
        {
            match = Regex!.Match(path);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }

        if (!match.Success)
        {
            return null;
        }

        Dictionary<string, string>? captures = null;
        for (var i = 0; i < _groups.Count; i++)
        {
            if (match.Groups[_groups[i]] is not { Success: true } group)
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
        foreach (var pattern in _hosts!)
        {
            var (name, wanted) = SplitPort(pattern);
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
            if (MatchesHost(pattern.TrimEnd('.'), sni.TrimEnd('.')))
            {
                return true;
            }
        }

        return false;
    }

    private sealed class HeaderCondition
    {
        private readonly string[] _values;
        private readonly Regex[] _patterns;

        public HeaderCondition(string name, IReadOnlyList<string> values)
        {
            Name = name;
            _values = [.. values.Where(v => !v.StartsWith("~*", StringComparison.Ordinal))];
            _patterns = [.. values
                .Where(v => v.StartsWith("~*", StringComparison.Ordinal))
                .Select(v => RoutePattern.TryCompileHeader(v[2..], out var regex, out _) ? regex : null)
                .OfType<Regex>()];
        }

        public string Name { get; }

        public bool Holds(StringValues actual)
        {
            foreach (var value in actual)
            {
                if (value is null)
                {
                    continue;
                }

                foreach (var wanted in _values)
                {
                    if (value.Equals(wanted, StringComparison.OrdinalIgnoreCase))
                    {
                        return true;
                    }
                }

                foreach (var pattern in _patterns)
                {
                    // The expressions were lower-cased too: that is how they compare.
                    if (IsMatch(pattern, value))
                    {
                        return true;
                    }
                }
            }

            return false;
        }

        [System.Diagnostics.CodeAnalysis.SuppressMessage("Globalization", "CA1308", Justification = "Header values compare in lower case, as Kong Gateway does.")]
        private static bool IsMatch(Regex pattern, string value)
        {
            try
            {
                return pattern.IsMatch(value.ToLowerInvariant());
            }
            catch (RegexMatchTimeoutException)
            {
                return false;
            }
        }
    }
}
