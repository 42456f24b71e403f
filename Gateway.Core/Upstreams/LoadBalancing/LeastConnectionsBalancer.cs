namespace Gateway.Core.Upstreams.LoadBalancing;

/// <summary>
/// The target with the smallest (calls in flight + 1) / weight. A call is in flight until the last byte of its response. Failed
/// targets are left out; when all have failed, all are tried again.
/// </summary>
internal sealed class LeastConnectionsBalancer(IReadOnlyList<BalancerTarget> targets) : ILoadBalancer
{
    private readonly int[] _inFlight = new int[targets.Count];
    private int _turn = -1;

    /// <summary>Calls in flight at a target.</summary>
    public int InFlight(int target) => Volatile.Read(ref _inFlight[target]);

    public int Pick(BalancerRequest request)
    {
        if (!request.HasFresh())
        {
            Array.Clear(request.Failed);
        }

        // Ties go round, or the first target would get every call of a quiet gateway.
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

            var score = (InFlight(target) + 1.0) / targets[target].Weight;
            if (score < bestScore)
            {
                best = target;
                bestScore = score;
            }
        }

        return best;
    }

    public void Started(int target) => Interlocked.Increment(ref _inFlight[target]);

    public void Ended(int target, in AttemptResult result) => Interlocked.Decrement(ref _inFlight[target]);
}
