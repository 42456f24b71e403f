using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Shared.Results;

namespace ConsoleWeb.Features.Replay;

/// <summary>Reads and writes the body of a request that is to be sent.</summary>
internal static class ReplayBody
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions Spread = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true };

    /// <returns>The object, or where the text stops being one.</returns>
    public static Result<JsonObject> Read(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: Strict) is JsonObject body ? body : new ReplayChangeRefused("body", "The body must be a JSON object.");
        }
        catch (JsonException exception)
        {
            var place = exception.LineNumber is { } line ? FormattableString.Invariant($" in line {line + 1}, near character {exception.BytePositionInLine + 1}") : "";
            return new ReplayChangeRefused("body", $"The body is no JSON{place}.");
        }
    }

    /// <summary>The same with another model; null takes the model out.</summary>
    public static string WithModel(JsonObject body, string? model)
    {
        if (model is null)
        {
            body.Remove("model");
        }
        else
        {
            body["model"] = model;
        }

        return body.ToJsonString(Compact);
    }

    public static string Indent(string text) => Read(text) is { IsError: false, Value: var body } ? body.ToJsonString(Spread) : text;

    public static string? ModelOf(JsonObject body) => Text(body["model"]);

    public static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
