namespace Gateway.Core.Upstreams.LoadBalancing;

/// <summary>
/// Targets of equal weight form a group; the heaviest group that still has an available target serves, round-robin. The next group is
/// used only when every target of the better ones is unavailable or has failed for this request.
/// </summary>
internal sealed class PriorityBalancer : ILoadBalancer
{
    private readonly int[][] _groups;
    private readonly int[] _pointers;

    public PriorityBalancer(IReadOnlyList<BalancerTarget> targets)
    {
        _groups = [.. Enumerable.Range(0, targets.Count)
            .GroupBy(i => targets[i].Weight)
            .OrderByDescending(g => g.Key)
            .Select(g => g.ToArray())];
        _pointers = new int[_groups.Length];
        Array.Fill(_pointers, -1);
    }

    public int Pick(BalancerRequest request)
    {
        for (var g = 0; g < _groups.Length; g++)
        {
            var group = _groups[g];
            var offset = (int)((uint)Interlocked.Increment(ref _pointers[g]) % (uint)group.Length);
            for (var i = 0; i < group.Length; i++)
            {
                var target = group[(i + offset) % group.Length];
                if (request.IsFresh(target))
                {
                    return target;
                }
            }
        }

        return -1;
    }

    public void Started(int target)
    {
    }

    public void Ended(int target, in AttemptResult result)
    {
    }
}
