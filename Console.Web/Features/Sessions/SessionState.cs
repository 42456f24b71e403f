using ConsoleWeb.Data.Logs.Sessions;
using Gateway.Core.Logging;

namespace ConsoleWeb.Features.Sessions;

/// <summary>What a session is doing, as far as a gateway can tell.</summary>
public enum SessionState
{
    /// <summary>One of its requests runs.</summary>
    Running,

    /// <summary>None runs, but the last has not ended long ago: tools may be at work, or the person thinks.</summary>
    Waiting,
    Ended,
}

internal static class SessionStates
{
    public static string NameOf(SessionState state) => state switch
    {
        SessionState.Running => "running",
        SessionState.Waiting => "waiting",
        _ => "ended",
    };

    /// <param name="inFlight">How many of its requests run.</param>
    public static SessionState Of(SessionRow row, int inFlight, DateTimeOffset now) =>
        inFlight > 0 ? SessionState.Running : row.IsRecent(now) ? SessionState.Waiting : SessionState.Ended;

    /// <summary>How many requests of each session run now, by its id.</summary>
    public static Dictionary<string, int> CountInFlight(IRequestFeed feed) =>
        feed.ListInFlight().Select(r => r.SessionId).OfType<string>().CountBy(id => id, StringComparer.OrdinalIgnoreCase).ToDictionary(StringComparer.OrdinalIgnoreCase);
}
