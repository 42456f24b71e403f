using Gateway.Core.Upstreams.LoadBalancing;

namespace Gateway.Core.Upstreams.Pools;

/// <summary>The tries of one request at the targets of a pool.</summary>
internal sealed class PoolTurn
{
    private readonly UpstreamPool _pool;
    private readonly PoolTarget[] _targets;
    private readonly ILoadBalancer? _balancer;
    private readonly BalancerRequest _request;
    private int _current = -1;

    public PoolTurn(UpstreamPool pool, PoolTarget[] targets, ILoadBalancer? balancer, uint hash) =>
        (_pool, _targets, _balancer, _request) = (pool, targets, balancer, new BalancerRequest(new bool[targets.Length]) { Hash = hash });

    /// <summary>The target of the next try: a healthy one, and one that has not failed this request while there is another. Null when there is none.</summary>
    public PoolTarget? Next()
    {
        _current = _balancer is null || !_pool.IsAvailable ? -1 : Pick(_balancer);
        if (_current < 0)
        {
            return null;
        }

        _balancer!.Started(_current);
        return _targets[_current];
    }

    /// <summary>The try got an answer, to its last byte.</summary>
    public void Answered(int status, TimeSpan time)
    {
        var passive = _pool.Config.Healthchecks.Passive;
        var health = _targets[_current].Health;
        if (Contains(passive.Healthy.HttpStatuses, status))
        {
            health.Succeeded(passive.Healthy.Successes);
        }
        else if (Contains(passive.Unhealthy.HttpStatuses, status))
        {
            health.Failed(TargetFailure.Http, passive.Unhealthy.HttpFailures);
        }

        _balancer!.Ended(_current, new AttemptResult(time.TotalSeconds, IsSuccess: true));
    }

    /// <summary>The try got no answer.</summary>
    public void Failed(UpstreamFault fault)
    {
        _request.MarkFailed(_current);
        var limits = _pool.Config.Healthchecks.Passive.Unhealthy;
        if (fault.Status == 504)
        {
            _targets[_current].Health.Failed(TargetFailure.Timeout, limits.Timeouts);
        }
        else
        {
            _targets[_current].Health.Failed(TargetFailure.Tcp, limits.TcpFailures);
        }

        _balancer!.Ended(_current, new AttemptResult(0, IsSuccess: false));
    }

    /// <summary>The try ended without saying anything about the target: the client left.</summary>
    public void Abandoned() => _balancer!.Ended(_current, new AttemptResult(0, IsSuccess: false));

    private int Pick(ILoadBalancer balancer)
    {
        var hasFresh = false;
        for (var i = 0; i < _targets.Length; i++)
        {
            _request.Candidates[i] = _targets[i].Health.IsHealthy && !_request.Failed[i];
            hasFresh |= _request.Candidates[i];
        }

        for (var i = 0; !hasFresh && i < _targets.Length; i++)
        {
            _request.Candidates[i] = _targets[i].Health.IsHealthy;
            _request.Failed[i] = false;
        }

        return balancer.Pick(_request);
    }

    private static bool Contains(IReadOnlyList<int> statuses, int status)
    {
        for (var i = 0; i < statuses.Count; i++)
        {
            if (statuses[i] == status)
            {
                return true;
            }
        }

        return false;
    }
}
