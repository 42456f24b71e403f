namespace Gateway.Core.Logging.Redaction.Detectors;

/// <summary>JSON web tokens: two or more parts in base64url, the first an object (<c>eyJ</c> is how <c>{"</c> is written).</summary>
internal sealed class JwtDetector(string name) : Detector(name)
{
    private const string Anchor = "eyJ";

    private const int ShortestPart = 10;

    /// <summary>A text that was cut within the first part of a token ends like this.</summary>
    private const int ShortestRest = 30;

    public override IReadOnlyList<string> Anchors { get; } = [Anchor];

    protected override Hit Find(ReadOnlySpan<char> text, int from)
    {
        while (text[from..].IndexOf(Anchor, StringComparison.Ordinal) is >= 0 and var next)
        {
            var start = from + next;
            from = start + Anchor.Length;
            if (!IsStart(text, start))
            {
                continue;
            }

            var first = EndOfPart(text, start);
            from = first;
            if (first == text.Length && first - start >= ShortestRest)
            {
                return new Hit(start, first - start);
            }

            var end = first;
            for (var part = 1; part < 5 && end < text.Length && text[end] == '.'; part++)
            {
                end = EndOfPart(text, end + 1);
            }

            if (first - start >= ShortestPart && end - first > ShortestPart)
            {
                return new Hit(start, end - start);
            }
        }

        return default;
    }

    private static int EndOfPart(ReadOnlySpan<char> text, int end)
    {
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '-' or '_'))
        {
            end++;
        }

        return end;
    }
}
