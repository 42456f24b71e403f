namespace Gateway.Core.Upstreams.Pools;

/// <summary>
/// Whether a target is fit for calls, by what probes and traffic say. A success sets the failures back and a failure the successes; a
/// limit of 0 turns a counter off (Kong Gateway, health checks of upstreams). Safe from many threads; a lost count under a race only
/// delays a verdict by one call.
/// </summary>
internal sealed class TargetHealth
{
    private readonly int[] _failures = new int[3];
    private int _isUnhealthy;
    private int _successes;

    public bool IsHealthy => Volatile.Read(ref _isUnhealthy) == 0;

    /// <param name="limit">Successes that make an unhealthy target healthy; 0: none do.</param>
    public void Succeeded(int limit)
    {
        Array.Clear(_failures);
        if (!IsHealthy && limit > 0 && Interlocked.Increment(ref _successes) >= limit)
        {
            Set(isHealthy: true);
        }
    }

    /// <param name="limit">Failures of this kind that make a healthy target unhealthy; 0: none do.</param>
    public void Failed(TargetFailure failure, int limit)
    {
        Volatile.Write(ref _successes, 0);
        if (IsHealthy && limit > 0 && Interlocked.Increment(ref _failures[(int)failure]) >= limit)
        {
            Set(isHealthy: false);
        }
    }

    /// <summary>What an operator says holds until the next verdict.</summary>
    public void Set(bool isHealthy)
    {
        Volatile.Write(ref _isUnhealthy, isHealthy ? 0 : 1);
        Volatile.Write(ref _successes, 0);
        Array.Clear(_failures);
    }
}

/// <summary>How a call or probe failed.</summary>
internal enum TargetFailure
{
    /// <summary>No connection, or it broke before the answer.</summary>
    Tcp,

    Timeout,

    /// <summary>A status that counts as failure.</summary>
    Http,
}
