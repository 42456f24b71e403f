namespace ConsoleWeb.Auth;

/// <summary>
/// Slows down guessing of passwords, per account and per source. A delay grows with the failures and ends by itself: nobody can lock
/// somebody else out for good.
/// </summary>
/// <param name="capacity">Names and sources that are remembered; beyond that the oldest go.</param>
internal sealed class SignInThrottle(TimeProvider time, int capacity = 20_000)
{
    /// <summary>Failures without a delay.</summary>
    private const int Free = 5;

    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(15);

    /// <summary>An account can be delayed by strangers, so its delay stays short.</summary>
    private static readonly TimeSpan LongestForAccount = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestForSource = TimeSpan.FromMinutes(15);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Failures> _failures = new(StringComparer.Ordinal);

    /// <returns>How long to wait before the next try; null when it may be now.</returns>
    public TimeSpan? Remaining(string userName, string source)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var until = Max(Until(Account(userName), LongestForAccount), Until(Source(source), LongestForSource));
            return until > now ? until - now : null;
        }
    }

    /// <summary>
    /// Counts a try as failed before it is looked at, so that many at once cannot all pass while the first is still being checked;
    /// <see cref="Succeed"/> takes that back.
    /// </summary>
    /// <returns>How long to wait instead; null when the try may go on.</returns>
    public TimeSpan? Begin(string userName, string source)
    {
        lock (_lock)
        {
            if (Remaining(userName, source) is { } wait)
            {
                return wait;
            }

            Fail(userName, source);
            return null;
        }
    }

    public void Fail(string userName, string source)
    {
        lock (_lock)
        {
            Add(Account(userName));
            Add(Source(source));
        }
    }

    /// <summary>Forgets the failures of an account whose owner has signed in; those of the source stay, but for the try that has just begun.</summary>
    public void Succeed(string userName, string source)
    {
        lock (_lock)
        {
            _failures.Remove(Account(userName));
            if (_failures.TryGetValue(Source(source), out var tries))
            {
                _failures[Source(source)] = tries with { Count = tries.Count - 1, Last = tries.Before };
            }
        }
    }

    private static string Account(string userName) => "account:" + (userName.Length > 256 ? userName[..256] : userName).ToUpperInvariant();

    private static string Source(string source) => "source:" + source;

    private static DateTimeOffset Max(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private DateTimeOffset Until(string key, TimeSpan longest)
    {
        if (!_failures.TryGetValue(key, out var failures) || failures.Count < Free)
        {
            return default;
        }

        var seconds = Math.Min(Math.Pow(2, failures.Count - Free), longest.TotalSeconds);
        return failures.Last + TimeSpan.FromSeconds(seconds);
    }

    private void Add(string key)
    {
        var now = time.GetUtcNow();
        if (!_failures.TryGetValue(key, out var failures) || now - failures.Last > Memory)
        {
            if (failures.Count == 0 && _failures.Count >= capacity)
            {
                MakeRoom(now);
            }

            failures = default;
        }

        _failures[key] = new Failures(failures.Count + 1, now, failures.Last);
    }

    private void MakeRoom(DateTimeOffset now)
    {
        foreach (var (key, failures) in _failures)
        {
            if (now - failures.Last > Memory)
            {
                _failures.Remove(key);
            }
        }

        if (_failures.Count >= capacity)
        {
            // A spray of names: those with the fewest failures are worth least.
            foreach (var (key, _) in _failures.OrderBy(f => f.Value.Count).ThenBy(f => f.Value.Last).Take(capacity / 4).ToList())
            {
                _failures.Remove(key);
            }
        }
    }

    private readonly record struct Failures(int Count, DateTimeOffset Last, DateTimeOffset Before);
}
