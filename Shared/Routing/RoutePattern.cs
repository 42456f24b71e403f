using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Gateway.Shared.Routing;

/// <summary>
/// Compiles the regular expressions of routes. They run in the linear-time engine, so no request can make one run away; what that
/// engine does not know (lookarounds, backreferences) is refused when the route is written.
/// </summary>
public static class RoutePattern
{
    /// <summary>Longest accepted expression, in characters.</summary>
    public const int MaxLength = 1024;

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>Compiles the pattern of a path, anchored at its start and not at its end.</summary>
    /// <param name="pattern">The expression without the leading <c>~</c>.</param>
    public static bool TryCompilePath(string pattern, [NotNullWhen(true)] out Regex? regex, out string? error) =>
        TryCompile($"^(?:{ToDotNet(pattern)})", pattern, out regex, out error);

    /// <summary>Compiles the pattern of a header value (after <c>~*</c>); searched, lower case.</summary>
    [SuppressMessage("Globalization", "CA1308", Justification = "Header values compare in lower case, as Kong Gateway does.")]
    public static bool TryCompileHeader(string pattern, [NotNullWhen(true)] out Regex? regex, out string? error) =>
        TryCompile(ToDotNet(pattern.ToLowerInvariant()), pattern, out regex, out error);

    /// <summary>The text every match must begin with; used to index expressions.</summary>
    public static string LiteralPrefix(string pattern)
    {
        var end = 0;
        while (end < pattern.Length && (char.IsAsciiLetterOrDigit(pattern[end]) || pattern[end] is '/' or '-' or '_' or '~' or '%'))
        {
            end++;
        }

        // A quantifier makes the character before it optional, an alternative anywhere makes the prefix meaningless.
        if (end < pattern.Length && pattern[end] is '?' or '*' or '{' && end > 0)
        {
            end--;
        }

        return pattern.Contains('|', StringComparison.Ordinal) ? "" : pattern[..end];
    }

    /// <summary>
    /// Names of the groups of a compiled expression by the place of their opening parenthesis, as PCRE counts them; .NET counts the
    /// named ones last. A group without a name is named by its .NET number.
    /// </summary>
    public static IReadOnlyList<string> GroupsInOrder(Regex regex)
    {
        var pattern = regex.ToString();
        var groups = new List<string>();
        var unnamed = 0;
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '\\')
            {
                i++;
            }
            else if (inClass)
            {
                inClass = c != ']';
            }
            else if (c == '[')
            {
                inClass = true;
                i += pattern.AsSpan(i + 1).StartsWith("^]") ? 2 : pattern.AsSpan(i + 1).StartsWith("]") ? 1 : 0;
            }
            else if (c == '(' && !pattern.AsSpan(i + 1).StartsWith("?"))
            {
                groups.Add((++unnamed).ToString(System.Globalization.CultureInfo.InvariantCulture));
            }
            else if (c == '(' && i + 3 < pattern.Length && pattern[i + 2] is '<' or '\'' && pattern[i + 3] is not ('=' or '!'))
            {
                groups.Add(pattern[(i + 3)..pattern.IndexOf(pattern[i + 2] == '<' ? '>' : '\'', i + 3)]);
            }
        }

        return groups;
    }

    private static string ToDotNet(string pattern) => pattern.Replace("(?P<", "(?<", StringComparison.Ordinal);

    private static bool TryCompile(string pattern, string shown, [NotNullWhen(true)] out Regex? regex, out string? error)
    {
        regex = null;
        if (shown.Length > MaxLength)
        {
            error = $"the expression is longer than {MaxLength} characters";
            return false;
        }

        try
        {
            regex = new Regex(pattern, Options, TimeSpan.FromMilliseconds(100));
            error = null;
            return true;
        }
        catch (ArgumentException exception)
        {
            error = exception.Message;
        }
        catch (NotSupportedException)
        {
            error = "lookarounds, backreferences and atomic groups are not supported, because they have no upper bound of running time";
        }

        return false;
    }
}
