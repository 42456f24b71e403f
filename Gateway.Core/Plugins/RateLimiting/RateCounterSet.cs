using System.Collections.Concurrent;

namespace Gateway.Core.Plugins.RateLimiting;

/// <summary>
/// The counters of one window by identifier. When there are too many, those that have not been asked for longest are forgotten: clients
/// that make identifiers up must not fill the memory.
/// </summary>
/// <param name="capacity">Identifiers in a generation; two generations are kept.</param>
internal sealed class RateCounterSet(int capacity)
{
    private Generations _generations = new([], []);
    private int _added;

    public RateCounter Get(string identifier)
    {
        var generations = Volatile.Read(ref _generations);
        if (generations.Young.TryGetValue(identifier, out var counter))
        {
            return counter;
        }

        counter = generations.Old.TryGetValue(identifier, out var old) ? old : new RateCounter();
        if (!generations.Young.TryAdd(identifier, counter))
        {
            return generations.Young[identifier];
        }

        if (Interlocked.Increment(ref _added) >= capacity
            && ReferenceEquals(Interlocked.CompareExchange(ref _generations, new Generations([], generations.Young), generations), generations))
        {
            Volatile.Write(ref _added, 0);
        }

        return counter;
    }

    private sealed record Generations(ConcurrentDictionary<string, RateCounter> Young, ConcurrentDictionary<string, RateCounter> Old);
}
