using System.Text;

namespace ConsoleWeb.Components.Controls;

/// <summary>
/// Text that came from outside, made safe to look at: control characters and marks that reorder a line are shown instead of obeyed, and
/// what is too long for a page is cut and says so. HTML needs nothing here; Blazor writes text as text.
/// </summary>
internal static class VisibleText
{
    /// <summary>Characters of one body that a page shows.</summary>
    public const int MaxShown = 256 * 1024;

    private const char ControlPictures = '\u2400';

    /// <returns>Empty for null.</returns>
    public static string Show(string? text, int max = MaxShown)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var length = Math.Min(text.Length, max);
        if (length < text.Length && char.IsHighSurrogate(text[length - 1]))
        {
            length--;
        }

        var first = FirstHidden(text, length);
        if (first < 0 && length == text.Length)
        {
            return text;
        }

        var shown = new StringBuilder(length + 64);
        for (var i = 0; i < length; i++)
        {
            Append(shown, text[i]);
        }

        if (length < text.Length)
        {
            shown.Append("\n… the first ").Append(Formats.Exact(length)).Append(" of ").Append(Formats.Exact(text.Length)).Append(" characters are shown");
        }

        return shown.ToString();
    }

    private static int FirstHidden(string text, int length)
    {
        for (var i = 0; i < length; i++)
        {
            if (IsControl(text[i]) || IsReordering(text[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private static void Append(StringBuilder shown, char character)
    {
        if (IsReordering(character))
        {
            shown.Append("⟨U+").Append(((int)character).ToString("X4", System.Globalization.CultureInfo.InvariantCulture)).Append('⟩');
        }
        else if (!IsControl(character))
        {
            shown.Append(character);
        }
        else
        {
            shown.Append(character switch
            {
                < ' ' => (char)(ControlPictures + character),
                '\u007f' => '\u2421',
                _ => '\ufffd',
            });
        }
    }

    private static bool IsControl(char character) => char.IsControl(character) && character is not ('\n' or '\t' or '\r');

    private static bool IsReordering(char character) =>
        character is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u200e' or '\u200f' or '\u061c';
}
