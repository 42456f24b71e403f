using System.Text.Json.Nodes;

namespace ConsoleWeb.Declarative.State;

/// <summary>One answer of the Admin API.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">JSON body; null when there was none or it was not JSON.</param>
/// <param name="RetryAfter">Seconds the server asks to wait, when it does.</param>
internal sealed record AdminAnswer(int Status, JsonNode? Body, double? RetryAfter = null)
{
    public bool IsSuccess => Status is >= 200 and < 400;

    /// <summary>decK's text of a failed call: <c>HTTP status 400 (message: "…")</c>.</summary>
    public string Describe()
    {
        var message = (Body as JsonObject)?["message"] ?? (Body as JsonObject)?["detail"] ?? (Body as JsonObject)?["title"];
        var text = message is null ? "failed to parse the answer's body" : message.ToString();
        var details = (Body as JsonObject)?["details"] is JsonArray { Count: > 0 } list ? $", details: {list.ToJsonString()}" : "";
        return $"HTTP status {Status} (message: \"{text}\"{details})";
    }
}
