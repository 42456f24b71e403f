namespace Gateway.Core.Upstreams.LoadBalancing;

/// <summary>
/// Chooses among the targets of one plugin instance. Shared by all requests of the instance and safe to call from many threads;
/// takes no lock.
/// </summary>
internal interface ILoadBalancer
{
    /// <summary>Chooses the target of the next attempt.</summary>
    /// <returns>Its index, or -1 when there is none left to try.</returns>
    int Pick(BalancerRequest request);

    /// <summary>An attempt at a target begins.</summary>
    void Started(int target);

    /// <summary>An attempt has ended, its response to the last byte included.</summary>
    void Ended(int target, in AttemptResult result);
}

/// <summary>What a balancer knows about one request: which targets it may use and what has happened so far.</summary>
/// <param name="candidates">Per target whether the request may go there: allowed for its model, not tripped by the breaker.</param>
internal sealed class BalancerRequest(bool[] candidates)
{
    /// <summary>Per target whether it may be chosen now. The caller keeps it current between attempts.</summary>
    public bool[] Candidates { get; } = candidates;

    /// <summary>Per target whether an attempt of this request failed there.</summary>
    public bool[] Failed { get; } = new bool[candidates.Length];

    /// <summary>Hash of the value that consistent hashing goes by.</summary>
    public uint Hash { get; init; }

    /// <summary>Where consistent hashing stands on its ring; -1 before the first attempt.</summary>
    internal int RingPosition { get; set; } = -1;

    public void MarkFailed(int target) => Failed[target] = true;

    /// <summary>Whether a target may be chosen and has not failed for this request.</summary>
    internal bool IsFresh(int target) => Candidates[target] && !Failed[target];

    internal bool HasFresh()
    {
        for (var i = 0; i < Candidates.Length; i++)
        {
            if (IsFresh(i))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>How an attempt went.</summary>
/// <param name="Seconds">From the begin of the connect to the last byte of the response.</param>
/// <param name="IsSuccess">Whether the answer counts: failed attempts say nothing about speed or usage.</param>
internal readonly record struct AttemptResult(double Seconds, bool IsSuccess)
{
    /// <summary>Tokens (or cost) of the answer by the balancer's counting strategy; 0 when not known.</summary>
    public double Usage { get; init; }

    /// <summary>Completion tokens of the answer; 0 when not known.</summary>
    public long CompletionTokens { get; init; }
}
