using Gateway.Core.Configuration;

namespace Gateway.Core.Upstreams.Pools;

/// <summary>The upstreams of a snapshot by name.</summary>
internal sealed class UpstreamPools
{
    private readonly GatewayConfig _source;
    private readonly Dictionary<string, UpstreamPool> _byName;

    /// <param name="previous">Pools that did not change are taken over as they are.</param>
    public UpstreamPools(GatewayConfig config, UpstreamPools? previous, TimeProvider time)
    {
        _source = config;
        var targets = config.Targets.ToLookup(t => t.Upstream.Id);
        _byName = config.Upstreams.ToDictionary(
            u => u.Name,
            u => previous?.All.FirstOrDefault(p => p.Config.Id == u.Id) is not { } before ? new UpstreamPool(u, targets[u.Id], null, time)
                : ReferenceEquals(before.Config, u) && before.Targets.Select(t => t.Config).SequenceEqual(targets[u.Id], ReferenceEqualityComparer.Instance) ? before
                : new UpstreamPool(u, targets[u.Id], before, time),
            StringComparer.OrdinalIgnoreCase);
    }

    public IReadOnlyCollection<UpstreamPool> All => _byName.Values;

    /// <summary>The pool that a service's host names; null when it is a plain host.</summary>
    public UpstreamPool? Find(string host) => _byName.Count == 0 ? null : _byName.GetValueOrDefault(host);

    /// <summary>Whether this is what the constructor would make of another configuration.</summary>
    public bool IsOf(GatewayConfig config) => ReferenceEquals(config.Upstreams, _source.Upstreams) && ReferenceEquals(config.Targets, _source.Targets);
}
