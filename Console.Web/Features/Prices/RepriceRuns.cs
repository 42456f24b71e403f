using ConsoleWeb.Audit;
using ConsoleWeb.Data.Logs.Pricing;
using ConsoleWeb.Features.Entities;

namespace ConsoleWeb.Features.Prices;

/// <summary>Pricing stored requests anew belongs to nobody's page or call: it goes on when they leave, and they find it again. One at a time.</summary>
internal sealed class RepriceRuns(IRepricer repricer, AuditLog audit, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private CancellationTokenSource? _stopping;
    private Action? _changed;

    /// <summary>The run that goes on, else the last one; null: none since the program began.</summary>
    public RepriceRun? Current { get; private set; }

    /// <returns>The run and its end; null: another one goes on.</returns>
    public (RepriceRun Run, Task<RepriceSummary> Done)? TryStart(DateTimeOffset? from, DateTimeOffset? to, Actor actor)
    {
        lock (_gate)
        {
            if (Current is { IsRunning: true })
            {
                return null;
            }

            _stopping?.Dispose();
            _stopping = new CancellationTokenSource();
            Current = new RepriceRun(time.GetUtcNow(), actor.Name, new RepriceProgress(0, 0, 0));
            return (Current, RunAsync(from, to, actor, _stopping.Token));
        }
    }

    /// <summary>Gives the run up; what it has done stays.</summary>
    /// <returns>False: none goes on.</returns>
    public bool Stop()
    {
        lock (_gate)
        {
            if (Current is not { IsRunning: true })
            {
                return false;
            }

            _stopping!.Cancel();
            return true;
        }
    }

    /// <summary>Called after each step; returns the subscription. The callback must return at once.</summary>
    public IDisposable OnChanged(Action callback)
    {
        lock (_gate)
        {
            _changed += callback;
        }

        return new Subscription(this, callback);
    }

    public void Dispose()
    {
        var stopping = Interlocked.Exchange(ref _stopping, null);
        stopping?.Cancel();
        stopping?.Dispose();
    }

    private async Task<RepriceSummary> RunAsync(DateTimeOffset? from, DateTimeOffset? to, Actor actor, CancellationToken stopping)
    {
        // The caller holds the gate and is told of the start first.
        await Task.Yield();
        try
        {
            var done = await repricer.RunAsync(from, to, isDry: false, stopping, progress => Set(run => run with { Progress = progress }));
            audit.Post(new AuditEvent(AuditActions.ConfigChange, actor, FormattableString.Invariant($"{done.Requests} stored requests priced anew: {done.Before} before, {done.After} after")));
            Set(run => run with { Summary = done, EndedAt = time.GetUtcNow() });
            return done;
        }
        catch (OperationCanceledException)
        {
            Set(run => run with { IsStopped = true, EndedAt = time.GetUtcNow() });
            throw;
        }
        catch (Exception exception)
        {
            Set(run => run with { Error = exception.Message, EndedAt = time.GetUtcNow() });
            throw;
        }
    }

    private void Set(Func<RepriceRun, RepriceRun> change)
    {
        Action? changed;
        lock (_gate)
        {
            Current = change(Current!);
            changed = _changed;
        }

        changed?.Invoke();
    }

    private sealed class Subscription(RepriceRuns runs, Action callback) : IDisposable
    {
        public void Dispose()
        {
            lock (runs._gate)
            {
                runs._changed -= callback;
            }
        }
    }
}

/// <summary>One time that stored requests are priced anew.</summary>
/// <param name="Actor">Who started it.</param>
public sealed record RepriceRun(DateTimeOffset StartedAt, string Actor, RepriceProgress Progress)
{
    /// <summary>What it has changed; null: it has not come to its end.</summary>
    public RepriceSummary? Summary { get; init; }

    /// <summary>Why it has ended before its time; null: no fault.</summary>
    public string? Error { get; init; }

    /// <summary>Whether somebody gave it up.</summary>
    public bool IsStopped { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public bool IsRunning => EndedAt is null;
}
