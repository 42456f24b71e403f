namespace ConsoleWeb.Data.Logs;

/// <summary>Tells readers of the log that rows were committed.</summary>
internal sealed class LogSignal
{
    private readonly Lock _gate = new();
    private Subscription[] _subscriptions = [];

    public IDisposable Subscribe(Action callback)
    {
        var subscription = new Subscription(this, callback);
        lock (_gate)
        {
            _subscriptions = [.. _subscriptions, subscription];
        }

        return subscription;
    }

    public void Raise()
    {
        foreach (var subscription in Volatile.Read(ref _subscriptions))
        {
            subscription.Callback();
        }
    }

    private sealed class Subscription(LogSignal signal, Action callback) : IDisposable
    {
        public Action Callback { get; } = callback;

        public void Dispose()
        {
            lock (signal._gate)
            {
                signal._subscriptions = [.. signal._subscriptions.Where(s => s != this)];
            }
        }
    }
}
