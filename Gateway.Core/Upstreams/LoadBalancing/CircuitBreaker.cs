namespace Gateway.Core.Upstreams.LoadBalancing;

/// <summary>
/// Takes a target out of service after a number of failures and lets one call try it again when its time is over. Failures add up,
/// they need not be consecutive; only a success later than the rest time after the last failure sets them back.
/// </summary>
/// <param name="maxFails">Failures at which the target rests; 0 turns the breaker off.</param>
/// <param name="failTimeout">How long it rests.</param>
internal sealed class CircuitBreaker(int maxFails, TimeSpan failTimeout, TimeProvider time)
{
    private int _fails;
    private long _lastFail;
    private long _restUntil;
    private int _isProbing;

    /// <summary>Failures counted so far.</summary>
    public int Fails => Volatile.Read(ref _fails);

    /// <summary>Whether the breaker lets a call through now. A target that merely asked for rest stays available.</summary>
    public bool IsAvailable => !IsTripped || (TrippedLeft <= TimeSpan.Zero && Volatile.Read(ref _isProbing) == 0);

    /// <summary>Whether the target asked for rest and other targets should be preferred.</summary>
    public bool IsResting => Volatile.Read(ref _restUntil) is var until and not 0 && time.GetTimestamp() < until;

    /// <summary>Time until a tripped target is tried again; zero when it is not tripped.</summary>
    public TimeSpan TrippedLeft
    {
        get
        {
            if (!IsTripped)
            {
                return TimeSpan.Zero;
            }

            var left = failTimeout - time.GetElapsedTime(Volatile.Read(ref _lastFail));
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    private bool IsTripped => maxFails > 0 && Fails >= maxFails;

    /// <summary>Called before a call goes to the target. False: another call is just probing the tripped target.</summary>
    public bool TryEnter() =>
        !IsTripped || (TrippedLeft <= TimeSpan.Zero && Interlocked.CompareExchange(ref _isProbing, 1, 0) == 0);

    public void Succeeded()
    {
        if (maxFails == 0)
        {
            return;
        }

        if (IsTripped || (Fails > 0 && time.GetElapsedTime(Volatile.Read(ref _lastFail)) > failTimeout))
        {
            Interlocked.Exchange(ref _fails, 0);
        }

        Interlocked.Exchange(ref _isProbing, 0);
    }

    public void Failed()
    {
        if (maxFails == 0)
        {
            return;
        }

        Interlocked.Exchange(ref _lastFail, time.GetTimestamp());
        Interlocked.Increment(ref _fails);
        Interlocked.Exchange(ref _isProbing, 0);
    }

    /// <summary>The call ended without saying anything about the target: the client left, or the answer was a plain refusal.</summary>
    public void Abandoned() => Interlocked.Exchange(ref _isProbing, 0);

    /// <summary>The target asked to be left alone (<c>Retry-After</c>). Works with the breaker off too.</summary>
    public void Rest(TimeSpan duration) =>
        Interlocked.Exchange(ref _restUntil, time.GetTimestamp() + (long)(duration.TotalSeconds * time.TimestampFrequency));
}
