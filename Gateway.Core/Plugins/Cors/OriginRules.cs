using System.Buffers;

namespace Gateway.Core.Plugins.Cors;

/// <summary>The origins of a cors plugin, made ready to compare.</summary>
internal sealed class OriginRules
{
    /// <summary>No real origin is longer: a host name has 253 characters at most.</summary>
    private const int MaxLength = 512;

    private static readonly SearchValues<char> Literal = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.:/-");

    private readonly Entry[] _entries;

    public OriginRules(IReadOnlyList<string>? origins)
    {
        AllowsAll = origins is null or { Count: 0 } or ["*"];
        Fixed = origins is [var only] && IsLiteral(only) ? only : null;
        _entries = AllowsAll ? [] : [.. origins!.Select(Entry.Of)];
    }

    /// <summary>Whether the configuration names no particular origin.</summary>
    public bool AllowsAll { get; }

    /// <summary>The only origin, where it is written out: answers name it, whoever calls.</summary>
    public string? Fixed { get; }

    public static bool IsLiteral(string entry) => entry.AsSpan().IndexOfAnyExcept(Literal) < 0;

    public bool Allows(string origin)
    {
        if (AllowsAll)
        {
            return true;
        }

        if (origin.Length is 0 or > MaxLength)
        {
            return false;
        }

        var normal = WithoutDefaultPort(origin);
        var host = HostOf(normal);
        foreach (var entry in _entries)
        {
            if (entry.Matches(entry.IsHost ? host : normal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Browsers leave it out; configurations may name it.</summary>
    private static string WithoutDefaultPort(string origin) =>
        origin.StartsWith("https://", StringComparison.OrdinalIgnoreCase) && origin.EndsWith(":443", StringComparison.Ordinal) ? origin[..^4]
        : origin.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && origin.EndsWith(":80", StringComparison.Ordinal) ? origin[..^3]
        : origin;

    private static string HostOf(string origin)
    {
        var start = origin.IndexOf("://", StringComparison.Ordinal);
        var authority = start < 0 ? origin : origin[(start + 3)..];
        var colon = authority.LastIndexOf(':');
        return colon < 0 || authority.EndsWith(']') ? authority : authority[..colon];
    }

    /// <param name="Literal">The whole text, or null where <paramref name="Pattern"/> says it.</param>
    /// <param name="Pattern">Null with <paramref name="Literal"/> null as well: every origin.</param>
    /// <param name="IsHost">Whether the entry speaks of the host alone: it has no colon.</param>
    private sealed record Entry(string? Literal, RouteExpression? Pattern, bool IsHost)
    {
        public static Entry Of(string text)
        {
            var isHost = !text.Contains(':', StringComparison.Ordinal);
            return text == "*" ? new Entry(null, null, false)
                : IsLiteral(text) ? new Entry(WithoutDefaultPort(text), null, isHost)
                : RouteExpression.ForWhole(text) is { } expression ? new Entry(null, expression, isHost)
                : new Entry("", null, isHost);
        }

        public bool Matches(string text) => Literal is not null
            ? Literal.Equals(text, StringComparison.OrdinalIgnoreCase)
            : Pattern is null || Pattern.IsMatch(text);
    }
}
