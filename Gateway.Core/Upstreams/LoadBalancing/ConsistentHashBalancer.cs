using System.Text;

namespace Gateway.Core.Upstreams.LoadBalancing;

/// <summary>
/// A ring of points owned by the targets. The hash of a request's value falls on a point and the ring is walked one way to the first
/// available target: the same value meets the same target, and a target that goes takes only its own share along.
/// </summary>
internal sealed class ConsistentHashBalancer : ILoadBalancer
{
    /// <summary>Points per target of average weight (Kong Gateway, consistent hashing).</summary>
    private const int PointsPerTarget = 160;

    private readonly int[] _ring;
    private readonly int _targetCount;

    /// <param name="slots">Points of the ring, 10 to 65536.</param>
    public ConsistentHashBalancer(IReadOnlyList<BalancerTarget> targets, int slots)
    {
        _targetCount = targets.Count;
        _ring = new int[slots];
        Array.Fill(_ring, -1);
        double total = 0;
        foreach (var target in targets)
        {
            total += target.Weight;
        }

        for (var i = 0; i < targets.Count; i++)
        {
            var points = Math.Max(1, (int)Math.Round(PointsPerTarget * targets.Count * (targets[i].Weight / total)));
            for (var point = 0; point < points; point++)
            {
                var place = (int)(Hash($"{targets[i].Identity}#{point}") % (uint)slots);

                // Two targets on one point: the first keeps it, in the order of the configuration, so that the ring is always the same.
                if (_ring[place] < 0)
                {
                    _ring[place] = i;
                }
            }
        }
    }

    /// <summary>A stable 32-bit hash of a text.</summary>
    /// <remarks>FNV-1a, then Murmur's last mixing step: names that differ in their last digit land far apart.</remarks>
    public static uint Hash(string value)
    {
        var hash = 2166136261;
        foreach (var b in Encoding.UTF8.GetBytes(value))
        {
            hash = (hash ^ b) * 16777619;
        }

        hash ^= hash >> 16;
        hash *= 0x85ebca6b;
        hash ^= hash >> 13;
        hash *= 0xc2b2ae35;
        return hash ^ (hash >> 16);
    }

    public int Pick(BalancerRequest request)
    {
        var start = request.RingPosition < 0 ? (int)(request.Hash % (uint)_ring.Length) : (request.RingPosition + 1) % _ring.Length;
        var preferFresh = _targetCount > 1 && request.HasFresh();
        for (var i = 0; i < _ring.Length; i++)
        {
            var place = (start + i) % _ring.Length;
            var target = _ring[place];
            if (target >= 0 && (preferFresh ? request.IsFresh(target) : request.Candidates[target]))
            {
                request.RingPosition = place;
                return target;
            }
        }

        // A target so light that all its points were taken still gets what nobody else can serve.
        return Array.FindIndex(request.Candidates, c => c);
    }

    public void Started(int target)
    {
    }

    public void Ended(int target, in AttemptResult result)
    {
    }
}
