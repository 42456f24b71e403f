namespace Gateway.Core.Plugins.RateLimiting;

/// <summary>The requests of one identifier in one window.</summary>
internal sealed class RateCounter
{
    private long _count;

    public long Count => Volatile.Read(ref _count);

    /// <summary>Counts one more, unless the limit is reached.</summary>
    /// <param name="count">The count afterwards.</param>
    public bool TryAdd(double limit, out long count)
    {
        count = Volatile.Read(ref _count);
        while (count < limit)
        {
            var before = Interlocked.CompareExchange(ref _count, count + 1, count);
            if (before == count)
            {
                count++;
                return true;
            }

            count = before;
        }

        return false;
    }

    /// <summary>Takes one back.</summary>
    public long Remove() => Interlocked.Decrement(ref _count);
}
