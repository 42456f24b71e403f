namespace ConsoleWeb.Components.Search;

/// <summary>How well a text answers what somebody typed, as people type into a search box: parts of words, their first letters, any order.</summary>
internal static class FuzzyText
{
    /// <summary>A better kind of match always wins over a better place.</summary>
    private const int Whole = 1000, Start = 800, Keyword = 700, WordStart = 600, Inside = 400, Scattered = 200;

    /// <param name="query">Words; each of them must be found somewhere.</param>
    /// <param name="title">What the reader sees; counts most.</param>
    /// <param name="more">What else describes it.</param>
    /// <returns>0: no match. More is better; words found in the title only count in full.</returns>
    public static int Score(string query, string title, string more)
    {
        var sum = 0;
        var words = query.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var word in words)
        {
            // Letters scattered over a long description are chance, over a name they are how people abbreviate.
            var score = Math.Max(OfWord(word, title, mayScatter: true), IsKeyword(word, more) ? Keyword : OfWord(word, more, mayScatter: false) / 2);
            if (score == 0)
            {
                return 0;
            }

            sum += score;
        }

        return words.Length == 0 ? 0 : sum / words.Length;
    }

    /// <summary>The parts of a title that the words of a query stand for, in order; the marked ones are shown in bold.</summary>
    public static IReadOnlyList<(string Text, bool IsMarked)> Mark(string query, string title)
    {
        var marked = new bool[title.Length];
        foreach (var word in query.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            foreach (var position in Positions(word, title))
            {
                marked[position] = true;
            }
        }

        var parts = new List<(string, bool)>();
        for (var start = 0; start < title.Length;)
        {
            var end = start + 1;
            while (end < title.Length && marked[end] == marked[start])
            {
                end++;
            }

            parts.Add((title[start..end], marked[start]));
            start = end;
        }

        return parts;
    }

    private static int OfWord(string word, string text, bool mayScatter)
    {
        if (text.Equals(word, StringComparison.OrdinalIgnoreCase))
        {
            return Whole;
        }

        var at = IndexOf(word, text);
        if (at >= 0)
        {
            return (at == 0 ? Start : IsWordStart(text, at) ? WordStart : Inside) - Math.Min(at, 100);
        }

        return mayScatter && FindScattered(word, text) is { } found ? Scattered - Math.Min(found[^1] - found[0] - word.Length + 1, 100) : 0;
    }

    /// <summary>Whether it is one of the other names of a thing, whole: <c>log</c> means the requests more than the audit log.</summary>
    private static bool IsKeyword(string word, string more)
    {
        foreach (var range in more.AsSpan().Split(' '))
        {
            if (more.AsSpan(range).Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<int> Positions(string word, string text) =>
        IndexOf(word, text) is >= 0 and var at ? Enumerable.Range(at, word.Length) : FindScattered(word, text) ?? [];

    /// <summary>The first place at the beginning of a word, else the first place.</summary>
    private static int IndexOf(string word, string text)
    {
        var first = text.IndexOf(word, StringComparison.OrdinalIgnoreCase);
        for (var at = first; at >= 0; at = text.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if (IsWordStart(text, at))
            {
                return at;
            }
        }

        return first;
    }

    /// <summary>The letters in order, the first of them at the start of a word and none after a gap inside a word: <c>cosv</c> is not <c>consumer vault</c>.</summary>
    private static List<int>? FindScattered(string word, string text)
    {
        for (var start = 0; word.Length > 1 && start < text.Length; start++)
        {
            if (IsWordStart(text, start) && Follow(word, text, start) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static List<int>? Follow(string word, string text, int start)
    {
        var found = new List<int>();
        var at = start;
        foreach (var letter in word)
        {
            // The next letter goes on where the last one was, or begins another word.
            while (at < text.Length && !(char.ToLowerInvariant(text[at]) == char.ToLowerInvariant(letter) && (found.Count == 0 || at == found[^1] + 1 || IsWordStart(text, at))))
            {
                at++;
            }

            if (at == text.Length)
            {
                return null;
            }

            found.Add(at++);
        }

        return found;
    }

    private static bool IsWordStart(string text, int at) =>
        char.IsLetterOrDigit(text[at]) && (at == 0 || !char.IsLetterOrDigit(text[at - 1]) || (char.IsUpper(text[at]) && char.IsLower(text[at - 1])));
}
