using ConsoleWeb.Data.Logs.Filters;

namespace ConsoleWeb.Data.Logs.Sessions;

/// <summary>A filter as conditions on <c>sessions s</c>.</summary>
internal sealed class SessionFilterSql
{
    private readonly RequestFilter _filter;
    private readonly RequestFilterSql _requests;
    private readonly IReadOnlyList<FilterTerm> _terms;
    private readonly IReadOnlyList<ErrorTerm> _errors;

    /// <exception cref="ArgumentException">A term is about something that only single requests have.</exception>
    public SessionFilterSql(RequestFilter filter)
    {
        _filter = filter;
        _errors = [.. filter.Terms.OfType<ErrorTerm>()];
        _terms = [.. filter.Terms.Where(t => t.Field.Place != LogFieldPlace.Facet).Select(OfSession)];
        _requests = new RequestFilterSql(filter with { Terms = [.. filter.Terms.Where(t => t.Field.Place == LogFieldPlace.Facet && t is not ErrorTerm)] });
    }

    /// <summary>For a look whether many sessions have the facets that are asked for; null when none are.</summary>
    /// <param name="most">At most so many are counted.</param>
    public string? CountOfFacets(int most, SqlParameters parameters) => _requests.HasFacetTerms
        ? $"SELECT count(*) FROM (SELECT 1 FROM session_facets x WHERE x.facet IN (SELECT f.id FROM facets f WHERE {_requests.FacetWhere(parameters)}) LIMIT {parameters.Add(most)})"
        : null;

    /// <param name="before">Only sessions that began before this row; null: all.</param>
    /// <param name="isCommon">Whether many sessions have the facets: then sessions are walked and each is looked at, or else all that have them would be gathered first.</param>
    public string Where(long? before, SqlParameters parameters, bool isCommon = false)
    {
        var conditions = new List<string>
        {
            $"s.first_row < {parameters.Add(Math.Min(before ?? long.MaxValue, _requests.End))}",
            $"s.last_row >= {parameters.Add(_requests.First)}",
        };
        conditions.AddRange(_terms.Select(t => t.ToSql(parameters)));
        conditions.AddRange(_errors.Select(e => $"s.errors {(e.IsNegated ? "=" : ">")} 0"));
        if (_requests.HasFacetTerms)
        {
            var facets = _requests.FacetWhere(parameters);
            conditions.Add(isCommon
                ? $"EXISTS (SELECT 1 FROM session_facets x WHERE x.session = s.id AND +x.facet IN (SELECT f.id FROM facets f WHERE {facets}))"
                : OfFacets(facets));
        }

        conditions.AddRange(_filter.Texts.Select(t => Contains(t, parameters)));
        return string.Join(" AND ", conditions);
    }

    /// <summary>Tokens and cost have the same names where they are summed up.</summary>
    private static FilterTerm OfSession(FilterTerm term) => term switch
    {
        { Field.Place: LogFieldPlace.Session } => term,
        RangeTerm { Field.Kind: LogFieldKind.Number or LogFieldKind.Money } range => range with { Field = range.Field with { Place = LogFieldPlace.Session } },
        _ => throw new ArgumentException($"{term.Field.Name} is about single requests, not sessions", nameof(term)),
    };

    /// <summary>Facets are few, and which sessions have one is found by index.</summary>
    private static string OfFacets(string facets) =>
        $"s.id IN (SELECT x.session FROM session_facets x WHERE x.facet IN (SELECT f.id FROM facets f WHERE {facets}))";

    private string Contains(string text, SqlParameters parameters)
    {
        var pattern = parameters.Add($"%{SqlParameters.Escape(text)}%");
        string[] columns = _filter.SearchesBodies ? ["s.key", "s.directory", "s.title", "s.text_directory", "s.branch"] : ["s.key", "s.directory"];
        var own = string.Join(" OR ", columns.Select(c => $"{c} LIKE {pattern} ESCAPE '\\'"));
        var facets = OfFacets(string.Join(" OR ", LogFields.Texts.Append(LogFields.Consumer).Where(f => f.Place == LogFieldPlace.Facet).Select(f => $"{f.Sql} LIKE {pattern} ESCAPE '\\'")));
        var bodies = _requests.SearchesBodies ? $" OR s.id IN (SELECT r.session FROM requests r WHERE r.id IN ({_requests.BodiesWith(text, parameters)}))" : "";
        return $"(({own} OR {facets}{bodies}) IS TRUE)";
    }
}
