namespace ConsoleWeb.Features.Replay;

/// <summary>Two texts, of which only the middle differs.</summary>
/// <param name="Before">What both begin with, or the end of it.</param>
/// <param name="After">What both end with, or the beginning of it.</param>
public sealed record TextDifference(string Before, string A, string B, string After)
{
    /// <summary>Characters shown of what is alike.</summary>
    private const int Context = 120;

    public static TextDifference Of(string a, string b)
    {
        var shorter = Math.Min(a.Length, b.Length);
        var start = a.AsSpan().CommonPrefixLength(b);
        if (start > 0 && start < shorter && char.IsLowSurrogate(a[start]))
        {
            start--;
        }

        var end = 0;
        while (end < shorter - start && a[^(end + 1)] == b[^(end + 1)])
        {
            end++;
        }

        if (end > 0 && char.IsLowSurrogate(a[^end]))
        {
            end--;
        }

        return new(Tail(a[..start]), a[start..^end], b[start..^end], Head(a[^end..]));
    }

    private static string Tail(string text) => text.Length <= Context ? text : "…" + text[^Cut(text, text.Length - Context, 1)..];

    private static string Head(string text) => text.Length <= Context ? text : text[..Cut(text, Context, -1)] + "…";

    /// <summary>Not in the middle of a character.</summary>
    private static int Cut(string text, int at, int step)
    {
        at = char.IsLowSurrogate(text[at]) ? at + step : at;
        return step > 0 ? text.Length - at : at;
    }
}
