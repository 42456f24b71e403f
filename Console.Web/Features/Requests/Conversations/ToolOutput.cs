using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Core.Llm.Json;

namespace ConsoleWeb.Features.Requests.Conversations;

/// <summary>Reads what Codex sends back of a tool: plain text, or a JSON text with the output and the exit code of a command.</summary>
internal static partial class ToolOutput
{
    public static ConversationPart Read(JsonElement output, string? callId)
    {
        var text = ConversationContent.Plain(output);
        if (text.StartsWith('{') && FindCommand(text) is var (said, exit))
        {
            return new(PartKind.ToolResult, said) { CallId = callId, IsError = exit != 0 };
        }

        var isFailed = ExitCode().Match(text) is { Success: true } match && match.Groups[1].Value.TrimStart('0').Length > 0;
        return new(PartKind.ToolResult, text) { CallId = callId, IsError = isFailed };
    }

    private static (string Text, long Exit)? FindCommand(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.FindString("output"u8) is { } said && json.RootElement.TryGetMember("metadata"u8, out var metadata)
                ? (said, metadata.TryGetMember("exit_code"u8, out var code) && code.TryGetInt64Safe(out var exit) ? exit : 0)
                : null;
        }
        catch (Exception exception) when (LlmJson.IsUnreadable(exception))
        {
            return null;
        }
    }

    [GeneratedRegex(@"\A(?:[^\n]{0,200}\n){0,4}(?:Process exited with code|Exit code:) (-?[0-9]{1,10})\s", RegexOptions.CultureInvariant)]
    private static partial Regex ExitCode();
}
