using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Pipeline;

/// <summary>What the server's complaint about a request body means.</summary>
internal static class BrokenBody
{
    /// <summary>
    /// Whether the body ends early because the client has gone. It may be seen here before the request counts as aborted, and the
    /// server tells it from a malformed body by its text alone.
    /// </summary>
    public static bool IsCutShort(BadHttpRequestException exception) =>
        exception.Message is "Unexpected end of request content." or "Chunked request incomplete.";
}
