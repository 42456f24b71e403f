using System.Text.Json;
using Gateway.Core.Logging;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Pipeline.Heads;

/// <summary>What a listener says to a client whose request could not be read.</summary>
internal static class RefusalTexts
{
    /// <summary>As the proxy words its other errors to clients that name no format.</summary>
    public static (string MediaType, string Body) OfProxy(int status, ErrorMediaType format)
    {
        var id = RequestIds.New(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        return (GatewayErrors.MediaTypeOf(format), GatewayErrors.Word(format, Of(status), id));
    }

    /// <summary>As the Admin API words its other errors.</summary>
    public static (string MediaType, string Body) OfAdmin(int status) =>
        ("application/json; charset=utf-8", JsonSerializer.Serialize(new Dictionary<string, string> { ["message"] = Of(status) }));

    public static (string MediaType, string Body) OfConsole(int status) => ("text/plain; charset=utf-8", Of(status) + "\n");

    /// <summary>The bare text.</summary>
    public static string Of(int status) => status switch
    {
        StatusCodes.Status405MethodNotAllowed => "Method not allowed",
        StatusCodes.Status408RequestTimeout => "Request timeout",
        StatusCodes.Status411LengthRequired => "Length required",
        StatusCodes.Status413PayloadTooLarge => "Payload too large",
        StatusCodes.Status414UriTooLong => "URI too long",
        StatusCodes.Status431RequestHeaderFieldsTooLarge => "Request header or cookie too large",
        StatusCodes.Status505HttpVersionNotsupported => "HTTP version not supported",
        _ => "Bad request",
    };
}
