using System.Buffers;

namespace Gateway.Core.Logging.Redaction.Detectors;

/// <summary>What follows <c>Bearer</c> where that introduces a credential (RFC 6750, section 2.1); the word stays.</summary>
internal sealed class BearerDetector(string name) : Detector(name)
{
    private const string Word = "bearer";

    private const int Shortest = 16;

    private static readonly SearchValues<string> Words = SearchValues.Create([Word], StringComparison.OrdinalIgnoreCase);

    public override IReadOnlyList<string> Anchors { get; } = [Word];

    protected override Hit Find(ReadOnlySpan<char> text, int from)
    {
        while (text[from..].IndexOfAny(Words) is >= 0 and var next)
        {
            var start = from + next + Word.Length;
            from = start;
            while (start < text.Length && text[start] == ' ')
            {
                start++;
            }

            var end = start;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '-' or '.' or '_' or '~' or '+' or '/' or '='))
            {
                end++;
            }

            // Without a digit it is the rest of a sentence.
            if (start > from && end - start >= Shortest && text[start..end].ContainsAnyInRange('0', '9'))
            {
                return new Hit(start, end - start);
            }
        }

        return default;
    }
}
