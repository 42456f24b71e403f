using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace Gateway.Core.Llm.Pricing;

/// <summary>
/// Which models a price is for. A plain name means the model and its dated releases (<c>gpt-4o</c> also <c>gpt-4o-2024-08-06</c>, but
/// not <c>gpt-4o-mini</c>); <c>*</c> stands for anything. Letter case does not matter.
/// </summary>
internal static partial class ModelPattern
{
    /// <summary>How closely a pattern fits: the more of the name it spells out, the higher; null when it does not.</summary>
    public static int? Fit(string pattern, string model)
    {
        if (pattern.Contains('*', StringComparison.Ordinal))
        {
            return FileSystemName.MatchesSimpleExpression(pattern, model) ? (pattern.Length - pattern.Count(c => c == '*')) * 3 : null;
        }

        if (!model.StartsWith(pattern, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return model.Length == pattern.Length ? (pattern.Length * 3) + 2
            : Release().IsMatch(model.AsSpan(pattern.Length)) ? (pattern.Length * 3) + 1
            : null;
    }

    [GeneratedRegex("""^[-@](\d{4}-\d{2}-\d{2}|\d{8}|\d{4}|latest)$""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Release();
}
