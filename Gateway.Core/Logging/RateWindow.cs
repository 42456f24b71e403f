namespace Gateway.Core.Logging;

/// <summary>Counts events of the last 60 seconds in one-second buckets, without a lock.</summary>
internal sealed class RateWindow(TimeProvider time)
{
    private const int Seconds = 60;
    private const int CountBits = 24;
    private const long CountMask = (1L << CountBits) - 1;

    // Each bucket holds the second it counts for in the upper bits and the count in the lower ones.
    private readonly long[] _buckets = new long[64];
    private readonly long _origin = time.GetTimestamp();

    public void Add()
    {
        var second = Second();
        ref var bucket = ref _buckets[second % _buckets.Length];
        while (true)
        {
            var seen = Volatile.Read(ref bucket);
            var wanted = seen >> CountBits == second ? Math.Min(seen + 1, (second << CountBits) | CountMask) : (second << CountBits) | 1;
            if (Interlocked.CompareExchange(ref bucket, wanted, seen) == seen)
            {
                return;
            }
        }
    }

    public int Sum()
    {
        var now = Second();
        long sum = 0;
        foreach (ref var bucket in _buckets.AsSpan())
        {
            var seen = Volatile.Read(ref bucket);
            var second = seen >> CountBits;
            if (second > now - Seconds && second <= now)
            {
                sum += seen & CountMask;
            }
        }

        return (int)Math.Min(int.MaxValue, sum);
    }

    // Starts at 1, so that an untouched bucket never looks like the present.
    private long Second() => (long)time.GetElapsedTime(_origin).TotalSeconds + 1;
}
