namespace ConsoleWeb.Features.Replay;

/// <summary>How far a replay is.</summary>
public enum ReplayState
{
    /// <summary>Sent; the answer has not begun.</summary>
    Waiting,

    /// <summary>The answer is coming in.</summary>
    Answering,

    Done,

    /// <summary>Stopped by whoever asked for it.</summary>
    Stopped,

    /// <summary>The answer broke off.</summary>
    Broken,
}

/// <summary>One request that was sent again.</summary>
public sealed class ReplayRun : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private AnswerText? _answer;
    private Action? _changed;

    internal ReplayRun(ReplayDraft draft) => Draft = draft;

    internal ReplayDraft Draft { get; }

    /// <summary>Id of the recorded request.</summary>
    public string Of => Draft.Of;

    /// <summary>Id of the new request; empty until it has come to the gateway.</summary>
    public string RequestId { get; internal set; } = "";

    public ReplayState State { get; private set; } = ReplayState.Waiting;

    /// <summary>Status of the answer; 0 while there is none.</summary>
    public int Status { get; private set; }

    /// <summary>The words of the answer so far.</summary>
    public string Text => _answer?.Text ?? "";

    /// <summary>Ends with the answer, whatever became of it.</summary>
    public Task Completion { get; internal set; } = Task.CompletedTask;

    public bool IsOver => State is ReplayState.Done or ReplayState.Stopped or ReplayState.Broken;

    internal CancellationToken Stopping => _stop.Token;

    public void Stop()
    {
        lock (_gate)
        {
            if (!IsOver)
            {
                _stop.Cancel();
            }
        }
    }

    /// <summary>Calls back from any thread whenever something has changed; the callback must return at once.</summary>
    public IDisposable OnChanged(Action callback)
    {
        lock (_gate)
        {
            _changed += callback;
        }

        return new Subscription(this, callback);
    }

    internal void Began(int status, AnswerText answer)
    {
        (_answer, Status, State) = (answer, status, ReplayState.Answering);
        Grew();
    }

    internal void Grew() => _changed?.Invoke();

    internal void Ended(ReplayState state)
    {
        lock (_gate)
        {
            State = state;
        }

        _changed?.Invoke();
    }

    public void Dispose() => _stop.Dispose();

    private sealed class Subscription(ReplayRun run, Action callback) : IDisposable
    {
        public void Dispose()
        {
            lock (run._gate)
            {
                run._changed -= callback;
            }
        }
    }
}
