using Microsoft.Extensions.Options;

namespace Gateway.Core.Logging.Redaction;

/// <summary>What is taken out of the log beside what is set in the console, section <c>Gateway:Logs:Redaction</c>.</summary>
public sealed class RedactionOptions
{
    public const string Section = "Gateway:Logs:Redaction";

    /// <summary>Tried in order. At most 100.</summary>
    public IList<RedactionRule> Rules { get; set; } = [];
}

/// <summary>One rule; it has a path, a pattern or a header.</summary>
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
    /// A regular expression; what it matches within the text values of JSON, within a body that is no JSON, within an error or the value
    /// of a header, goes. It runs in linear time: no look-around, no references back. At most 1024 characters.
    /// </summary>
    public string? Pattern { get; set; }

    /// <summary>Name of a header of requests or answers whose whole value goes.</summary>
    public string? Header { get; set; }

    /// <summary>Ids of the AI plugins whose calls the rule is for; empty: for all traffic.</summary>
    public IList<Guid> Plugins { get; set; } = [];
}

/// <summary>Faulty rules stop the start and are named.</summary>
internal sealed class RedactionOptionsValidator : IValidateOptions<RedactionOptions>
{
    public ValidateOptionsResult Validate(string? name, RedactionOptions options)
    {
        var problems = options.Rules
            .SelectMany((rule, i) => RedactionRuleCheck.Find(rule).Select(p => FormattableString.Invariant($"{RedactionOptions.Section}:Rules:{i}:{p.Member}: {p.Problem}")))
            .ToList();
        if (options.Rules.Count > RedactionRuleCheck.MostRules)
        {
            problems.Add($"{RedactionOptions.Section}:Rules: at most {RedactionRuleCheck.MostRules}");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
