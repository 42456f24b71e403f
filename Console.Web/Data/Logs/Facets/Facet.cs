namespace ConsoleWeb.Data.Logs.Facets;

/// <summary>
/// What many requests have in common: everything of a row that takes few values. Rows name their facet by number, filters are decided
/// on facets, and sums are kept per facet.
/// </summary>
/// <param name="UsageSource"><c>provider</c>, <c>estimate</c>, or null for a call without usage.</param>
internal readonly record struct Facet(
    int Status,
    string Outcome,
    string Method,
    bool IsLlm,
    bool IsStream,
    string? UsageSource,
    string? Provider,
    string? Model,
    string? RequestedModel,
    string? Route,
    string? Service,
    string? Consumer,
    string? Agent)
{
    /// <summary>The same without what clients may choose freely, so that they cannot fill the table with names they made up.</summary>
    public Facet WithoutFreeNames() => this with { Method = IsKnown(Method) ? Method : "OTHER", Model = null, RequestedModel = null };

    private static bool IsKnown(string method) => method is "GET" or "POST" or "PUT" or "PATCH" or "DELETE" or "HEAD" or "OPTIONS";
}
