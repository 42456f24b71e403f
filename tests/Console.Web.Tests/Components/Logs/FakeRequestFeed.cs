using Gateway.Core.Logging;
using Gateway.Shared.Logging;

namespace ConsoleWeb.Tests.Components.Logs;

/// <summary>The running calls that a test wants.</summary>
internal sealed class FakeRequestFeed : IRequestFeed
{
    private Action? _changed;

    public List<RequestRecord> Running { get; } = [];

    public List<string> Stopped { get; } = [];

    public int InFlightCount => Running.Count;

    public int RequestsPerMinute => 22;

    /// <summary>A call that has just started.</summary>
    public RequestRecord Start(string id, DateTimeOffset at, string model = "gpt-4o")
    {
        var record = new RequestRecord
        {
            RequestId = id,
            StartedAtMs = at.ToUnixTimeMilliseconds(),
            StartTimestamp = 0,
            Method = "POST",
            Uri = "/codex",
            Agent = "codex",
            Llm = new LlmRecord { PluginName = "ai-proxy", PluginId = Guid.Empty, Provider = "openai", RequestModel = model, IsStream = true },
        };
        Running.Insert(0, record);
        return record;
    }

    public void Changed() => _changed?.Invoke();

    public IReadOnlyList<RequestRecord> ListInFlight() => [.. Running];

    public IDisposable OnChanged(Action callback)
    {
        _changed += callback;
        return new Subscription(() => _changed -= callback);
    }

    public void AllowStop(RequestRecord record, Action stop)
    {
    }

    public FeedReader Subscribe() => throw new NotSupportedException("Pages are signalled, they read no events.");

    public bool Stop(string requestId)
    {
        Stopped.Add(requestId);
        return Running.Exists(r => r.RequestId == requestId);
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
