using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Logging.Redaction;

/// <summary>What is taken out of logged bodies before anybody logs them, section <c>Gateway:Logs:Redaction</c>. Without rules bodies stay as they are.</summary>
public sealed class RedactionOptions
{
    public const string Section = "Gateway:Logs:Redaction";

    /// <summary>Tried in order. At most 100.</summary>
    public IList<RedactionRule> Rules { get; set; } = [];
}

/// <summary>One rule; it has a path or a pattern.</summary>
public sealed class RedactionRule
{
    /// <summary>Stands in the place of what was taken out, as <c>[redacted:name]</c>: letters, digits, hyphens and underscores.</summary>
    public string Name { get; set; } = "";

    /// <summary>
    /// Members of a JSON body whose whole value goes: <c>messages[*].content</c>, <c>metadata.user_id</c>, <c>**.password</c>.
    /// <c>*</c> stands for any member or element, <c>**</c> for any number of them.
    /// </summary>
    public string? Path { get; set; }

    /// <summary>
    /// A regular expression; what it matches within the text values of JSON, or within a body that is no JSON, goes. It runs in linear
    /// time: no look-around, no references back. At most 1024 characters.
    /// </summary>
    public string? Pattern { get; set; }
}

/// <summary>Faulty rules stop the start and are named.</summary>
internal sealed partial class RedactionOptionsValidator : IValidateOptions<RedactionOptions>
{
    private const int MostRules = 100;

    private const int LongestPattern = 1024;

    public ValidateOptionsResult Validate(string? name, RedactionOptions options)
    {
        var problems = options.Rules.SelectMany((rule, i) => Check(rule).Select(p => FormattableString.Invariant($"{RedactionOptions.Section}:Rules:{i}:{p}"))).ToList();
        if (options.Rules.Count > MostRules)
        {
            problems.Add($"{RedactionOptions.Section}:Rules: at most {MostRules}");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Check(RedactionRule rule)
    {
        if (!Name().IsMatch(rule.Name))
        {
            yield return "Name: letters, digits, hyphens and underscores, at most 40";
        }

        if (string.IsNullOrEmpty(rule.Path) == string.IsNullOrEmpty(rule.Pattern))
        {
            yield return "Path: a rule has either a Path or a Pattern";
        }
        else if (rule.Pattern is { Length: > LongestPattern })
        {
            yield return $"Pattern: at most {LongestPattern} characters";
        }
        else if (rule.Pattern is { Length: > 0 } pattern && FindFault(pattern) is { } fault)
        {
            yield return "Pattern: " + fault;
        }
    }

    private static string? FindFault(string pattern)
    {
        try
        {
            return RedactionPattern.Compile(pattern).IsMatch("") ? "matches the empty text" : null;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return exception.Message;
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
