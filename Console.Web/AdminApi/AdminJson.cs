using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ConsoleWeb.AdminApi;

/// <summary>An answer of the Admin API: JSON in UTF-8 without escapes that are not needed.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="body">Written as it is; null: no body.</param>
internal sealed class AdminJson(int status, JsonNode? body) : IResult
{
    /// <summary>Without escapes that are not needed.</summary>
    public static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        if (body is null)
        {
            return;
        }

        response.ContentType = "application/json; charset=utf-8";
        using var buffer = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            body.WriteTo(writer);
        }

        response.ContentLength = buffer.Length;
        if (!HttpMethods.IsHead(httpContext.Request.Method))
        {
            buffer.Position = 0;
            await buffer.CopyToAsync(response.Body, httpContext.RequestAborted);
        }
    }
}
