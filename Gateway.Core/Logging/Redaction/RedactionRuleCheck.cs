using System.Text.RegularExpressions;

namespace Gateway.Core.Logging.Redaction;

/// <summary>What may be wrong with rules.</summary>
internal static partial class RedactionRuleCheck
{
    public const int MostRules = 100;

    private const int LongestText = 1024;

    /// <returns>Name of the member and what is wrong with it.</returns>
    public static IEnumerable<(string Member, string Problem)> Find(RedactionRule rule)
    {
        if (!Name().IsMatch(rule.Name))
        {
            yield return ("Name", "letters, digits, hyphens and underscores, at most 40");
        }

        var kinds = new[] { rule.Path, rule.Pattern, rule.Header }.Count(t => !string.IsNullOrEmpty(t));
        if (kinds != 1)
        {
            yield return ("Path", "a rule has either a Path or a Pattern or a Header");
            yield break;
        }

        if ((rule.Path ?? rule.Pattern ?? rule.Header)!.Length > LongestText || rule.Pattern is { Length: > LongestText })
        {
            yield return (rule.Pattern is { Length: > 0 } ? "Pattern" : rule.Path is { Length: > 0 } ? "Path" : "Header", $"at most {LongestText} characters");
        }
        else if (rule.Pattern is { Length: > 0 } pattern && FindFault(pattern) is { } fault)
        {
            yield return ("Pattern", fault);
        }
        else if (rule.Header is { Length: > 0 } header && !Header().IsMatch(header))
        {
            yield return ("Header", "the name of a header");
        }
    }

    private static string? FindFault(string pattern)
    {
        try
        {
            return RedactionPattern.Compile(pattern).IsMatch("") ? "matches the empty text" : null;
        }
        catch (NotSupportedException)
        {
            // The engine's own words name an option of .NET.
            return "look-around, references back, atomic groups and conditions are not possible: patterns run in linear time";
        }
        catch (ArgumentException exception)
        {
            return exception.Message;
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Header();
}
