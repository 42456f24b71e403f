using Gateway.Shared.Contracts;

namespace Gateway.Core.Routing;

/// <summary>
/// The order of routes packed in one number, most significant first: number of condition kinds, plain hosts before wildcards, number
/// of header names, expressions before prefixes, priority among expressions, length among prefixes.
/// </summary>
internal static class RouteKey
{
    public static ulong Of(RouteConfig route, bool isRegex, int prefixLength)
    {
        var kinds = 0UL;
        kinds += route.Methods is { Count: > 0 } ? 1UL : 0;
        kinds += route.Hosts is { Count: > 0 } ? 1UL : 0;
        kinds += route.Headers is { Count: > 0 } ? 1UL : 0;
        kinds += route.Paths is { Count: > 0 } ? 1UL : 0;
        kinds += route.Snis is { Count: > 0 } ? 1UL : 0;

        var hasPlainHosts = route.Hosts is { Count: > 0 } hosts && !hosts.Any(h => h.Contains('*', StringComparison.Ordinal));
        var headers = (ulong)Math.Min(255, route.Headers?.Keys.Distinct(StringComparer.OrdinalIgnoreCase).Count() ?? 0);
        // Flipping the sign bit keeps the order of negative numbers.
        var priority = isRegex ? (ulong)(uint)(route.RegexPriority ^ int.MinValue) : 0;
        var length = isRegex ? 0UL : (ulong)Math.Min(prefixLength, (1 << 19) - 1);
        return (kinds << 61) | (hasPlainHosts ? 1UL << 60 : 0) | (headers << 52) | (isRegex ? 1UL << 51 : 0) | (priority << 19) | length;
    }
}
