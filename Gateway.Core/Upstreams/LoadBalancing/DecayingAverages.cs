namespace Gateway.Core.Upstreams.LoadBalancing;

/// <summary>
/// An exponentially weighted average per target that decays while the target is not used: with Δ the seconds since the last update,
/// <c>w = e^(−Δ/10)</c>, an update gives <c>average·w + value·(1−w)</c> and a comparison <c>average·w</c>, divided by the weight. So a
/// slow target is tried again now and then.
/// </summary>
internal sealed class DecayingAverages(IReadOnlyList<BalancerTarget> targets, TimeProvider time)
{
    private const double DecaySeconds = 10;

    private readonly Entry?[] _entries = new Entry?[targets.Count];

    /// <summary>What targets are compared by; lower is better.</summary>
    public double Score(int target)
    {
        var now = time.GetTimestamp();
        return Current(target, now) / targets[target].Weight;
    }

    /// <summary>Takes in the value of a completed attempt.</summary>
    public void Update(int target, double value)
    {
        var now = time.GetTimestamp();
        while (true)
        {
            var before = Volatile.Read(ref _entries[target]);
            var weight = before is null ? 0 : Weight(before, now);

            // The first value of a target stands as it is: there is nothing yet to weigh it against.
            var next = new Entry(before is null ? value : (before.Average * weight) + (value * (1 - weight)), now);
            if (ReferenceEquals(Interlocked.CompareExchange(ref _entries[target], next, before), before))
            {
                return;
            }
        }
    }

    private double Current(int target, long now)
    {
        if (Volatile.Read(ref _entries[target]) is { } entry)
        {
            return entry.Average * Weight(entry, now);
        }

        // A target without a history starts with the mean of the others, so that it is neither flooded nor starved.
        double sum = 0;
        var count = 0;
        foreach (var other in _entries)
        {
            if (other is not null)
            {
                sum += other.Average * Weight(other, now);
                count++;
            }
        }

        return count == 0 ? 0 : sum / count;
    }

    private double Weight(Entry entry, long now) => Math.Exp(-Math.Max(0, time.GetElapsedTime(entry.UpdatedAt, now).TotalSeconds) / DecaySeconds);

    private sealed record Entry(double Average, long UpdatedAt);
}
