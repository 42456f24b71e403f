using System.Collections.Immutable;

namespace ConsoleWeb.Features.Entities;

/// <summary>Tells subscribers that something changed; they read what they need themselves.</summary>
internal sealed class Signal
{
    private ImmutableArray<Action> _callbacks = [];

    public void Raise()
    {
        foreach (var callback in _callbacks)
        {
            callback();
        }
    }

    public IDisposable Subscribe(Action callback)
    {
        ImmutableInterlocked.Update(ref _callbacks, list => list.Add(callback));
        return new Subscription(this, callback);
    }

    private sealed class Subscription(Signal signal, Action callback) : IDisposable
    {
        public void Dispose() => ImmutableInterlocked.Update(ref signal._callbacks, list => list.Remove(callback));
    }
}
