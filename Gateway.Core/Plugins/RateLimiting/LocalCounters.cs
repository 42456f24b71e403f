using System.Collections.Concurrent;
using Gateway.Core.Configuration;

namespace Gateway.Core.Plugins.RateLimiting;

/// <summary>
/// Counts in the memory of this process, exactly, also when many requests come at once. What an instance counted stays when its config
/// changes, and goes with the instance.
/// </summary>
internal sealed class LocalCounters : IRateCounters
{
    private readonly ConcurrentDictionary<Guid, CurrentWindow[]> _instances = new();
    private long _version;

    public ValueTask<bool> TryCountAsync(RateCheck check) => ValueTask.FromResult(TryCount(check));

    /// <summary>Forgets instances that are no longer configured.</summary>
    public void Keep(GatewaySnapshot snapshot)
    {
        var known = Volatile.Read(ref _version);
        if (snapshot.Version <= known || Interlocked.CompareExchange(ref _version, snapshot.Version, known) != known)
        {
            return;
        }

        foreach (var (id, _) in _instances)
        {
            if (snapshot.Plugins.Find(id) is null)
            {
                _instances.TryRemove(id, out _);
            }
        }
    }

    private bool TryCount(RateCheck check)
    {
        var windows = _instances.GetOrAdd(check.Instance, static _ => [.. Enum.GetValues<RatePeriod>().Select(_ => new CurrentWindow())]);
        var counters = new RateCounter[check.Limits.Length];
        for (var i = 0; i < counters.Length; i++)
        {
            counters[i] = windows[(int)check.Limits[i].Period].Get(check.Windows[i], check.Identifier);
        }

        // Everybody counts in the same order: who is stopped by a place that another takes back below is stopped by the same full
        // window as that one, so nobody is refused who would fit.
        for (var i = 0; i < counters.Length; i++)
        {
            if (counters[i].TryAdd(check.Limits[i].Limit, out check.Usage[i]))
            {
                continue;
            }

            for (var j = 0; j < counters.Length; j++)
            {
                check.Usage[j] = j < i ? counters[j].Remove() : counters[j].Count;
            }

            return false;
        }

        return true;
    }

    /// <summary>The running window of one period. The one before is dropped as a whole when the next begins.</summary>
    private sealed class CurrentWindow
    {
        private const int Capacity = 50_000;

        private Counted? _current;

        public RateCounter Get(in RateWindow window, string identifier)
        {
            var current = Volatile.Read(ref _current);

            // A request that read the clock just before the next window began counts there. Windows far ahead come from a clock that
            // was set back.
            if (current is null || window.Start > current.Start || window.End < current.Start)
            {
                var next = new Counted(window.Start, new RateCounterSet(Capacity));
                current = ReferenceEquals(Interlocked.CompareExchange(ref _current, next, current), current) ? next : Volatile.Read(ref _current)!;
            }

            return current.Counters.Get(identifier);
        }

        private sealed record Counted(long Start, RateCounterSet Counters);
    }
}
