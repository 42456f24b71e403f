namespace Gateway.Core.Routing;

/// <summary>
/// Candidates of one host by the text their path begins with. Expressions that begin alike, at worst with nothing but <c>/</c>, stay
/// together and are tried one after the other unless method or headers tell them apart.
/// </summary>
internal sealed class PathIndex
{
    private readonly Dictionary<string, CandidateIndex>.AlternateLookup<ReadOnlySpan<char>> _byLiteral;
    private readonly int[] _lengths;

    /// <param name="candidates">In the order of their ranks.</param>
    public PathIndex(IEnumerable<RouteCandidate> candidates)
    {
        var byLiteral = candidates
            .GroupBy(c => c.Literal, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => new CandidateIndex([.. g.Distinct()]), StringComparer.Ordinal);
        _byLiteral = byLiteral.GetAlternateLookup<ReadOnlySpan<char>>();
        _lengths = [.. byLiteral.Keys.Select(k => k.Length).Distinct().OrderDescending()];
    }

    public void Find(in RouteRequest request, ref RouteSearch search)
    {
        foreach (var length in _lengths)
        {
            if (length <= request.Path.Length && _byLiteral.TryGetValue(request.Path.AsSpan(0, length), out var candidates))
            {
                candidates.Find(request, ref search);
            }
        }
    }
}
