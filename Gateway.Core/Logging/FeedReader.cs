namespace Gateway.Core.Logging;

/// <summary>
/// A lossy subscription to <see cref="RequestFeed"/>: it may lie at most <see cref="Capacity"/> events behind, older ones are counted
/// as skipped. Used by one thread at a time; dispose of it to stop.
/// </summary>
internal sealed class FeedReader : IDisposable
{
    /// <summary>Events a reader may lie behind.</summary>
    public const int Capacity = 1000;

    private readonly RequestFeed _feed;
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly IDisposable _subscription;
    private long _next;
    private bool _disposed;

    internal FeedReader(RequestFeed feed, long next)
    {
        _feed = feed;
        _next = next;
        _subscription = feed.OnChanged(Signal);
    }

    /// <summary>Waits until there may be something to read.</summary>
    /// <returns>False when <paramref name="timeout"/> passed first.</returns>
    public Task<bool> WaitAsync(TimeSpan timeout, CancellationToken cancellationToken) => _signal.WaitAsync(timeout, cancellationToken);

    /// <summary>Takes what has happened since the last call, oldest first.</summary>
    public FeedBatch Read() => _feed.ReadFrom(ref _next);

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _subscription.Dispose();
        _feed.Leave();
        _signal.Dispose();
    }

    private void Signal()
    {
        if (_signal.CurrentCount == 0)
        {
            _signal.Release();
        }
    }
}
