namespace Gateway.Core.Plugins.RateLimiting;

/// <summary>Remembers whether something answers, so that only a change is reported.</summary>
internal sealed class Availability
{
    private int _isAway;

    /// <summary>It did not answer. True when that is new.</summary>
    public bool IsLost() => Interlocked.Exchange(ref _isAway, 1) == 0;

    /// <summary>It answered. True when that is new.</summary>
    public bool IsBack() => Volatile.Read(ref _isAway) == 1 && Interlocked.Exchange(ref _isAway, 0) == 1;
}
