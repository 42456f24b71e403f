namespace ConsoleWeb.Components.Controls;

/// <summary>What a request's status mark shows.</summary>
public enum RequestState
{
    Ok,
    Refused,
    Guarded,
    Failed,
    Closed,
    Waiting,
    Streaming,
}
