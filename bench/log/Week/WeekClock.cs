namespace Gateway.LogBench.Week;

/// <summary>A clock that is put forward between calls and goes on by itself during them.</summary>
internal sealed class WeekClock : TimeProvider
{
    private readonly Lock _gate = new();
    private DateTimeOffset _at = DateTimeOffset.UnixEpoch;
    private long _since;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _at + GetElapsedTime(_since);
        }
    }

    public void Set(DateTimeOffset at)
    {
        lock (_gate)
        {
            (_at, _since) = (at, GetTimestamp());
        }
    }
}
