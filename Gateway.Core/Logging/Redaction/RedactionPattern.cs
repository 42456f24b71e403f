using System.Text.RegularExpressions;

namespace Gateway.Core.Logging.Redaction;

/// <summary>Replaces what a regular expression finds.</summary>
internal sealed class RedactionPattern(string name, string pattern) : ITextRule
{
    /// <summary>For one text. The engine is linear, so that only very long texts under very large patterns come near it.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly Regex _regex = Compile(pattern);
    private readonly string _replacement = RedactionPath.Replacement(name).Replace("$", "$$", StringComparison.Ordinal);

    public string Name { get; } = name;

    public IReadOnlyList<string> Anchors => [];

    /// <summary>Bodies are of strangers: only the engine whose time grows with their length alone.</summary>
    public static Regex Compile(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Limit);

    /// <exception cref="RegexMatchTimeoutException">It took too long; nobody knows whether there is something to take out.</exception>
    public string Replace(string text) => _regex.Replace(text, _replacement);
}
