using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Shared.Schema;
using Microsoft.Extensions.Primitives;

namespace ConsoleWeb.AdminApi;

/// <summary>Reads the body of a write: JSON, form or multipart.</summary>
internal static class AdminBody
{
    /// <summary>Largest accepted body, in bytes.</summary>
    public const long MaxLength = 8 * 1024 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <param name="schema">Says what the texts of a form mean; null: only JSON is read.</param>
    /// <returns>The body as an object; an empty one when there is none. Otherwise the answer that refuses it.</returns>
    public static async Task<(JsonObject? Body, IResult? Refusal)> ReadAsync(HttpRequest request, RecordSchema? schema, ISubSchemaSource? subSchemas)
    {
        var types = request.Headers.ContentType;
        if (types.Count > 1)
        {
            return (null, AdminErrors.Message(StatusCodes.Status400BadRequest, "Multiple Content-Type headers not allowed"));
        }

        if (StringValues.IsNullOrEmpty(types))
        {
            return request.ContentLength is null or 0
                ? ([], null)
                : (null, AdminErrors.Message(StatusCodes.Status415UnsupportedMediaType, "Unsupported media type"));
        }

        var type = types.ToString();
        if (type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
        {
            return await ReadJsonAsync(request);
        }

        var isForm = type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) || type.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase);
        if (isForm && schema is not null)
        {
            var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
            var pairs = form.SelectMany(p => p.Value.Select(v => new KeyValuePair<string, string>(p.Key, v ?? ""))).ToList();
            foreach (var file in form.Files)
            {
                using var reader = new StreamReader(file.OpenReadStream(), Encoding.UTF8);
                pairs.Add(new(file.Name, await reader.ReadToEndAsync(request.HttpContext.RequestAborted)));
            }

            return (FormBody.ToJson(pairs, schema, subSchemas), null);
        }

        return (null, AdminErrors.Message(StatusCodes.Status415UnsupportedMediaType, "Unsupported media type"));
    }

    private static async Task<(JsonObject? Body, IResult? Refusal)> ReadJsonAsync(HttpRequest request)
    {
        try
        {
            using var buffer = new MemoryStream();
            await request.Body.CopyToAsync(buffer, request.HttpContext.RequestAborted);
            if (buffer.Length == 0)
            {
                return ([], null);
            }

            buffer.Position = 0;
            return JsonNode.Parse(buffer, documentOptions: Strict) is JsonObject body
                ? (body, null)
                : (null, AdminErrors.Message(StatusCodes.Status400BadRequest, "Cannot parse JSON body"));
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return (null, AdminErrors.Message(StatusCodes.Status400BadRequest, "Cannot parse JSON body"));
        }
    }
}
