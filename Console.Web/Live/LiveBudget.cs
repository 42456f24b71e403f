namespace ConsoleWeb.Live;

/// <summary>
/// What live pages may take of the machine together for drawing themselves. Each asks for a time by what its last drawing took; the times lie
/// as far apart as the share wants it, so that pages which many people keep open are drawn less often instead of holding up requests. What a
/// person does is drawn at once and does not count.
/// </summary>
/// <param name="cores">Of the machine.</param>
public sealed class LiveBudget(TimeProvider time, int cores)
{
    private const double Share = 0.02;

    /// <summary>One page that takes long does not keep the others waiting for longer.</summary>
    private static readonly TimeSpan LongestStretch = TimeSpan.FromMilliseconds(500);

    /// <summary>What is drawn faster than this neither waits nor counts.</summary>
    private static readonly TimeSpan Small = TimeSpan.FromMilliseconds(1);

    private readonly double _stretch = Math.Max(1, 1 / (Share * cores));
    private readonly Lock _lock = new();
    private long _free;

    /// <summary>Waits for the time of the next drawing.</summary>
    /// <param name="last">What the last one of this page took; zero: there was none.</param>
    /// <exception cref="OperationCanceledException">The page was left meanwhile.</exception>
    public Task WaitAsync(TimeSpan last, CancellationToken cancellationToken)
    {
        if (last < Small)
        {
            return Task.CompletedTask;
        }

        TimeSpan wait;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var at = Math.Max(now, _free);
            var stretch = last * _stretch;
            _free = at + (long)((stretch < LongestStretch ? stretch : LongestStretch).TotalSeconds * time.TimestampFrequency);
            wait = time.GetElapsedTime(now, at);
        }

        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;
    }
}
