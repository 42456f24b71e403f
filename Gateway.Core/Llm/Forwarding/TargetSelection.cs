using Gateway.Core.Upstreams.LoadBalancing;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>How an attempt ended, for breaker and balancer.</summary>
internal enum AttemptVerdict
{
    Success,

    /// <summary>The target is to blame.</summary>
    Failure,

    /// <summary>Says nothing about the target: the client left, or its request was refused.</summary>
    Neutral,
}

/// <summary>Which target is next for one request, and what becomes of the ones before. Every target taken must be ended once.</summary>
internal sealed class TargetSelection
{
    private readonly BalancerPlan? _plan;
    private readonly bool[] _allowed;
    private readonly BalancerRequest? _request;
    private int _attempts;

    /// <param name="plan">Null: one target, one attempt.</param>
    /// <param name="allowed">Targets that may serve the request's model.</param>
    /// <param name="hash">For consistent hashing.</param>
    public TargetSelection(BalancerPlan? plan, bool[] allowed, uint hash)
    {
        _plan = plan;
        _allowed = allowed;
        _request = plan is null ? null : new BalancerRequest((bool[])allowed.Clone()) { Hash = hash };
    }

    /// <summary>Seconds until a target is tried again when all rest; at least 1.</summary>
    public int RetryAfterSeconds
    {
        get
        {
            var soonest = TimeSpan.MaxValue;
            for (var i = 0; _plan is not null && i < _allowed.Length; i++)
            {
                if (_allowed[i] && _plan.Breakers[i].TrippedLeft is var left && left < soonest)
                {
                    soonest = left;
                }
            }

            return soonest == TimeSpan.MaxValue ? 1 : Math.Max(1, (int)Math.Ceiling(soonest.TotalSeconds));
        }
    }

    /// <returns>Index of the next target, or -1 when there is none, or the attempts are used up.</returns>
    public int Next()
    {
        if (_plan is null || _request is null)
        {
            return _attempts++ == 0 ? Array.IndexOf(_allowed, true) : -1;
        }

        if (_attempts > _plan.Retries)
        {
            return -1;
        }

        // A target that asked for rest is avoided while another can serve.
        if (!Refresh(avoidsResting: true))
        {
            Refresh(avoidsResting: false);
        }

        while (_plan.Algorithm.Pick(_request) is var target and >= 0)
        {
            if (_plan.Breakers[target].TryEnter())
            {
                _attempts++;
                _plan.Algorithm.Started(target);
                return target;
            }

            _request.Candidates[target] = false;
        }

        return -1;
    }

    public void Ended(int target, AttemptVerdict verdict, in AttemptResult result)
    {
        if (_plan is null)
        {
            return;
        }

        _plan.Algorithm.Ended(target, result);
        var breaker = _plan.Breakers[target];
        switch (verdict)
        {
            case AttemptVerdict.Success:
                breaker.Succeeded();
                break;
            case AttemptVerdict.Failure:
                breaker.Failed();
                break;
            default:
                breaker.Abandoned();
                break;
        }
    }

    /// <summary>An attempt failed and others may follow: the target is left out where the algorithm says so.</summary>
    public void MarkFailed(int target) => _request?.MarkFailed(target);

    private bool Refresh(bool avoidsResting)
    {
        var any = false;
        for (var i = 0; i < _allowed.Length; i++)
        {
            var breaker = _plan!.Breakers[i];
            _request!.Candidates[i] = _allowed[i] && breaker.IsAvailable && !(avoidsResting && breaker.IsResting);
            any |= _request.Candidates[i];
        }

        return any;
    }
}
