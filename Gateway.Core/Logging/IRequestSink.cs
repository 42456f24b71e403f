using Gateway.Shared.Logging;

namespace Gateway.Core.Logging;

/// <summary>
/// Takes records of finished requests off the hot path: the log store, the live feed. Never waits; drops and counts when full.
/// </summary>
internal interface IRequestSink
{
    /// <summary>Called once per request, after its last byte. The record no longer changes.</summary>
    void Finished(RequestRecord record);
}

/// <summary>Watches requests from their first byte.</summary>
internal interface IRequestObserver
{
    /// <summary>A request has been matched and is about to go upstream; later changes are read from the same record.</summary>
    void Started(RequestRecord record);

    /// <summary>Something a viewer shows has changed: headers, first token, more output. Called often; must cost next to nothing.</summary>
    void Progressed(RequestRecord record);

    /// <summary>Says how a running call can be ended; <paramref name="stop"/> may be called on any thread, also just after its end.</summary>
    void AllowStop(RequestRecord record, Action stop)
    {
    }
}
