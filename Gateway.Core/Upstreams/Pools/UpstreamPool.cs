using System.Security.Cryptography;
using Gateway.Core.Pipeline;
using Gateway.Core.Upstreams.LoadBalancing;
using Gateway.Shared.Contracts;

namespace Gateway.Core.Upstreams.Pools;

/// <summary>An Upstream of a snapshot with its targets, its balancer and their health.</summary>
internal sealed class UpstreamPool
{
    private readonly ILoadBalancer? _balancer;
    private readonly PoolTarget[] _active;

    /// <param name="previous">The pool of the same upstream before; targets that stay keep their health.</param>
    public UpstreamPool(UpstreamConfig config, IEnumerable<TargetConfig> targets, UpstreamPool? previous, TimeProvider time)
    {
        Config = config;
        Targets = [.. targets.Select(t => new PoolTarget(t, previous?.Find(t.Target)?.Health))];
        _active = [.. Targets.Where(t => t.Config.Weight > 0)];
        if (_active.Length > 0)
        {
            _balancer = Balancer([.. _active.Select(t => new BalancerTarget(t.Config.Target, t.Config.Weight))], time);
        }
    }

    public UpstreamConfig Config { get; }

    /// <summary>All targets, also those of weight 0.</summary>
    public IReadOnlyList<PoolTarget> Targets { get; }

    /// <summary>Whether anything can make a target unhealthy or healthy again.</summary>
    public bool IsChecked => IsProbed || Config.Healthchecks.Passive is { Healthy.Successes: > 0 } or { Unhealthy: { TcpFailures: > 0 } or { Timeouts: > 0 } or { HttpFailures: > 0 } };

    /// <summary>Whether the gateway probes the targets by itself.</summary>
    public bool IsProbed => Config.Healthchecks.Active is { Healthy.Interval: > 0 } or { Unhealthy.Interval: > 0 };

    /// <summary>Whether enough of the weight is healthy for calls to be let through.</summary>
    public bool IsAvailable
    {
        get
        {
            long total = 0, healthy = 0;
            foreach (var target in _active)
            {
                total += target.Config.Weight;
                healthy += target.Health.IsHealthy ? target.Config.Weight : 0;
            }

            return healthy > 0 && healthy * 100.0 / total >= Config.Healthchecks.Threshold;
        }
    }

    /// <param name="address">As stored, <c>host:port</c>.</param>
    public PoolTarget? Find(string address) => Targets.FirstOrDefault(t => t.Config.Target == address);

    /// <summary><c>healthchecks_off</c>, <c>healthy</c> or <c>unhealthy</c>.</summary>
    public string StateOf(PoolTarget target) => !IsChecked ? "healthchecks_off" : target.Health.IsHealthy ? "healthy" : "unhealthy";

    /// <summary>Begins the choice of targets for one request.</summary>
    public PoolTurn Begin(GatewayContext context) => new(this, _active, _balancer, RequestHash.Of(Config, context));

    private ILoadBalancer Balancer(BalancerTarget[] targets, TimeProvider time) => Config.Algorithm switch
    {
        "least-connections" => new LeastConnectionsBalancer(targets),
        "latency" => new LowestScoreBalancer(targets, ScoreKind.Seconds, time),
        "consistent-hashing" => new ConsistentHashBalancer(targets, Config.Slots),
        _ => new RoundRobinBalancer(targets, new Random(RandomNumberGenerator.GetInt32(int.MaxValue))),
    };
}
