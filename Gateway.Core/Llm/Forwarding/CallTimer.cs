namespace Gateway.Core.Llm.Forwarding;

/// <summary>
/// The clock of one attempt: one token that ends when the client leaves, when the running stage has taken too long, or when the
/// whole call has.
/// </summary>
internal sealed class CallTimer : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _registration;
    private readonly TimeProvider _time;
    private readonly CancellationToken _client;
    private readonly long _deadline;
    private int _isStopped;
    private volatile bool _hasClientLeft;

    /// <param name="deadline">Timestamp after which the call ends whatever happens.</param>
    /// <param name="client">Cancelled when the client leaves.</param>
    public CallTimer(TimeProvider time, long deadline, CancellationToken client)
    {
        _time = time;
        _client = client;
        _deadline = deadline;
        _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _registration = client.UnsafeRegister(static timer => ((CallTimer)timer!).OnClientLeft(), this);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Whether the time of a stage or of the call is over, and not the client gone.</summary>
    public bool IsTimeout => _source.IsCancellationRequested && !_client.IsCancellationRequested;

    /// <summary>Whether it was the time that ended the call, also when the connection to the client was ended because of it.</summary>
    public bool HasTimedOut => _source.IsCancellationRequested && !_hasClientLeft;

    /// <summary>Whether a person ended the call.</summary>
    public bool IsStopped => Volatile.Read(ref _isStopped) != 0;

    /// <summary>Whether the whole call has taken too long.</summary>
    public bool IsPastDeadline => _time.GetTimestamp() >= _deadline;

    /// <summary>Gives the next stage its time.</summary>
    public void Arm(TimeSpan time)
    {
        // Timers count whole milliseconds: one that fired in the last of them would look like one of the stage.
        var left = _time.GetElapsedTime(_time.GetTimestamp(), _deadline) + TimeSpan.FromMilliseconds(1);
        _source.CancelAfter(left < time ? (left > TimeSpan.Zero ? left : TimeSpan.Zero) : time);
    }

    /// <summary>Ends the attempt because a person said so. May come from any thread, also after the attempt has ended.</summary>
    public void Stop()
    {
        Volatile.Write(ref _isStopped, 1);
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended just now.
        }
    }

    private void OnClientLeft()
    {
        _hasClientLeft = !_source.IsCancellationRequested;
        _source.Cancel();
    }

    public void Dispose()
    {
        _registration.Dispose();
        _source.Dispose();
    }
}
