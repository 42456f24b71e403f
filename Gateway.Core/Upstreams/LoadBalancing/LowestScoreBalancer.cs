namespace Gateway.Core.Upstreams.LoadBalancing;

/// <summary>What <see cref="LowestScoreBalancer"/> measures.</summary>
internal enum ScoreKind
{
    /// <summary>Seconds per completion token, or all seconds where tokens are not known.</summary>
    SecondsPerToken,

    /// <summary>Seconds from connect to the last byte.</summary>
    Seconds,

    /// <summary>Usage by the counting strategy.</summary>
    Usage,
}

/// <summary>The target with the lowest decaying average of latency or usage. Failed targets are left out; none left is an error.</summary>
internal sealed class LowestScoreBalancer(IReadOnlyList<BalancerTarget> targets, ScoreKind kind, TimeProvider time) : ILoadBalancer
{
    private readonly DecayingAverages _averages = new(targets, time);
    private int _turn = -1;

    public int Pick(BalancerRequest request)
    {
        var offset = (int)((uint)Interlocked.Increment(ref _turn) % (uint)targets.Count);
        var best = -1;
        var bestScore = double.MaxValue;
        for (var i = 0; i < targets.Count; i++)
        {
            var target = (i + offset) % targets.Count;
            if (!request.IsFresh(target))
            {
                continue;
            }

            var score = _averages.Score(target);
            if (score < bestScore)
            {
                best = target;
                bestScore = score;
            }
        }

        return best;
    }

    public void Started(int target)
    {
    }

    public void Ended(int target, in AttemptResult result)
    {
        if (!result.IsSuccess)
        {
            return;
        }

        _averages.Update(target, kind switch
        {
            ScoreKind.SecondsPerToken => result.Seconds / Math.Max(1, result.CompletionTokens),
            ScoreKind.Seconds => result.Seconds,
            _ => result.Usage,
        });
    }
}
