namespace Gateway.Core.Pipeline;

/// <summary>An answer that the gateway makes itself instead of proxying. Written by <c>GatewayErrors</c>.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Message">The text for the client.</param>
internal sealed record Refusal(int Status, string Message)
{
    /// <summary>The finer reason for the record: <c>too_large</c>, <c>no_route</c>, <c>connect_refused</c>…</summary>
    public string? Detail { get; init; }

    /// <summary>Additional response headers; null for none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Headers { get; init; }

    /// <summary>
    /// Raised by the transport (upstream unreachable, malformed request) and not by a rule: without an Accept header the body follows
    /// the request's content type, then plain text.
    /// </summary>
    public bool IsTransport { get; init; }

    /// <summary>False: the answer has no body (redirects).</summary>
    public bool HasBody { get; init; } = true;

    /// <summary>A status that a configuration gives as a number, or another where it gives none that an answer can have.</summary>
    public static int StatusOr(double? configured, int otherwise) => configured is >= 200 and < 600 ? (int)configured : otherwise;
}
