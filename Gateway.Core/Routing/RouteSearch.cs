namespace Gateway.Core.Routing;

/// <summary>The best match so far, while the indexes of a route table are looked through.</summary>
internal struct RouteSearch()
{
    private RouteCandidate? _best;

    public RouteMatch? Best { get; private set; }

    /// <summary>How many candidates were tried: the work of this match.</summary>
    public int Tried { get; private set; }

    /// <summary>Whether the best match ranks before a candidate, which then need not be tried.</summary>
    public readonly bool IsSettledBefore(RouteCandidate candidate) => _best is not null && _best.CompareTo(candidate) <= 0;

    public void Try(RouteCandidate candidate, in RouteRequest request)
    {
        Tried++;
        if (candidate.Test(request) is { } match)
        {
            Best = match;
            _best = candidate;
        }
    }
}
