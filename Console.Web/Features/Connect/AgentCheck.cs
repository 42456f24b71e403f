namespace ConsoleWeb.Features.Connect;

/// <summary>How far one point of the checklist is.</summary>
internal enum CheckState
{
    Waiting,

    /// <summary>It is happening now.</summary>
    Running,
    Ok,

    /// <summary>Works, but not as well as it could.</summary>
    Warning,
    Failed,
}

/// <summary>One point of the checklist: what was seen, and if it is not well, what to do.</summary>
/// <param name="Id">Stable word for tests and styles.</param>
/// <param name="Detail">What was seen, or what it waits for.</param>
/// <param name="RequestId">The request that shows it.</param>
internal sealed record AgentCheck(string Id, string Title, CheckState State, string Detail, CheckFix? Fix = null, string? RequestId = null);

/// <summary>The way out of a failed point.</summary>
/// <param name="Text">A sentence.</param>
/// <param name="Href">A page where it is done.</param>
/// <param name="LinkText">What the link or button says.</param>
/// <param name="RaisesLimit">Whether the button raises the limit of the route's AI plugin.</param>
internal sealed record CheckFix(string Text, string? Href = null, string? LinkText = null, bool RaisesLimit = false);
