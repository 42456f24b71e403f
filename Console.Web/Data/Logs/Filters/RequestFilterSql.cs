using ConsoleWeb.Data.Logs.Bodies;

namespace ConsoleWeb.Data.Logs.Filters;

/// <summary>A filter as SQL: a range of rows, conditions on facets, and conditions on rows.</summary>
internal sealed class RequestFilterSql
{
    /// <summary>Parts that a search by words looks at.</summary>
    private const int MostParts = 5000;

    private readonly List<FilterTerm> _facetTerms = [];
    private readonly List<FilterTerm> _rowTerms = [];
    private readonly RequestFilter _filter;

    /// <param name="before">Only rows with a smaller number; null: all.</param>
    public RequestFilterSql(RequestFilter filter, long? before = null)
    {
        _filter = filter;
        First = filter.From is { } from ? RowIds.From(from) : 0;
        End = Math.Min(before ?? long.MaxValue, filter.To is { } to ? RowIds.From(to) : long.MaxValue);
        foreach (var term in filter.Terms)
        {
            (term.Field.Place == LogFieldPlace.Facet ? _facetTerms : _rowTerms).Add(term);
        }

        Session = OneValue(LogFields.Session);
        RequestId = OneValue(LogFields.Id)?.ToLowerInvariant();
        ReplayOf = OneValue(LogFields.ReplayOf)?.ToLowerInvariant();
        IsOfReplays = filter.Terms.OfType<HasTerm>().Any(t => t.Field == LogFields.ReplayOf && !t.IsNegated);
    }

    /// <summary>The first row's number, and the first one after the last.</summary>
    public long First { get; }

    public long End { get; }

    /// <summary>The one session that is asked for; null without one.</summary>
    public string? Session { get; }

    /// <summary>The one request that is asked for; null without one.</summary>
    public string? RequestId { get; }

    /// <summary>The one request whose repetitions are asked for; null without one.</summary>
    public string? ReplayOf { get; }

    /// <summary>Whether only requests that repeat another one are asked for.</summary>
    public bool IsOfReplays { get; }

    public bool HasFacetTerms => _facetTerms.Count > 0;

    public bool HasRowTerms => _rowTerms.Count > 0;

    /// <summary>Whether facets and window alone decide, so that sums can be taken from roll-ups.</summary>
    public bool IsFacetsOnly => _rowTerms.Count == 0 && _filter.Texts.Count == 0;

    /// <summary>The fields of facets that are asked about.</summary>
    public IEnumerable<LogField> FacetFields => _facetTerms.Select(t => t.Field);

    /// <summary>Conditions on <c>facets f</c>.</summary>
    public string FacetWhere(SqlParameters parameters) => And([.. _facetTerms.Select(t => t.ToSql(parameters))]);

    /// <summary>Conditions on <c>requests r</c> and <c>sessions s</c> that facets do not decide.</summary>
    public string RowWhere(SqlParameters parameters) => RowWhere(parameters, _filter.Texts);

    /// <summary><see cref="RowWhere(SqlParameters)"/> without the first text, which is looked for in another way.</summary>
    public string RowWhereOfOthers(SqlParameters parameters) => RowWhere(parameters, _filter.Texts.Skip(1));

    private string RowWhere(SqlParameters parameters, IEnumerable<string> texts) =>
        And([.. _rowTerms.Select(t => t.ToSql(parameters)), .. texts.Select(t => Contains(t, parameters))]);

    /// <summary>For each term about a text of rows, the condition on <c>texts t</c>, with the fields that it is about.</summary>
    public IEnumerable<(string Where, int[] Fields)> TextWheres(SqlParameters parameters) =>
        from term in _rowTerms
        let text = term.ToTextSql(parameters)
        where text is not null
        select ($"t.field = {parameters.Add(term.Field.TextNumber!.Value)} AND {text}", new[] { term.Field.TextNumber!.Value });

    /// <summary>The condition on <c>requests r</c> that a text is in the row itself.</summary>
    public static string InRow(string text, SqlParameters parameters)
    {
        var pattern = Pattern(text, parameters);
        return $"({string.Join(" OR ", LogFields.Texts.Where(f => f.Place == LogFieldPlace.Row).Select(f => f == LogFields.Id ? InId(text, pattern) : Like(f.Sql, pattern)))}) IS TRUE";
    }

    /// <summary>The condition on <c>facets f</c> that a text is in them.</summary>
    public static string InFacet(string text, SqlParameters parameters)
    {
        var pattern = Pattern(text, parameters);
        return $"({string.Join(" OR ", LogFields.Texts.Where(f => f.Place == LogFieldPlace.Facet).Select(f => Like(f.Sql, pattern)))}) IS TRUE";
    }

