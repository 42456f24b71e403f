namespace Gateway.Core.Routing;

/// <summary>The best match so far, while the indexes of a route table are looked through.</summary>
internal struct RouteSearch()
{
    public RouteMatch? Best { get; private set; }

    /// <summary>Rank of the best match; candidates behind it need not be tried.</summary>
    public int BestRank { get; private set; } = int.MaxValue;

    /// <summary>How many candidates were tried: the work of this match.</summary>
    public int Tried { get; private set; }

    public void Try(RouteCandidate candidate, in RouteRequest request)
    {
        Tried++;
        if (candidate.Test(request) is { } match)
        {
            Best = match;
            BestRank = candidate.Rank;
        }
    }
}
