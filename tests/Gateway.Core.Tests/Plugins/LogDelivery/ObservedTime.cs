using Microsoft.Extensions.Time.Testing;

namespace Gateway.Core.Tests.Plugins.LogDelivery;

/// <summary>A clock that stands still and tells who waits for it.</summary>
internal sealed class ObservedTime : FakeTimeProvider
{
    private readonly List<TimeSpan> _waits = [];

    /// <summary>Every wait that was begun, oldest first.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_waits)
            {
                return [.. _waits];
            }
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        lock (_waits)
        {
            _waits.Add(dueTime);
        }

        return timer;
    }
}
