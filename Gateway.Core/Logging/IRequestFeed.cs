using Gateway.Shared.Logging;

namespace Gateway.Core.Logging;

/// <summary>The requests that run right now, and a signal when something about them changes.</summary>
internal interface IRequestFeed
{
    int InFlightCount { get; }

    /// <summary>Finished requests of the last 60 seconds.</summary>
    int RequestsPerMinute { get; }

    /// <summary>Copies the running records, newest first. Their fields keep moving.</summary>
    IReadOnlyList<RequestRecord> ListInFlight();

    /// <summary>
    /// Calls back when a request started, moved or finished; coalesced, at most about twenty times a second. The callback must return
    /// at once and is never called after the subscription was disposed of.
    /// </summary>
    IDisposable OnChanged(Action callback);

    /// <summary>Opens a lossy subscription to single events, from now on. Dispose of it to stop.</summary>
    FeedReader Subscribe();

    /// <summary>Ends a running call: the upstream call is cancelled and the client is told in its own format.</summary>
    /// <returns>False when no such request runs or it cannot be stopped.</returns>
    bool Stop(string requestId);
}
