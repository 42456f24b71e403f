using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Gateway.Core.Routing;
using Gateway.Shared.Contracts;

namespace Gateway.Core.Tests.Routing;

/// <summary>
/// Routing as the specification words it, without any index: all virtual routes in order, tested one after the other. Slow and
/// obvious; shares no code with the product.
/// </summary>
internal static class ReferenceMatcher
{
    private static readonly ConcurrentDictionary<string, Regex> Compiled = new();

    public static (RouteConfig Route, string Consumed)? Match(
        IEnumerable<RouteConfig> routes, IReadOnlyDictionary<Guid, ServiceConfig> services, RouteRequest request)
    {
        var ordered = routes
            .Where(r => r.Service is null || services[r.Service.Id].Enabled)
            .Where(r => r.Protocols.Any(p => p is "http" or "https" or "grpc" or "grpcs"))
            .SelectMany(Expand)
            .OrderByDescending(v => Kinds(v.Route))
            .ThenByDescending(v => Any(v.Route.Hosts) && !v.Route.Hosts!.Any(h => h.Contains('*', StringComparison.Ordinal)))
            .ThenByDescending(v => v.Route.Headers?.Count ?? 0)
            .ThenByDescending(v => v.IsRegex)
            .ThenByDescending(v => v.IsRegex ? v.Route.RegexPriority : 0)
            .ThenByDescending(v => v.IsRegex ? 0 : v.Paths.FirstOrDefault("").Length)
            .ThenBy(v => v.Route.CreatedAt)
            .ThenBy(v => v.Route.Id.ToString(), StringComparer.Ordinal);
        foreach (var candidate in ordered)
        {
            if (Conditions(candidate.Route, request) && Consumed(candidate, request.Path) is { } consumed)
            {
                return (candidate.Route, consumed);
            }
        }

        return null;
    }

    /// <summary>One virtual route for all expressions, one per length of prefix.</summary>
    private static IEnumerable<Virtual> Expand(RouteConfig route) => Any(route.Paths)
        ? route.Paths!
            .GroupBy(p => p.StartsWith('~') ? -1 : p.Length)
            .Select(g => new Virtual(route, g.Key == -1, [.. g]))
        : [new Virtual(route, IsRegex: false, [])];

    private static int Kinds(RouteConfig route) =>
        new[] { Any(route.Methods), Any(route.Hosts), route.Headers?.Count > 0, Any(route.Paths), Any(route.Snis) }.Count(isSet => isSet);

    private static bool Any(IReadOnlyList<string>? list) => list is { Count: > 0 };

    private static bool Conditions(RouteConfig route, RouteRequest request) =>
        (!Any(route.Methods) || route.Methods!.Any(m => m == request.Method))
        && (!Any(route.Hosts) || route.Hosts!.Any(h => Host(h, request)))
        && (route.Headers is null || route.Headers.All(h => Header(h.Key, h.Value, request)))
        && (!Any(route.Snis) || !request.IsHttps || route.Snis!.Any(s => Name(s.TrimEnd('.'), request.Sni?.TrimEnd('.') ?? "")));

    private static bool Host(string wanted, RouteRequest request)
    {
        var parts = wanted.Split(':');
        return Name(parts[0], request.Host) && (parts.Length == 1 || parts[1] == $"{request.Port}");
    }

    private static bool Name(string wanted, string name) =>
        Expression("(?i)\\A" + Regex.Escape(wanted).Replace("\\*", ".+", StringComparison.Ordinal) + "\\z").IsMatch(name);

    private static bool Header(string name, IReadOnlyList<string> wanted, RouteRequest request) =>
        request.Headers.Where(h => Lower(h.Key) == Lower(name)).SelectMany(h => h.Value).Any(value => wanted.Any(w =>
            w.StartsWith("~*", StringComparison.Ordinal) ? Expression(Lower(w[2..])).IsMatch(Lower(value!)) : Lower(w) == Lower(value!)));

    private static string? Consumed(Virtual candidate, string path)
    {
        if (candidate.Paths.Count == 0)
        {
            return "";
        }

        return candidate.Paths
            .Select(p => p.StartsWith('~')
                ? Expression($"\\A(?:{p[1..].Replace("(?P<", "(?<", StringComparison.Ordinal)})").Match(path) is { Success: true } match ? match.Value : null
                : path.StartsWith(p, StringComparison.Ordinal) ? p : null)
            .FirstOrDefault(consumed => consumed is not null);
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Globalization", "CA1308", Justification = "The specification compares in lower case.")]
    private static string Lower(string text) => text.ToLowerInvariant();

    private static Regex Expression(string pattern) => Compiled.GetOrAdd(pattern, p => new Regex(p));

    private sealed record Virtual(RouteConfig Route, bool IsRegex, IReadOnlyList<string> Paths);
}
