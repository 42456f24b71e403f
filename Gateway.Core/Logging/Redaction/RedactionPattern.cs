using System.Text.RegularExpressions;

namespace Gateway.Core.Logging.Redaction;

/// <summary>Replaces what a regular expression finds.</summary>
internal sealed class RedactionPattern(string name, string pattern)
{
    private readonly Regex _regex = Compile(pattern);
    private readonly string _replacement = RedactionPath.Replacement(name).Replace("$", "$$", StringComparison.Ordinal);

    public string Name { get; } = name;

    /// <summary>Bodies are of strangers: only the engine whose time grows with their length alone.</summary>
    public static Regex Compile(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <returns>The same instance when nothing was found.</returns>
    public string Replace(string text) => _regex.Replace(text, _replacement);
}
