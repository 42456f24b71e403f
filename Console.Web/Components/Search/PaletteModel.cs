using ConsoleWeb.Components.Controls;

namespace ConsoleWeb.Components.Search;

/// <summary>What the palette shows for what was typed. Knows no component.</summary>
/// <param name="commands">Pages and actions of this person.</param>
/// <param name="entities">The entities as they are now.</param>
/// <param name="findRecords">The request or session that has an id; asked for what may be one.</param>
internal sealed class PaletteModel(
    IReadOnlyList<PaletteItem> commands,
    Func<IReadOnlyList<PaletteItem>> entities,
    Func<string, CancellationToken, Task<IReadOnlyList<PaletteItem>>> findRecords)
{
    private const string Recent = "Recent";

    /// <summary>What one heading and the whole list may hold: more is not read, and a longer word finds it.</summary>
    private const int MostOfGroup = 6, MostRecent = 5, Most = 40;

    private IReadOnlyList<string> _recent = [];

    private string _asked = "";

    /// <summary>What is listed: the text that <see cref="Groups"/> answer, as it was typed. What was typed last may still be looked for.</summary>
    public string Query { get; private set; } = "";

    public IReadOnlyList<PaletteGroup> Groups { get; private set; } = [];

    public int Count => Groups.Sum(g => g.Items.Count);

    /// <summary>Why ids could not be looked up; null: they were.</summary>
    public string? Error { get; private set; }

    /// <summary>Begins anew.</summary>
    /// <param name="recent">Addresses that this browser opened last, the newest first.</param>
    public void Open(IEnumerable<string> recent)
    {
        (_asked, Query, Error) = ("", "", null);
        _recent = [.. recent.Distinct().Take(20)];
        Groups = ListAtFirst();
    }

    public void Close() => (_asked, Query, Groups, Error) = ("", "", [], null);

    /// <summary>Shows what matches; the matching entities at once, and a record when it was found.</summary>
    public async Task SearchAsync(string query, CancellationToken cancellationToken)
    {
        _asked = query;
        var text = query.Trim();
        if (text.Length == 0)
        {
            (Query, Groups, Error) = (query, ListAtFirst(), null);
            return;
        }

        IReadOnlyList<PaletteItem> records = [];
        string? error = null;
        try
        {
            records = await findRecords(text, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            error = $"The request log could not be searched: {exception.Message}";
        }

        // Somebody who types on has asked for something else meanwhile.
        if (_asked == query)
        {
            (Query, Groups, Error) = (query, Rank(text, records), error);
        }
    }

    private List<PaletteGroup> Rank(string text, IReadOnlyList<PaletteItem> records)
    {
        var matching =
            from item in commands.Concat(entities())
            let score = FuzzyText.Score(text, item.Title, $"{item.Detail} {item.Words}")
            where score > 0
            select (Item: item, Score: score + item.Weight);
        var groups = matching.Concat(records.Select(r => (Item: r, Score: r.Weight)))
            .GroupBy(m => m.Item.Group)
            .Select(g => (Title: g.Key, Best: g.Max(m => m.Score), Items: g.OrderByDescending(m => m.Score).ThenBy(m => m.Item.Title, StringComparer.OrdinalIgnoreCase).Take(MostOfGroup).ToList()))
            .OrderByDescending(g => g.Best);
        var shown = new List<PaletteGroup>();
        var room = Most;
        foreach (var (title, _, items) in groups)
        {
            if (room > 0)
            {
                shown.Add(new(title, [.. items.Take(room).Select(m => m.Item)]));
                room -= items.Count;
            }
        }

        shown.Add(new("Requests", [new("Requests", $"Search requests for “{text}”", "", Glyphs.Search, $"/logs?q={Uri.EscapeDataString(text)}")]));
        return shown;
    }

    private List<PaletteGroup> ListAtFirst()
    {
        var known = commands.Concat(entities()).Where(i => i.Href is not null).GroupBy(i => i.Href!).ToDictionary(g => g.Key, g => g.First());
        var recent = _recent.Select(href => known.GetValueOrDefault(href) ?? RecordAt(href)).OfType<PaletteItem>().Take(MostRecent).ToList();
        var rest = commands.Where(i => i.Group is PaletteActions.Do or PaletteActions.Go);
        return
        [
            .. recent.Count == 0 ? [] : new[] { new PaletteGroup(Recent, recent) },
            .. rest.GroupBy(i => i.Group).OrderBy(g => g.Key == PaletteActions.Do).Select(g => new PaletteGroup(g.Key, [.. g])),
        ];
    }

    /// <summary>A request or session that was looked at. It may be gone; its page says so.</summary>
    private static PaletteItem? RecordAt(string href) =>
        href.StartsWith("/logs/", StringComparison.Ordinal) && href.Length > 6 ? new(Recent, $"Request {Uri.UnescapeDataString(href[6..])}", "", Glyphs.Requests, href)
        : href.StartsWith("/sessions/", StringComparison.Ordinal) && href.Length > 10 ? new(Recent, $"Session {Uri.UnescapeDataString(href[10..])}", "", Glyphs.Sessions, href)
        : null;
}
