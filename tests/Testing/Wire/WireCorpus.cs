namespace Gateway.Testing.Wire;

/// <summary>All requests of the corpus, by a name that can be printed.</summary>
public static class WireCorpus
{
    public static IReadOnlyDictionary<string, WireCase> All { get; } = FramingCorpus.Cases.Concat(HeadCorpus.Cases).ToDictionary(c => Printable(c.Name));

    /// <summary>Names of those that must be refused.</summary>
    public static IEnumerable<string> Refused => All.Where(c => c.Value.Seen is null).Select(c => c.Key);

    /// <summary>Names of those that have one meaning.</summary>
    public static IEnumerable<string> Plain => All.Where(c => c.Value.Seen is not null).Select(c => c.Key);

    private static string Printable(string text) => string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c.ToString() : $"<{(int)c:x2}>"));
}
