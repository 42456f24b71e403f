using Microsoft.Extensions.Options;

namespace Gateway.Core.Pipeline;

/// <summary>Bounds the requests that are in work at one time, so that a burst is refused at once instead of taking the memory of all the others.</summary>
internal sealed class ConcurrencyGate(IOptions<ProxyOptions> options)
{
    private readonly int _max = options.Value.MaxConcurrentRequests;
    private int _running;

    /// <summary>Whether one more request may go in. Every one that does must <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _running) <= _max || _max == 0)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _running);
}
