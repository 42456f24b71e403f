using Microsoft.AspNetCore.Connections;
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

    /// <summary>
    /// Whether reading a body failed because of what the client sent. The server has an exception for it, and throws others at sizes of
    /// chunks beyond all numbers and at NUL in trailers.
    /// </summary>
    public static bool IsClients(Exception exception) => exception is InvalidOperationException or (IOException and not BadHttpRequestException and not ConnectionResetException);

    /// <summary>The same in the words of the others.</summary>
    public static BadHttpRequestException ToBadRequest(Exception exception) => new("Bad request", StatusCodes.Status400BadRequest, exception);
}