    /// <summary>The condition on <c>texts t</c> that a text is in them, with the fields that are looked at.</summary>
    public static (string Where, int[] Fields) InTexts(string text, SqlParameters parameters)
    {
        var fields = LogFields.Texts.Where(f => f.TextNumber is not null).Select(f => f.TextNumber!.Value).ToArray();
        return ($"t.field IN ({string.Join(", ", fields)}) AND {Like("t.value", Pattern(text, parameters))}", fields);
    }

    /// <summary>Whether a text can be a part of an id of ours, which has hexadecimal digits only.</summary>
    public static bool MayBeOfId(string text) => text.Length <= 32 && text.All(char.IsAsciiHexDigit);

    /// <summary>Conditions on <c>zones z</c>; null when zones do not help.</summary>
    public string? ZoneWhere(SqlParameters parameters)
    {
        var conditions = _rowTerms.Select(t => t.ToZoneSql(parameters)).OfType<string>().ToArray();
        return conditions.Length == 0 ? null : And(conditions);
    }

    private string? OneValue(LogField field) => _filter.Terms.OfType<AnyOfTerm>()
        .FirstOrDefault(t => t.Field == field && !t.IsNegated && t.Values.Count == 1 && !t.Values[0].Contains('*', StringComparison.Ordinal))?.Values[0];

    private static string And(string[] conditions) => conditions.Length == 0 ? "TRUE" : string.Join(" AND ", conditions);

    /// <summary>
    /// A row that has the text in itself or its facet, or that brought a part of a body with it. A part is with the row that sent it
    /// first: agents send all they have said before with every call.
    /// </summary>
    private string Contains(string text, SqlParameters parameters)
    {
        var bodies = SearchesBodies ? $" OR r.id IN ({BodiesWith(text, parameters)})" : "";
        return $"({InRow(text, parameters)} OR r.facet IN (SELECT f.id FROM facets f WHERE {InFacet(text, parameters)}){bodies})";
    }

    private static string Pattern(string text, SqlParameters parameters) => parameters.Add($"%{SqlParameters.Escape(text)}%");

    private static string Like(string column, string pattern) => $"{column} LIKE {pattern} ESCAPE '\\'";

    /// <summary>Bytes are not written out for a text that cannot be in them.</summary>
    private static string InId(string text, string pattern) => MayBeOfId(text)
        ? Like(AnyOfTerm.IdText(LogFields.Id), pattern)
        : $"(typeof({LogFields.Id.Sql}) = 'text' AND {Like(LogFields.Id.Sql, pattern)})";

    /// <summary>The rows that brought the newest parts with these words, in this order beside each other; the last one may go on where no part has the words as they are.</summary>
    public string BodiesWith(string text, SqlParameters parameters)
    {
        var words = parameters.Add(WordsOf(text));
        var match = BeginningOf(text) is { } beginning ? $"(CASE WHEN EXISTS (SELECT 1 FROM block_text e WHERE e.text MATCH {words}) THEN {words} ELSE {parameters.Add(beginning)} END)" : words;
        return $"""
            SELECT k.first_row FROM blocks k WHERE k.id IN (SELECT t.rowid FROM block_text t WHERE t.text MATCH {match}
            AND {MeantParts("t.rowid", parameters)} ORDER BY t.rowid DESC LIMIT {MostParts})
            """;
    }

    /// <summary>
    /// Whether a part can be of a row within the time that is meant. Rows come when their calls end, some minutes after they have begun.
    /// </summary>
    /// <param name="part">SQL for the number of the part.</param>
    public string MeantParts(string part, SqlParameters parameters)
    {
        var end = End > long.MaxValue - BodyWriter.KeepAhead ? "" : $" AND {part} < {PartMarks.EndSql(parameters.Add(End + BodyWriter.KeepAhead))}";
        return $"{part} >= {PartMarks.FirstSql(parameters.Add(First))}{end}";
    }

    /// <summary>A text without words is found in no body.</summary>
    public bool SearchesBodies => _filter.SearchesBodies && _filter.Texts.Any(t => t.Any(char.IsLetterOrDigit));

    public IReadOnlyList<string> Texts => _filter.Texts;

    /// <summary>For the index of words: these words beside each other.</summary>
    public static string WordsOf(string text) => $"\"{text.Replace("\"", " ", StringComparison.Ordinal)}\"";

    /// <summary>The same where the last word may go on; null where it may not. All words that begin so are read from end to end, which takes long where they are many.</summary>
    public static string? BeginningOf(string text) => char.IsLetterOrDigit(text[^1]) && !text.Contains(' ', StringComparison.Ordinal) ? WordsOf(text) + " *" : null;
}
