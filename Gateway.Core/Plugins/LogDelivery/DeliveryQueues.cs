using Gateway.Core.Upstreams;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Plugins.LogDelivery;

/// <summary>
/// One queue for each endpoint, shared by all instances that name it with equal settings. A queue that no instance uses any more goes
/// away once it is empty: a busy one is kept alive by what it waits for.
/// </summary>
/// <param name="clients">The way to the endpoints. Named here so that it is disposed of after the queues, which still send then.</param>
internal sealed class DeliveryQueues(UpstreamClients clients, TimeProvider time, ILogger<DeliveryQueue> logger) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, WeakReference<DeliveryQueue>> _queues = new(StringComparer.Ordinal);

    /// <param name="key">Everything that makes the endpoint what it is, settings and secrets included.</param>
    public DeliveryQueue For(string key, QueueSettings settings, Func<UpstreamClients, IBatchSender> createSender)
    {
        lock (_gate)
        {
            if (_queues.TryGetValue(key, out var reference) && reference.TryGetTarget(out var known))
            {
                return known;
            }

            foreach (var gone in _queues.Where(q => !q.Value.TryGetTarget(out _)).Select(q => q.Key).ToList())
            {
                _queues.Remove(gone);
            }

            var queue = new DeliveryQueue(createSender(clients), settings, logger, time);
            _queues[key] = new WeakReference<DeliveryQueue>(queue);
            return queue;
        }
    }

    /// <summary>Sends what waits, when the process ends.</summary>
    public async ValueTask DisposeAsync()
    {
        List<DeliveryQueue> queues = [];
        lock (_gate)
        {
            foreach (var reference in _queues.Values)
            {
                if (reference.TryGetTarget(out var queue))
                {
                    queues.Add(queue);
                }
            }
        }

        await Task.WhenAll(queues.Select(q => q.DisposeAsync().AsTask()));
    }
}
