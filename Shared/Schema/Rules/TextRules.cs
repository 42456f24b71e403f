using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.Shared.Schema;

/// <summary>Names of entities: UTF-8; of ASCII only letters, digits, <c>.</c>, <c>-</c>, <c>_</c> and <c>~</c>.</summary>
public sealed class NameRule : IValueRule
{
    public string? Check(string text)
    {
        foreach (var c in text)
        {
            if (char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_' or '~'))
            {
                return $"invalid value '{text}': the only accepted ascii characters are alphanumerics or ., -, _, and ~";
            }
        }

        return null;
    }
}

/// <summary>Tags: printable, without the separators of the tag filter, <c>,</c> and <c>/</c>.</summary>
public sealed class TagRule : IValueRule
{
    public string? Check(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is ',' or '/' || Rune.IsControl(rune) || rune == Rune.ReplacementChar)
            {
                return $"invalid tag '{text}': expected printable ascii (except `,` and `/`) or valid utf-8 sequences";
            }
        }

        return null;
    }
}

/// <summary>HTTP methods: upper-case letters.</summary>
public sealed partial class HttpMethodRule : IValueRule
{
    public string? Check(string text) => Pattern().IsMatch(text) ? null : $"invalid value: {text}";

    [GeneratedRegex("^[A-Z]+\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}

/// <summary>Names of headers: HTTP tokens.</summary>
public sealed class HeaderNameRule : IValueRule
{
    public string? Check(string text) => IsToken(text) ? null : $"bad header name '{text}', allowed characters are letters, digits and !#$%&'*+-.^_`|~";

    internal static bool IsToken(string text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return text.Length > 0;
    }
}

/// <summary>Texts that end up in a header or in a line of a log: no control characters but the tab.</summary>
public sealed class OneLineRule : IValueRule
{
    public string? Check(string text) => text.Any(c => char.IsControl(c) && c != '\t') ? "must not contain line breaks or other control characters" : null;
}

/// <summary>Names of cookies: HTTP tokens.</summary>
public sealed class CookieNameRule : IValueRule
{
    public string? Check(string text) => HeaderNameRule.IsToken(text) ? null : $"bad cookie name '{text}', allowed characters are letters, digits and !#$%&'*+-.^_`|~";
}

/// <summary>Prefixes of vaults: <c>^[a-z][a-z0-9-]*[a-z0-9]$</c>, and not the name of a vault type.</summary>
public sealed partial class VaultPrefixRule : IValueRule
{
    private static readonly string[] Types = ["aws", "azure", "conjur", "env", "file", "gcp", "hcv"];

    public string? Check(string text) => Types.Contains(text)
        ? $"must not be one of: {string.Join(", ", Types)}"
        : Pattern().IsMatch(text) ? null : $"invalid value: {text}";

    [GeneratedRegex("^[a-z][a-z0-9-]*[a-z0-9]\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}

/// <summary>Prefix of environment variables.</summary>
public sealed partial class EnvPrefixRule : IValueRule
{
    public string? Check(string text) => Pattern().IsMatch(text) ? null : $"invalid value: {text}";

    [GeneratedRegex("^[A-Za-z_-][A-Za-z0-9_-]*\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
