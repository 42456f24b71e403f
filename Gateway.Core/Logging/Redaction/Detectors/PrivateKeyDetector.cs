namespace Gateway.Core.Logging.Redaction.Detectors;

/// <summary>Private keys in PEM blocks (RFC 7468) and those of OpenSSH and PGP. A block whose end is not there goes as far as what can stand in one.</summary>
internal sealed class PrivateKeyDetector(string name) : Detector(name)
{
    private const string Begin = "-----BEGIN ";

    private const string End = "-----END ";

    private const string Dashes = "-----";

    private const int LongestLabel = 64;

    public override IReadOnlyList<string> Anchors { get; } = [Begin];

    protected override Hit Find(ReadOnlySpan<char> text, int from)
    {
        while (text[from..].IndexOf(Begin, StringComparison.Ordinal) is >= 0 and var next)
        {
            var start = from + next;
            from = start + Begin.Length;
            if (Label(text[from..]).Contains("PRIVATE KEY", StringComparison.Ordinal))
            {
                var block = Block(text[from..]);
                var end = block.IndexOf(End, StringComparison.Ordinal);
                var close = end < 0 ? -1 : block[(end + End.Length)..].IndexOf(Dashes, StringComparison.Ordinal);
                return new Hit(start, Begin.Length + (close < 0 ? block.Length : end + End.Length + close + Dashes.Length));
            }
        }

        return default;
    }

    /// <summary>The text as far as it can belong to the block; not the end of a JSON string in which it stands, however deep.</summary>
    private static ReadOnlySpan<char> Block(ReadOnlySpan<char> text)
    {
        var end = 0;
        while (end < text.Length)
        {
            var next = end;
            while (next < text.Length && text[next] == '\\')
            {
                next++;
            }

            if (next == text.Length || !IsBlock(text[next]) || (next > end && Escaped(text[next..]) is { } escaped && !IsBlock(escaped)))
            {
                break;
            }

            end = next + 1;
        }

        return text[..end];
    }

    private static bool IsBlock(char c) => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '=' or '-' or ':' or ',' or '.' or ' ' or '\n' or '\r' or '\t';

    private static ReadOnlySpan<char> Label(ReadOnlySpan<char> text)
    {
        var near = text[..Math.Min(text.Length, LongestLabel)];
        var end = near.IndexOf(Dashes, StringComparison.Ordinal);
        return end < 0 ? near : near[..end];
    }
}
