using Microsoft.Extensions.Primitives;

namespace Gateway.Core.Routing;

/// <summary>
/// Candidates that host and path cannot tell apart, by what else can be looked up: the method and headers with fixed values. Each
/// candidate stands under the one condition that it shares with the fewest others. What cannot be looked up is tried one after the other:
/// header values given as expressions, server names, ports.
/// </summary>
internal sealed class CandidateIndex
{
    /// <summary>So few are tried faster than looked up.</summary>
    private const int FewCandidates = 4;

    /// <summary>Two conditions tell any realistic set apart; each level multiplies the places of a candidate with several values.</summary>
    private const int MaxDepth = 2;

    private readonly RouteCandidate[] _tried;
    private readonly Branch[] _branches;
    private readonly RouteCandidate[] _all;

    /// <param name="candidates">In their order, at least one; kept.</param>
    public CandidateIndex(RouteCandidate[] candidates)
        : this(candidates, [])
    {
    }

    /// <param name="used">Names of the conditions that led here.</param>
    private CandidateIndex(RouteCandidate[] candidates, IReadOnlyList<string> used)
    {
        _all = candidates;
        if (candidates.Length <= FewCandidates || used.Count == MaxDepth)
        {
            _tried = candidates;
            _branches = [];
            return;
        }

        var shares = CountShares(candidates, used);
        var byCondition = candidates.ToLookup(c => BestCondition(c, used, shares, candidates.Length));
        _tried = [.. byCondition[null]];
        _branches = [.. byCondition.Where(g => g.Key is not null).Select(g => new Branch(g.Key!, g, used))];
    }

    /// <summary>In their order.</summary>
    public IReadOnlyList<RouteCandidate> All => _all;

    public void Find(in RouteRequest request, ref RouteSearch search)
    {
        if (search.IsSettledBefore(_all[0]))
        {
            return;
        }

        foreach (var candidate in _tried)
        {
            if (search.IsSettledBefore(candidate))
            {
                break;
            }

            search.Try(candidate, request);
        }

        foreach (var branch in _branches)
        {
            branch.Find(request, ref search);
        }
    }

    /// <summary>How many candidates each value of each condition would leave.</summary>
    private static Dictionary<(string Name, string Value), int> CountShares(IEnumerable<RouteCandidate> candidates, IReadOnlyList<string> used) =>
        candidates
            .SelectMany(c => Usable(c, used))
            .SelectMany(f => f.Values.Select(value => (f.Name, value)))
            .CountBy(pair => pair)
            .ToDictionary();

    /// <returns>The name of the condition, or null when none helps.</returns>
    private static string? BestCondition(
        RouteCandidate candidate, IReadOnlyList<string> used, Dictionary<(string Name, string Value), int> shares, int all)
    {
        var best = Usable(candidate, used).MinBy(Share);
        return best is not null && Share(best) < all ? best.Name : null;

        int Share(FixedCondition condition) => condition.Values.Max(value => shares[(condition.Name, value)]);
    }

    private static IEnumerable<FixedCondition> Usable(RouteCandidate candidate, IReadOnlyList<string> used) =>
        candidate.FixedConditions.Where(f => f.Values.Count > 0 && !used.Contains(f.Name));

    /// <summary>The candidates under one condition, by its value.</summary>
    private sealed class Branch
    {
        private readonly string _name;
        private readonly Dictionary<string, CandidateIndex> _byValue;

        public Branch(string name, IEnumerable<RouteCandidate> candidates, IReadOnlyList<string> used)
        {
            _name = name;
            var comparer = name == FixedCondition.Method ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;
            _byValue = candidates
                .SelectMany(c => c.FixedConditions.First(f => f.Name == name).Values.Select(value => (Value: value, Candidate: c)))
                .GroupBy(p => p.Value, p => p.Candidate, comparer)
                .ToDictionary(g => g.Key, g => new CandidateIndex([.. g], [.. used, name]), comparer);
        }

        public void Find(in RouteRequest request, ref RouteSearch search)
        {
            var actual = _name == FixedCondition.Method ? new StringValues(request.Method) : request.Headers[_name];
            foreach (var value in actual)
            {
                if (value is not null && _byValue.TryGetValue(value, out var index))
                {
                    index.Find(request, ref search);
                }
            }
        }
    }
}

/// <summary>A condition that holds when the request has one of some values.</summary>
/// <param name="Name">Name of the header in lower case, or <see cref="Method"/>.</param>
/// <param name="Values">Each once; those of headers in lower case.</param>
internal sealed record FixedCondition(string Name, IReadOnlyList<string> Values)
{
    /// <summary>Stands for the request method; no header can be named so.</summary>
    public const string Method = ":method";
}
