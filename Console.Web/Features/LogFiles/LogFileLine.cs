using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsoleWeb.Data.Logs;

namespace ConsoleWeb.Features.LogFiles;

/// <summary>One record of a file, as the plugin wrote it.</summary>
/// <param name="RequestId">Null: the plugin's own fields have removed it.</param>
/// <param name="Status">What the client got.</param>
/// <param name="Text">The line.</param>
internal sealed record LogFileLine(string? RequestId, DateTimeOffset StartedAt, int Status, string Method, string Path, string? Model, string Text)
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>With a member a line.</summary>
    public string Pretty => JsonNode.Parse(Text)!.ToJsonString(Indented);

    /// <summary>Reads a line. A path of a plugin may lead to any file of an allowed directory, so what is no record of a gateway is nobody's to see here.</summary>
    /// <param name="withPayloads">Whether bodies stay in it.</param>
    /// <returns>Null: it is none.</returns>
    public static LogFileLine? Read(string text, bool withPayloads)
    {
        try
        {
            if (JsonNode.Parse(text) is not JsonObject record
                || record["started_at"] is not JsonValue moment || !moment.TryGetValue<long>(out var startedAt)
                || record["workspace_name"] is not JsonValue && record["latencies"] is not JsonObject)
            {
                return null;
            }

            if (!withPayloads && record["ai"]?["proxy"]?["payload"] is not null)
            {
                StoredRecord.RemovePayload(record);
                text = record.ToJsonString(Relaxed);
            }

            var meta = record["ai"]?["proxy"]?["meta"] ?? record["ai"]?["meta"];
            return new LogFileLine(
                WordOf(record["request"]?["id"]),
                DateTimeOffset.FromUnixTimeMilliseconds(startedAt),
                record["response"]?["status"] is JsonValue status && status.TryGetValue<int>(out var number) ? number : 0,
                WordOf(record["request"]?["method"]) ?? "",
                WordOf(record["request"]?["uri"])?.Split('?')[0] ?? "",
                WordOf(meta?["response_model"]) ?? WordOf(meta?["request_model"]),
                text);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static string? WordOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
