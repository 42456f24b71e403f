using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Core.Pipeline;

/// <summary>A body that the client offered with <c>Expect: 100-continue</c> and that nobody asked for.</summary>
internal static class UnsentBody
{
    /// <summary>
    /// Ends the connection with an answer that is given before such a body was asked for. The client may take it as a no and go on with
    /// its next request, where the server still waits for the body.
    /// </summary>
    public static void EndConnection(GatewayContext context)
    {
        var request = context.Http.Request;
        if (IsOffered(request) && HttpProtocol.IsHttp11(request.Protocol) && context.Body.IsUnread)
        {
            var headers = context.Http.Response.Headers;
            headers.Connection = StringValues.Concat(headers.Connection, "close");
        }
    }

    /// <summary>Whether the client asks before it sends its body.</summary>
    public static bool IsOffered(HttpRequest request) =>
        request.Headers.Expect is { Count: > 0 } expect && string.Equals(expect.ToString().Trim(), "100-continue", StringComparison.OrdinalIgnoreCase);
}
