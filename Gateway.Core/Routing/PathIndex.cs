using Gateway.Core.Configuration;

namespace Gateway.Core.Routing;

/// <summary>
/// Candidates of one host by the text their path begins with. Expressions that begin alike, at worst with nothing but <c>/</c>, stay
/// together and are tried one after the other unless method or headers tell them apart.
/// </summary>
internal sealed class PathIndex
{
    private readonly PiecedTable<string, CandidateIndex> _byLiteral;
    private readonly int[] _lengths;

    private PathIndex(PiecedTable<string, CandidateIndex> byLiteral)
    {
        _byLiteral = byLiteral;
        _lengths = [.. byLiteral.Keys.Select(k => k.Length).Distinct().OrderDescending()];
    }

    public static PathIndex Empty { get; } = new(new PiecedTable<string, CandidateIndex>(StringComparer.Ordinal));

    public bool IsEmpty => _byLiteral.Count == 0;

    /// <summary>The index with candidates removed, then others added. One may come several times.</summary>
    public PathIndex With(IEnumerable<RouteCandidate> removed, IEnumerable<RouteCandidate> added)
    {
        var changed = new Dictionary<string, HashSet<RouteCandidate>>(StringComparer.Ordinal);
        foreach (var candidate in removed)
        {
            Changed(candidate.Literal).Remove(candidate);
        }

        foreach (var candidate in added)
        {
            Changed(candidate.Literal).Add(candidate);
        }

        return changed.Count == 0 ? this : new PathIndex(_byLiteral.With(
            changed.Where(c => c.Value.Count == 0).Select(c => c.Key),
            changed.Where(c => c.Value.Count > 0).Select(c => KeyValuePair.Create(c.Key, new CandidateIndex([.. c.Value.Order()])))));

        HashSet<RouteCandidate> Changed(string literal)
        {
            if (!changed.TryGetValue(literal, out var candidates))
            {
                changed[literal] = candidates = [.. _byLiteral.Find(literal)?.All ?? []];
            }

            return candidates;
        }
    }

    public void Find(in RouteRequest request, ref RouteSearch search)
    {
        foreach (var length in _lengths)
        {
            if (length <= request.Path.Length && _byLiteral.Find(request.Path.AsSpan(0, length)) is { } candidates)
            {
                candidates.Find(request, ref search);
            }
        }
    }
}
