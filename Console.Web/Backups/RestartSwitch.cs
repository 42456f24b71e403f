namespace ConsoleWeb.Backups;

/// <summary>Stops the product and says that it starts again in the same process.</summary>
internal sealed class RestartSwitch(IHostApplicationLifetime lifetime, TimeProvider time) : IDisposable
{
    /// <summary>For the page that asked to be drawn once more.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private ITimer? _timer;
    private int _isAsked;

    /// <summary>Whether the product, once stopped, is to start again.</summary>
    public bool IsAsked => Volatile.Read(ref _isAsked) == 1;

    /// <summary>
    /// Begins to stop, in a moment and on a thread of its own: who asks is a page, and the end closes its connection and waits for what
    /// the connection is still doing. On the page's own turn that would be waiting for itself, until five seconds are over.
    /// </summary>
    public void Restart()
    {
        if (Interlocked.Exchange(ref _isAsked, 1) == 0)
        {
            _timer = time.CreateTimer(static switched => ((RestartSwitch)switched!).Stop(), this, Moment, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void Stop() => lifetime.StopApplication();
}
