namespace Gateway.Core.Logging.Redaction.Detectors;

/// <summary>
/// Numbers of payment cards: lengths and first digits of the large networks, a check digit by Luhn (ISO/IEC 7812-1), in one piece or in
/// groups with the same blank or hyphen between them.
/// </summary>
internal sealed class CardDetector(string name) : Detector(name)
{
    private const int Shortest = 13;

    private const int Longest = 19;

    private const int ShortestGroup = 3;

    protected override Hit Find(ReadOnlySpan<char> text, int from)
    {
        while (text[from..].IndexOfAnyInRange('0', '9') is >= 0 and var next)
        {
            var start = from + next;
            var end = Read(text, start, out var isCard);
            if (isCard && IsStart(text, start) && (start == 0 || text[start - 1] is not ('.' or '_')))
            {
                return new Hit(start, end - start);
            }

            // On behind the first group: the next may begin a number of its own.
            from = start;
            while (from < text.Length && char.IsAsciiDigit(text[from]))
            {
                from++;
            }
        }

        return default;
    }

    /// <returns>Where the number that starts here ends.</returns>
    private static int Read(ReadOnlySpan<char> text, int start, out bool isCard)
    {
        isCard = false;
        Span<byte> digits = stackalloc byte[Longest];
        var (count, group, separator, best) = (0, 0, '\0', 0);
        var at = start;
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (char.IsAsciiDigit(c))
            {
                if (count == Longest)
                {
                    return best;
                }

                digits[count++] = (byte)(c - '0');
                group++;
                var isEnd = at + 1 == text.Length || !(char.IsAsciiLetterOrDigit(text[at + 1]) || text[at + 1] == '_');
                if (isEnd && group >= ShortestGroup && IsNumber(digits[..count]))
                {
                    (isCard, best) = (true, at + 1);
                }
            }
            else if (c is ' ' or '-' && (separator == '\0' || separator == c) && group >= ShortestGroup)
            {
                (separator, group) = (c, 0);
            }
            else
            {
                break;
            }
        }

        return best;
    }

    private static bool IsNumber(ReadOnlySpan<byte> digits)
    {
        if (digits.Length < Shortest)
        {
            return false;
        }

        var two = (digits[0] * 10) + digits[1];
        var four = (two * 100) + (digits[2] * 10) + digits[3];
        var fits = digits[0] switch
        {
            2 => four is >= 2221 and <= 2720 && digits.Length == 16,
            3 => (two is 34 or 37 && digits.Length == 15) || (two is 30 or 36 or 38 && digits.Length == 14) || (two == 35 && digits.Length >= 16),
            4 => digits.Length is 13 or 16 or 19,
            5 => two is >= 51 and <= 55 && digits.Length == 16,
            6 => (four == 6011 || two is 62 or 64 or 65) && digits.Length >= 16,
            _ => false,
        };
        return fits && HasCheckDigit(digits);
    }

    private static bool HasCheckDigit(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = (int)digits[^(i + 1)];
            sum += i % 2 == 0 ? digit : digit * 2 > 9 ? (digit * 2) - 9 : digit * 2;
        }

        return sum % 10 == 0;
    }
}
