using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Core.Llm.Json;

namespace ConsoleWeb.Features.Requests.Conversations;

/// <summary>Arguments of a tool call for people: the one that matters in a line, and all of them set out.</summary>
public static class ToolArguments
{
    /// <summary>Longer ones are shown as they are.</summary>
    private const int Longest = 64 * 1024;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Telling = ["command", "cmd", "file_path", "path", "pattern", "query", "url", "description", "prompt"];

    /// <summary>The command, file or words it is about; the whole text where none of them is named.</summary>
    public static string Summarize(string arguments) => Read(arguments, json =>
    {
        foreach (var name in Telling)
        {
            if (json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Array)
            {
                return value.ValueKind == JsonValueKind.Array ? string.Join(' ', value.EnumerateArray().Select(ConversationContent.Plain)) : JsonText.GetString(value);
            }
        }

        return arguments;
    });

    public static string Indent(string arguments) => Read(arguments, json => JsonSerializer.Serialize(json, Indented));

    private static string Read(string text, Func<JsonElement, string> read)
    {
        if (text.Length > Longest || !text.StartsWith('{'))
        {
            return text;
        }

        try
        {
            using var json = JsonDocument.Parse(text);
            return read(json.RootElement);
        }
        catch (Exception exception) when (LlmJson.IsUnreadable(exception))
        {
            return text;
        }
    }
}
