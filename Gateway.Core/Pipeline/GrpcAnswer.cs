using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Pipeline;

/// <summary>An answer of the gateway to a gRPC client: no message, and the status in the headers (gRPC over HTTP/2, "Trailers-Only").</summary>
internal static class GrpcAnswer
{
    public static bool IsWanted(HttpRequest request) =>
        request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    /// <param name="status">Status of HTTP.</param>
    /// <param name="message">Null or empty: none.</param>
    public static void SetStatus(HttpResponse response, int status, string? message)
    {
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = StatusOf(status).ToString(CultureInfo.InvariantCulture);
        if (!string.IsNullOrEmpty(message))
        {
            response.Headers["grpc-message"] = Uri.EscapeDataString(message);
        }
    }

    /// <summary>Status code of gRPC for a status of HTTP (gRPC over HTTP/2, "HTTP to gRPC Status Code Mapping").</summary>
    private static int StatusOf(int status) => status switch
    {
        200 => 0,
        400 => 3,
        401 => 16,
        403 => 7,
        404 => 12,
        413 or 429 => 8,
        500 => 13,
        502 or 503 or 504 => 14,
        _ => 2,
    };
}
