using Gateway.Shared.Logging;

namespace ConsoleWeb.Data.Logs;

/// <summary>Which stored requests are meant. Null members do not constrain.</summary>
public sealed record RequestFilter
{
    public static RequestFilter None { get; } = new();

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    /// <summary><c>200</c>, a class such as <c>4xx</c>, or <c>error</c> for everything from 400.</summary>
    public string? Status { get; init; }

    public string? Model { get; init; }

    public string? Provider { get; init; }

    /// <summary>Name of the route.</summary>
    public string? Route { get; init; }

    public string? Consumer { get; init; }

    public string? Agent { get; init; }

    public string? SessionId { get; init; }

    public RequestOutcome? Outcome { get; init; }

    /// <summary>Free text: found in request id, path, model, route, agent and error message.</summary>
    public string? Text { get; init; }
}
