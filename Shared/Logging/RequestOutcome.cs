namespace Gateway.Shared.Logging;

/// <summary>How a proxied request ended. Wire names are snake_case (<c>upstream_cut</c>).</summary>
public enum RequestOutcome
{
    /// <summary>Still running.</summary>
    InFlight,

    /// <summary>Answered whole, whatever the status that the upstream chose below 400.</summary>
    Ok,

    /// <summary>Refused by the gateway: no route, a plugin, a limit.</summary>
    Rejected,

    /// <summary>The upstream answered with an error or could not be reached.</summary>
    UpstreamError,

    UpstreamTimeout,

    /// <summary>The upstream's answer ended before it was complete.</summary>
    UpstreamCut,

    ClientClosed,

    Shutdown,

    /// <summary>The process ended while the call ran.</summary>
    Interrupted,

    /// <summary>A person ended the call while it ran.</summary>
    Stopped,
}
