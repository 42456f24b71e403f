using ConsoleWeb.Data.Logs.Filters;

namespace ConsoleWeb.Data.Logs.Facets;

/// <summary>
/// Which columns of a facet count. Sums are kept for whole facets and for a few coarser cuts as well, so that a chart over months reads
/// hundreds of cells and not all of them.
/// </summary>
/// <param name="Number">As stored; never used for another set of columns.</param>
/// <param name="Columns">Columns that keep their value; the others are empty.</param>
internal sealed record FacetCut(int Number, IReadOnlySet<string> Columns)
{
    /// <summary>Charts always tell refused and failed requests apart, and calls of models from the rest.</summary>
    private static readonly string[] Always = ["status", "outcome", "is_llm"];

    public static readonly FacetCut Whole = new(0, FacetColumns.Names.ToHashSet());

    /// <summary>All cuts; the one with number n is at place n. Coarser ones come before finer ones.</summary>
    public static readonly IReadOnlyList<FacetCut> All =
    [
        Whole, Of(1), Of(2, "provider", "model"), Of(3, "consumer"), Of(4, "route", "service"), Of(5, "agent"),
        Of(6, "provider", "model", "route", "service", "agent"), Of(7, "provider", "model", "consumer", "agent"),
    ];

    /// <summary>How many the first version had that kept cuts; of two fields at once it knew whole facets only.</summary>
    public const int First = 6;

    /// <summary>The table with the facets of this cut.</summary>
    public string Table => this == Whole ? "facets" : "cut_facets";

    /// <summary>The smallest cut that knows all of these fields.</summary>
    public static FacetCut For(IEnumerable<LogField> fields)
    {
        var columns = fields.Select(f => f.Column).ToList();
        return All.Skip(1).FirstOrDefault(cut => cut.Columns.IsSupersetOf(columns), Whole);
    }

    public Facet Apply(Facet facet) => this == Whole
        ? facet
        : new Facet(
            facet.Status,
            facet.Outcome,
            Text("method", facet.Method) ?? "",
            facet.IsLlm,
            Columns.Contains("is_stream") && facet.IsStream,
            Text("usage_source", facet.UsageSource),
            Text("provider", facet.Provider),
            Text("model", facet.Model),
            Text("requested_model", facet.RequestedModel),
            Text("route", facet.Route),
            Text("service", facet.Service),
            Text("consumer", facet.Consumer),
            Text("agent", facet.Agent));

    private static FacetCut Of(int number, params string[] columns) => new(number, Always.Concat(columns).ToHashSet());

    private string? Text(string column, string? value) => Columns.Contains(column) ? value : null;
}
