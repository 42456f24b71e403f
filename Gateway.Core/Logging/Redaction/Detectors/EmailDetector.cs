namespace Gateway.Core.Logging.Redaction.Detectors;

/// <summary>E-mail addresses as people write them; quoted local parts and addresses without a domain of two labels are none.</summary>
internal sealed class EmailDetector(string name) : Detector(name)
{
    private const int LongestLocal = 64;

    private const int LongestDomain = 253;

    public override IReadOnlyList<string> Anchors { get; } = ["@"];

    protected override Hit Find(ReadOnlySpan<char> text, int from)
    {
        var look = from;
        while (text[look..].IndexOf('@') is >= 0 and var next)
        {
            var at = look + next;
            look = at + 1;
            var start = Start(text, Math.Max(from, at - LongestLocal), at);
            var end = End(text, at + 1);
            if (start < at && end > 0)
            {
                return new Hit(start, end - start);
            }
        }

        return default;
    }

    private static int Start(ReadOnlySpan<char> text, int least, int at)
    {
        var start = at;
        while (start > least)
        {
            if (IsLocal(text[start - 1]))
            {
                start--;
            }
            else if (text[start - 1] == '\\' && Escaped(text[start..at]) is { } escaped)
            {
                var before = text[..start].TrimEnd('\\').Length;
                if (before < least || !IsLocal(escaped))
                {
                    start += EscapeLength;
                    break;
                }

                start = before;
            }
            else
            {
                break;
            }
        }

        while (start < at && (text[start] == '.' || (start > 0 && IsEscape(text, start))))
        {
            start++;
        }

        return start;
    }

    private static bool IsLocal(char c) => char.IsLetterOrDigit(c) || c is '.' or '_' or '%' or '+' or '-';

    /// <returns>0 where no domain follows.</returns>
    private static int End(ReadOnlySpan<char> text, int start)
    {
        var last = Math.Min(text.Length, start + LongestDomain);
        var (end, lastDot, hasDot) = (start, start - 1, false);
        var fits = 0;
        for (; end < last && (char.IsLetterOrDigit(text[end]) || text[end] is '-' or '.'); end++)
        {
            if (text[end] == '.')
            {
                if (end == lastDot + 1)
                {
                    break;
                }

                (lastDot, hasDot) = (end, true);
            }
            else if (hasDot && IsTopLevel(text[(lastDot + 1)..(end + 1)]))
            {
                fits = end + 1;
            }
        }

        return fits;
    }

    /// <summary>Letters; a version number after the name of a package is no domain.</summary>
    private static bool IsTopLevel(ReadOnlySpan<char> label)
    {
        foreach (var c in label)
        {
            if (!char.IsLetter(c))
            {
                return false;
            }
        }

        return label.Length >= 2;
    }
}
