namespace Gateway.Core.Upstreams.LoadBalancing;

/// <summary>
/// A wheel that holds each target as often as its weight divided by the greatest common divisor of all weights says, shuffled once.
/// One shared pointer moves on with every pick. A retry goes on along the wheel and may meet the same target again.
/// </summary>
internal sealed class RoundRobinBalancer : ILoadBalancer
{
    private readonly int[] _wheel;
    private int _pointer = -1;

    /// <param name="random">Shuffles the wheel.</param>
    public RoundRobinBalancer(IReadOnlyList<BalancerTarget> targets, Random random)
    {
        _wheel = Build(targets);
        random.Shuffle(_wheel);
    }

    /// <summary>The wheel, for tests: one target index per place.</summary>
    internal ReadOnlySpan<int> Wheel => _wheel;

    public int Pick(BalancerRequest request)
    {
        for (var i = 0; i < _wheel.Length; i++)
        {
            var target = _wheel[(int)((uint)Interlocked.Increment(ref _pointer) % (uint)_wheel.Length)];
            if (request.Candidates[target])
            {
                return target;
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

    private static int[] Build(IReadOnlyList<BalancerTarget> targets)
    {
        var divisor = 0;
        foreach (var target in targets)
        {
            divisor = GreatestCommonDivisor(target.Weight, divisor);
        }

        var places = 0;
        foreach (var target in targets)
        {
            places += target.Weight / divisor;
        }

        var wheel = new int[places];
        var at = 0;
        for (var i = 0; i < targets.Count; i++)
        {
            wheel.AsSpan(at, targets[i].Weight / divisor).Fill(i);
            at += targets[i].Weight / divisor;
        }

        return wheel;
    }

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
