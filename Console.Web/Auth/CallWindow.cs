namespace ConsoleWeb.Auth;

/// <summary>Counts events per key within a stretch of time. Its memory is bounded, whatever the number of keys.</summary>
/// <param name="limit">Events per key and stretch that pass.</param>
/// <param name="capacity">Keys that are told apart; more of them share one count.</param>
internal sealed class CallWindow(TimeProvider time, int limit, TimeSpan length, int capacity = 10_000)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Count> _counts = new(StringComparer.Ordinal);

    /// <summary>Notes an event.</summary>
    /// <returns>How long the key has to wait; null while it is within its limit.</returns>
    public TimeSpan? Add(string key)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (!_counts.TryGetValue(key, out var count))
            {
                if (_counts.Count >= capacity)
                {
                    RemoveExpired(now);
                }

                key = _counts.Count >= capacity ? "" : key;
                if (!_counts.TryGetValue(key, out count))
                {
                    _counts[key] = count = new Count { Start = now };
                }
            }

            if (now - count.Start >= length)
            {
                count.Start = now;
                count.Events = 0;
            }

            count.Events++;
            return count.Events > limit ? count.Start + length - now : null;
        }
    }

    private void RemoveExpired(DateTimeOffset now)
    {
        foreach (var (key, count) in _counts)
        {
            if (now - count.Start >= length)
            {
                _counts.Remove(key);
            }
        }
    }

    private sealed class Count
    {
        public DateTimeOffset Start { get; set; }

        public int Events { get; set; }
    }
}
