using System.Runtime.InteropServices;

namespace Gateway.Core.Routing;

/// <summary>
/// Candidates of one host by the text their path begins with. Expressions that begin alike, at worst with nothing but <c>/</c>, stay
/// together and are tried one after the other unless method or headers tell them apart.
/// </summary>
internal sealed class PathIndex
{
    private readonly Dictionary<string, CandidateIndex> _byLiteral;
    private readonly Dictionary<string, CandidateIndex>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly int[] _lengths;

    /// <param name="candidates">In any order; one may come several times.</param>
    /// <param name="previous">The index of the table before: what did not change is taken from it.</param>
    public PathIndex(IReadOnlyCollection<RouteCandidate> candidates, PathIndex? previous)
    {
        _byLiteral = new Dictionary<string, CandidateIndex>(candidates.Count, StringComparer.Ordinal);
        _lookup = _byLiteral.GetAlternateLookup<ReadOnlySpan<char>>();

        // Most paths belong to one candidate. Only where there are more, lists are made.
        Dictionary<string, HashSet<RouteCandidate>>? shared = null;
        foreach (var candidate in candidates)
        {
            ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_byLiteral, candidate.Literal, out var isShared);
            if (!isShared)
            {
                index = Keep(previous, candidate.Literal, [candidate]) ?? new CandidateIndex([candidate]);
                continue;
            }

            shared ??= new Dictionary<string, HashSet<RouteCandidate>>(StringComparer.Ordinal);
            if (!shared.TryGetValue(candidate.Literal, out var all))
            {
                shared[candidate.Literal] = all = [index!.First];
            }

            all.Add(candidate);
        }

        foreach (var (literal, all) in shared ?? [])
        {
            RouteCandidate[] inOrder = [.. all.Order()];
            _byLiteral[literal] = Keep(previous, literal, inOrder) ?? new CandidateIndex(inOrder);
        }

        _lengths = [.. _byLiteral.Keys.Select(k => k.Length).Distinct().OrderDescending()];
    }

    public void Find(in RouteRequest request, ref RouteSearch search)
    {
        foreach (var length in _lengths)
        {
            if (length <= request.Path.Length && _lookup.TryGetValue(request.Path.AsSpan(0, length), out var candidates))
            {
                candidates.Find(request, ref search);
            }
        }
    }

    private static CandidateIndex? Keep(PathIndex? previous, string literal, ReadOnlySpan<RouteCandidate> candidates) =>
        previous?._byLiteral.GetValueOrDefault(literal) is { } known && known.IsOf(candidates) ? known : null;
}
