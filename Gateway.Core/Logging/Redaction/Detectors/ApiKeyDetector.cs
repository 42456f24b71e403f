using System.Buffers;

namespace Gateway.Core.Logging.Redaction.Detectors;

/// <summary>Keys that say by their prefix whose they are.</summary>
internal sealed class ApiKeyDetector(string name) : Detector(name)
{
    /// <summary>Characters of a key that are looked at, or a text of nothing but prefixes would be read again from each of them.</summary>
    private const int MostLooked = 64;

    private static readonly SearchValues<string> Prefixes = SearchValues.Create([.. KeyShape.Known.Select(k => k.Prefix)], StringComparison.Ordinal);

    public override IReadOnlyList<string> Anchors { get; } = [.. KeyShape.Known.Select(k => k.Prefix)];

    protected override Hit Find(ReadOnlySpan<char> text, int from)
    {
        while (text[from..].IndexOfAny(Prefixes) is >= 0 and var next)
        {
            var start = from + next;
            from = start + 1;
            if (IsStart(text, start) && Length(text[start..]) is > 0 and var length)
            {
                return new Hit(start, length);
            }
        }

        return default;
    }

    private static int Length(ReadOnlySpan<char> text)
    {
        foreach (var shape in KeyShape.Known)
        {
            if (!text.StartsWith(shape.Prefix, StringComparison.Ordinal))
            {
                continue;
            }

            var end = EndOfKey(text[..Math.Min(text.Length, MostLooked)], shape.Prefix.Length);

            if (shape.Fits(text[shape.Prefix.Length..end]))
            {
                return EndOfKey(text, end);
            }
        }

        return 0;
    }

    private static int EndOfKey(ReadOnlySpan<char> text, int end)
    {
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '-' or '_'))
        {
            end++;
        }

        return end;
    }
}
