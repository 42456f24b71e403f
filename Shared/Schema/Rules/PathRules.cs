using System.Text.RegularExpressions;
using Gateway.Shared.Routing;

namespace Gateway.Shared.Schema;

/// <summary>A path: begins with <c>/</c>, no empty segments, characters of RFC 3986 only.</summary>
public sealed partial class PathRule : IValueRule
{
    public string? Check(string text)
    {
        if (text[0] != '/')
        {
            return "should start with: /";
        }

        if (text.Contains("//", StringComparison.Ordinal))
        {
            return "must not have empty segments";
        }

        if (!Allowed().IsMatch(text))
        {
            return $"invalid path: '{text}' (characters outside of the reserved list of RFC 3986 found)";
        }

        return BadTriplet().Match(text) is { Success: true } match ? $"invalid url-encoded value: '{match.Value}'" : null;
    }

    [GeneratedRegex("^[A-Za-z0-9._~/%!$&'()*+,;=:@-]*\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Allowed();

    [GeneratedRegex("%(?![0-9A-Fa-f]{2}).{0,2}", RegexOptions.CultureInvariant)]
    private static partial Regex BadTriplet();
}

/// <summary>A path of a route: a prefix in normal form, or <c>~/</c> and a regular expression for the linear-time engine.</summary>
public sealed class RoutePathRule : IValueRule
{
    public string? Check(string text)
    {
        if (text.StartsWith("~/", StringComparison.Ordinal))
        {
            return RoutePattern.TryCompilePath(text[1..], out _, out var fault) ? null : $"invalid regex: '{text[1..]}' ({fault})";
        }

        if (text[0] != '/')
        {
            return "should start with: / (fixed path) or ~/ (regex path)";
        }

        if (text.Contains("//", StringComparison.Ordinal))
        {
            return "must not have empty segments";
        }

        var normal = RequestPath.Normalise(text);
        return normal == text ? null : $"non-normalized path, consider use '{normal}' instead";
    }
}

/// <summary>A header that a route looks at: any but Host.</summary>
public sealed class RouteHeaderNameRule : IValueRule
{
    private static readonly HeaderNameRule Token = new();

    public string? Check(string text) => text.Equals("host", StringComparison.OrdinalIgnoreCase)
        ? "cannot contain 'host' header, which must be specified in the 'hosts' attribute"
        : Token.Check(text);
}

/// <summary>A header value that a route looks for: literal, or <c>~*</c> and a regular expression.</summary>
public sealed class RouteHeaderValueRule : IValueRule
{
    private static readonly OneLineRule OneLine = new();

    public string? Check(string text) => text.StartsWith("~*", StringComparison.Ordinal) && !RoutePattern.TryCompileHeader(text[2..], out _, out var fault)
        ? $"invalid regex: '{text[2..]}' ({fault})"
        : OneLine.Check(text);
}
