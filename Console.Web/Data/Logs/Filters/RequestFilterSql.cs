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
    public string RowWhere(SqlParameters parameters) =>
        And([.. _rowTerms.Select(t => t.ToSql(parameters)), .. _filter.Texts.Select(t => Contains(t, parameters))]);

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
        var pattern = parameters.Add($"%{SqlParameters.Escape(text)}%");
        var rows = LogFields.Texts.Where(f => f.Place == LogFieldPlace.Row).Select(f => $"{(f == LogFields.Id ? AnyOfTerm.IdText(f) : f.Sql)} LIKE {pattern} ESCAPE '\\'");
        var facets = LogFields.Texts.Where(f => f.Place == LogFieldPlace.Facet).Select(f => $"{f.Sql} LIKE {pattern} ESCAPE '\\'");
        var bodies = SearchesBodies ? $" OR r.id IN ({BodiesWith(text, parameters)})" : "";
        return $"(({string.Join(" OR ", rows)}) IS TRUE OR r.facet IN (SELECT f.id FROM facets f WHERE {string.Join(" OR ", facets)}){bodies})";
    }

    /// <summary>The rows that brought the newest parts with these words, in this order beside each other.</summary>
    public string BodiesWith(string text, SqlParameters parameters) =>
        $"""
        SELECT k.first_row FROM blocks k WHERE k.id IN (SELECT t.rowid FROM block_text t WHERE t.text MATCH {parameters.Add(Phrase(text))}
        AND t.rowid >= {parameters.Add(First)} AND t.rowid < {parameters.Add(End)} ORDER BY t.rowid DESC LIMIT {MostParts})
        """;

    /// <summary>A text without words is found in no body.</summary>
    public bool SearchesBodies => _filter.SearchesBodies && _filter.Texts.Any(t => t.Any(char.IsLetterOrDigit));

    public IReadOnlyList<string> Texts => _filter.Texts;

    private static string Phrase(string text) => $"\"{text.Replace("\"", " ", StringComparison.Ordinal)}\"{(char.IsLetterOrDigit(text[^1]) && !text.Contains(' ', StringComparison.Ordinal) ? " *" : "")}";
}
