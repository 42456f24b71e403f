using System.Runtime.ExceptionServices;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>
/// Gives a sign of life whenever a stream has been silent for long. Writer and heart take turns: the writer holds the turn but for
/// the time in which it waits for the upstream, so that nothing is written between two halves of an event.
/// </summary>
internal sealed class Heartbeat : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(0, 1);
    private readonly TimeSpan _interval;
    private readonly Func<Task> _beat;
    private readonly ITimer _timer;
    private ExceptionDispatchInfo? _fault;

    /// <param name="beat">Writes the sign.</param>
    public Heartbeat(TimeProvider time, TimeSpan interval, Func<Task> beat)
    {
        _interval = interval;
        _beat = beat;
        _timer = time.CreateTimer(static heart => _ = ((Heartbeat)heart!).OnSilenceAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The writer begins to wait.</summary>
    public void BeginWait()
    {
        _timer.Change(_interval, _interval);
        _turn.Release();
    }

    /// <summary>The writer has something to write: waits for a sign in the middle of being written.</summary>
    public async ValueTask EndWaitAsync()
    {
        await _turn.WaitAsync();
        _fault?.Throw();
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    /// <summary>Never fails: nobody waits for it.</summary>
    private async Task OnSilenceAsync()
    {
        if (!_turn.Wait(0))
        {
            return;
        }

        try
        {
            await _beat();
        }
        catch (Exception exception)
        {
            // The writer's to deal with.
            _fault = ExceptionDispatchInfo.Capture(exception);
        }
        finally
        {
            _turn.Release();
        }
    }
}
