using System.Globalization;
using System.Text;

namespace Gateway.Core.Logging.Redaction.Detectors;

/// <summary>Finds one kind of secret in time that grows with the length of the text alone.</summary>
internal abstract class Detector(string name) : ITextRule
{
    /// <summary>Characters of <c>u002B</c>.</summary>
    protected const int EscapeLength = 5;

    private readonly string _replacement = RedactionPath.Replacement(name);

    public string Name { get; } = name;

    public virtual IReadOnlyList<string> Anchors => [];

    public string Replace(string text)
    {
        StringBuilder? changed = null;
        var copied = 0;
        while (Find(text, copied) is { Length: > 0 } hit)
        {
            changed ??= new StringBuilder(text.Length);
            changed.Append(text, copied, hit.Start - copied).Append(_replacement);
            copied = hit.Start + hit.Length;
        }

        return changed is null ? text : changed.Append(text, copied, text.Length - copied).ToString();
    }

    /// <returns>The first secret at or after <paramref name="from"/>; a length of 0 for none.</returns>
    protected abstract Hit Find(ReadOnlySpan<char> text, int from);

    /// <summary>
    /// Whether a secret may begin here: not within a word. What agents send is often JSON within a string of JSON; there the letter of
    /// <c>\n</c> stands before a secret without being part of a word, and the digits of <c>\u0022</c>.
    /// </summary>
    protected static bool IsStart(ReadOnlySpan<char> text, int start) =>
        start == 0 || !char.IsAsciiLetterOrDigit(text[start - 1]) || IsEscape(text, start - 1)
        || (start > EscapeLength && text[start - EscapeLength - 1] == '\\' && Escaped(text[(start - EscapeLength)..start]) is { } before && !char.IsAsciiLetterOrDigit(before));

    /// <summary>
    /// Whether the letter at this place is that of an escape such as <c>\n</c>. Each level of JSON within JSON doubles the backslashes before
    /// it, and how deep a text stands nobody can tell: any number of them will do.
    /// </summary>
    protected static bool IsEscape(ReadOnlySpan<char> text, int letter) =>
        text[letter] is 'n' or 'r' or 't' or 'b' or 'f' && letter > 0 && text[letter - 1] == '\\';

    /// <summary>The character that a JSON escape such as <c>u002B</c>, without its backslashes, stands for; null when this is none.</summary>
    protected static char? Escaped(ReadOnlySpan<char> text) =>
        text.Length >= EscapeLength && text[0] == 'u'
        && ushort.TryParse(text[1..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            ? (char)code
            : null;

    protected readonly record struct Hit(int Start, int Length);
}
