namespace ConsoleWeb.Hosting;

/// <summary>The three doors of the process. A request that came through one can never reach a handler of another.</summary>
internal enum Listener
{
    Proxy,
    Admin,
    Console,
}

/// <summary>Set on every connection by the listener that accepted it; a request cannot forge it.</summary>
internal sealed record ListenerFeature(Listener Listener);
