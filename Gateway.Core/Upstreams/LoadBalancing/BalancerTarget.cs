namespace Gateway.Core.Upstreams.LoadBalancing;

/// <summary>One target as a balancer sees it.</summary>
/// <param name="Identity">Text that stays the same across restarts and reloads; consistent hashing places the target by it.</param>
/// <param name="Weight">1 to 65535.</param>
internal sealed record BalancerTarget(string Identity, int Weight);
