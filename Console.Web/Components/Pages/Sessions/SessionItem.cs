using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Features.Sessions;

namespace ConsoleWeb.Components.Pages.Sessions;

/// <summary>A session as the list shows it.</summary>
/// <param name="InFlight">How many of its requests run.</param>
public sealed record SessionItem(SessionRow Row, SessionState State, int InFlight)
{
    /// <summary>Whether something of it is stored and can be opened.</summary>
    public bool IsStored => Row.Requests > 0;
}
