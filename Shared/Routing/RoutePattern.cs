using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.Shared.Routing;

/// <summary>
/// Compiles and reads the regular expressions of routes. Each must be fit for the linear-time engine, so that no request can make one
/// run away; what that engine does not know (lookarounds, backreferences) is refused when the route is written.
/// Requests are matched by <see cref="RouteExpression"/>.
/// </summary>
public static class RoutePattern
{
    /// <summary>Longest accepted expression, in characters.</summary>
    public const int MaxLength = 1024;

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>Characters that mean something other than themselves in an expression.</summary>
    private static readonly SearchValues<char> Special = SearchValues.Create("\\*+?|{[()^$.");

    /// <summary>Compiles the pattern of a path, anchored at its start and not at its end.</summary>
    /// <param name="pattern">The expression without the leading <c>~</c>.</param>
    public static bool TryCompilePath(string pattern, [NotNullWhen(true)] out Regex? regex, out string? error) =>
        TryCompileShort(OfPath(pattern), pattern, out regex, out error);

    /// <summary>Compiles the pattern of a header value (after <c>~*</c>); searched, lower case.</summary>
    public static bool TryCompileHeader(string pattern, [NotNullWhen(true)] out Regex? regex, out string? error) =>
        TryCompileShort(OfHeader(pattern), pattern, out regex, out error);

    /// <summary>Compiles an expression that must match a whole text, such as the origins of cors.</summary>
    public static bool TryCompileWhole(string pattern, [NotNullWhen(true)] out Regex? regex, out string? error) =>
        TryCompileShort(OfWhole(pattern), pattern, out regex, out error);

    /// <summary>The text every match must begin with, up to the first character that is no literal; used to index expressions.</summary>
    public static string LiteralPrefix(string pattern)
    {
        if (HasAlternatives(ToDotNet(pattern)))
        {
            return "";
        }

        var literal = new StringBuilder();
        var i = 0;
        for (; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\' && i + 1 < pattern.Length && (char.IsPunctuation(pattern[i + 1]) || char.IsSymbol(pattern[i + 1])))
            {
                i++;
            }
            else if (Special.Contains(pattern[i]))
            {
                break;
            }

            literal.Append(pattern[i]);
        }

        // A quantifier can make the character before it optional, and it may stand behind a comment.
        if (literal.Length > 0 && i < pattern.Length && (pattern[i] is '?' or '*' or '{' || pattern.AsSpan(i).StartsWith("(?#")))
        {
            literal.Length--;
        }

        return literal.ToString();
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
        foreach (var i in Structure(pattern))
        {
            if (pattern[i] != '(')
            {
                continue;
            }

            if (!pattern.AsSpan(i + 1).StartsWith("?"))
            {
                groups.Add((++unnamed).ToString(System.Globalization.CultureInfo.InvariantCulture));
            }
            else if (i + 3 < pattern.Length && pattern[i + 2] is '<' or '\'' && pattern[i + 3] is not ('=' or '!'))
            {
                groups.Add(pattern[(i + 3)..pattern.IndexOf(pattern[i + 2] == '<' ? '>' : '\'', i + 3)]);
            }
        }

        return groups;
    }

    internal static string OfPath(string pattern) => $"^(?:{ToDotNet(pattern)})";

    internal static string OfWhole(string pattern) => $"^(?:{ToDotNet(pattern)})\\z";

    [SuppressMessage("Globalization", "CA1308", Justification = "Header values compare in lower case, as Kong Gateway does.")]
    internal static string OfHeader(string pattern) => ToDotNet(pattern.ToLowerInvariant());

    /// <summary>Compiles for the linear-time engine.</summary>
    internal static bool TryCompile(string pattern, [NotNullWhen(true)] out Regex? regex, out string? error)
    {
        regex = null;
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
            error = "lookarounds, backreferences, atomic groups and huge repetitions are not supported, because they could take too long";
        }

        return false;
    }

    private static bool TryCompileShort(string pattern, string written, [NotNullWhen(true)] out Regex? regex, out string? error)
    {
        if (written.Length <= MaxLength)
        {
            return TryCompile(pattern, out regex, out error);
        }

        regex = null;
        error = $"the expression is longer than {MaxLength} characters";
        return false;
    }

    /// <summary>Whether the whole expression is a choice, such as <c>/a|/b</c>; one inside a group does not count.</summary>
    private static bool HasAlternatives(string pattern)
    {
        if (!pattern.Contains('|', StringComparison.Ordinal))
        {
            return false;
        }

        // With (?x) a parenthesis may stand in a comment: better no literal than a wrong one.
        if (pattern.Contains('#', StringComparison.Ordinal))
        {
            return true;
        }

        var depth = 0;
        foreach (var i in Structure(pattern))
        {
            depth += pattern[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (pattern[i] == '|' && depth == 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Places of the characters that are neither escaped nor inside a character class or a comment.</summary>
    private static IEnumerable<int> Structure(string pattern)
    {
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var rest = pattern.AsSpan(i);
            if (rest[0] == '\\')
            {
                i++;
            }
            else if (inClass)
            {
                inClass = rest[0] != ']';
            }
            else if (rest[0] == '[')
            {
                inClass = true;
                i += rest.StartsWith("[^]") ? 2 : rest.StartsWith("[]") ? 1 : 0;
            }
            else if (rest.StartsWith("(?#"))
            {
                i += Math.Max(0, rest.IndexOf(')'));
            }
            else
            {
                yield return i;
            }
        }
    }

    private static string ToDotNet(string pattern)
    {
        var text = pattern.Replace("(?P<", "(?<", StringComparison.Ordinal);
        return text.Contains("[:", StringComparison.Ordinal) ? WithoutNamedClasses(text) : text;
    }

    private static string WithoutNamedClasses(string pattern)
    {
        var written = new StringBuilder();
        var inClass = false;
        for (var i = 0; i < pattern.Length;)
        {
            var rest = pattern.AsSpan(i);
            if (inClass && PosixClasses.Translate(rest, out var length) is { } ranges)
            {
                written.Append(ranges);
                i += length;
                continue;
            }

            // A bracket that is escaped, or the first in a class, stands for itself.
            var taken = rest[0] == '\\' ? 2 : !inClass && rest.StartsWith("[^]") ? 3 : !inClass && rest.StartsWith("[]") ? 2 : 1;
            inClass = inClass ? rest[0] != ']' : rest[0] == '[';
            written.Append(rest[..Math.Min(taken, rest.Length)]);
            i += taken;
        }

        return written.ToString();
    }
}
