using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Core.Pipeline;
using Gateway.Shared.Schema;
using Microsoft.Extensions.Primitives;

namespace ConsoleWeb.AdminApi;

/// <summary>Reads the body of a write: JSON, form or multipart.</summary>
internal static class AdminBody
{
    /// <summary>Largest accepted body, in bytes.</summary>
    public const long MaxLength = 8 * 1024 * 1024;

    /// <summary>Media types of forms, which are read wherever a schema says what their texts mean.</summary>
    public static readonly IReadOnlyList<string> FormTypes = ["application/x-www-form-urlencoded", "multipart/form-data"];

    private const int MaxDepth = 64;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <param name="schema">Says what the texts of a form mean; null: only JSON is read.</param>
    /// <param name="existing">The stored entity of a PATCH: tells a form what kind of plugin it changes.</param>
    /// <returns>The body as an object; an empty one when there is none. Otherwise the answer that refuses it.</returns>
    /// <exception cref="BadHttpRequestException">What came is no body of HTTP, or too long.</exception>
    public static async Task<(JsonObject? Body, IResult? Refusal)> ReadAsync(HttpRequest request, RecordSchema? schema, ISubSchemaSource? subSchemas, JsonObject? existing = null)
    {
        try
        {
            return await ReadAnyAsync(request, schema, subSchemas, existing);
        }
        catch (Exception exception) when (BrokenBody.IsClients(exception))
        {
            throw BrokenBody.ToBadRequest(exception);
        }
    }

    private static async Task<(JsonObject? Body, IResult? Refusal)> ReadAnyAsync(HttpRequest request, RecordSchema? schema, ISubSchemaSource? subSchemas, JsonObject? existing)
    {
        var types = request.Headers.ContentType;
        if (types.Count > 1)
        {
            return (null, AdminErrors.Message(StatusCodes.Status400BadRequest, "Multiple Content-Type headers not allowed"));
        }

        if (StringValues.IsNullOrEmpty(types))
        {
            return await IsEmptyAsync(request)
                ? ([], null)
                : (null, AdminErrors.Message(StatusCodes.Status415UnsupportedMediaType, "Unsupported media type"));
        }

        var type = types.ToString();
        if (type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
        {
            return await ReadJsonAsync(request);
        }

        var isForm = FormTypes.Any(t => type.StartsWith(t, StringComparison.OrdinalIgnoreCase));
        if (isForm && schema is not null)
        {
            return await ReadPairsAsync(request) is { } pairs && pairs.All(p => p.Key.Count(c => c is '[' or '.') < MaxDepth)
                ? (FormBody.ToJson(pairs, schema, subSchemas, existing), null)
                : (null, AdminErrors.Message(StatusCodes.Status400BadRequest, "Cannot parse form body"));
        }

        return (null, AdminErrors.Message(StatusCodes.Status415UnsupportedMediaType, "Unsupported media type"));
    }

    private static async Task<bool> IsEmptyAsync(HttpRequest request) =>
        request.ContentLength is { } length ? length == 0 : await request.Body.ReadAsync(new byte[1], request.HttpContext.RequestAborted) == 0;

    /// <returns>Null when the body is no form.</returns>
    private static async Task<List<KeyValuePair<string, string>>?> ReadPairsAsync(HttpRequest request)
    {
        try
        {
            var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
            var pairs = form.SelectMany(p => p.Value.Select(v => new KeyValuePair<string, string>(p.Key, v ?? ""))).ToList();
            foreach (var file in form.Files)
            {
                using var reader = new StreamReader(file.OpenReadStream(), Encoding.UTF8);
                pairs.Add(new(file.Name, await reader.ReadToEndAsync(request.HttpContext.RequestAborted)));
            }

            return pairs;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException and not BadHttpRequestException)
        {
            return null;
        }
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

            return JsonNode.Parse(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), documentOptions: Strict) is JsonObject body && IsText(body)
                ? (body, null)
                : (null, AdminErrors.Message(StatusCodes.Status400BadRequest, "Cannot parse JSON body"));
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return (null, AdminErrors.Message(StatusCodes.Status400BadRequest, "Cannot parse JSON body"));
        }
    }

    /// <summary>Whether every text in it can be read: the parser takes bytes that are no UTF-8 and halves of characters as they come.</summary>
    private static bool IsText(JsonNode? node)
    {
        try
        {
            return node switch
            {
                JsonObject members => members.All(m => IsText(m.Value)),
                JsonArray items => items.All(IsText),
                JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>() is not null,
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
