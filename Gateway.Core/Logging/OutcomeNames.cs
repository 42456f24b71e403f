using Gateway.Shared.Logging;

namespace Gateway.Core.Logging;

/// <summary>Wire names of <see cref="RequestOutcome"/>.</summary>
internal static class OutcomeNames
{
    public static string NameOf(RequestOutcome outcome) => outcome switch
    {
        RequestOutcome.InFlight => "in_flight",
        RequestOutcome.Ok => "ok",
        RequestOutcome.Rejected => "rejected",
        RequestOutcome.UpstreamError => "upstream_error",
        RequestOutcome.UpstreamTimeout => "upstream_timeout",
        RequestOutcome.UpstreamCut => "upstream_cut",
        RequestOutcome.ClientClosed => "client_closed",
        RequestOutcome.Shutdown => "shutdown",
        RequestOutcome.Interrupted => "interrupted",
        RequestOutcome.Stopped => "stopped",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Unknown outcome"),
    };

    /// <returns>Null for a name that no outcome has.</returns>
    public static RequestOutcome? Find(string name) => name switch
    {
        "in_flight" => RequestOutcome.InFlight,
        "ok" => RequestOutcome.Ok,
        "rejected" => RequestOutcome.Rejected,
        "upstream_error" => RequestOutcome.UpstreamError,
        "upstream_timeout" => RequestOutcome.UpstreamTimeout,
        "upstream_cut" => RequestOutcome.UpstreamCut,
        "client_closed" => RequestOutcome.ClientClosed,
        "shutdown" => RequestOutcome.Shutdown,
        "interrupted" => RequestOutcome.Interrupted,
        "stopped" => RequestOutcome.Stopped,
        _ => null,
    };
}
