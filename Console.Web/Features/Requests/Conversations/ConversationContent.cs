using System.Text.Json;
using Gateway.Core.Llm.Json;

namespace ConsoleWeb.Features.Requests.Conversations;

/// <summary>Reads the content of a message: a text, or blocks of many kinds.</summary>
internal static class ConversationContent
{
    /// <summary>How the texts begin that agents' programs put beside the words of their person.</summary>
    private static readonly string[] ContextMarks =
    [
        "<system-reminder>", "<environment_context>", "<user_instructions>", "<permissions instructions>", "<skills_instructions>", "<INSTRUCTIONS>",
        "<policy_spec>", "<turn_aborted>", "<local-command-", "<command-", "# AGENTS.md instructions", "Caveat: The messages below",
    ];

    public static IEnumerable<ConversationPart> Read(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String => JsonText.GetString(content) is { Length: > 0 } text ? [Said(text)] : [],
        JsonValueKind.Array => content.EnumerateArray().Select(ReadBlock).OfType<ConversationPart>(),
        _ => [],
    };

    public static ConversationPart Said(string text)
    {
        var start = text.TrimStart();
        return new(Array.Exists(ContextMarks, mark => start.StartsWith(mark, StringComparison.Ordinal)) ? PartKind.Context : PartKind.Text, text);
    }

    /// <summary>Any content as one text.</summary>
    public static string Plain(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => "",
        JsonValueKind.String => JsonText.GetString(content),
        JsonValueKind.Array => string.Join('\n', content.EnumerateArray().Select(b => b.FindString("text"u8) ?? b.FindString("type"u8) ?? Plain(b))),
        _ => content.GetRawText(),
    };

    private static ConversationPart? ReadBlock(JsonElement block)
    {
        if (block.ValueKind == JsonValueKind.String)
        {
            return Said(JsonText.GetString(block));
        }

        if (block.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        block.TryGetMember("content"u8, out var content);
        switch (block.FindString("type"u8))
        {
            case "text" or "input_text" or "output_text" or null when block.FindString("text"u8) is { } text:
                return Said(text);
            case "refusal":
                return new(PartKind.Text, block.FindString("refusal"u8) ?? "");
            case "thinking":
                return new(PartKind.Thinking, block.FindString("thinking"u8) ?? "");
            case "redacted_thinking":
                return new(PartKind.Thinking, "(redacted)");
            case "tool_use" or "server_tool_use" or "mcp_tool_use":
                return new(PartKind.ToolCall, block.TryGetMember("input"u8, out var input) ? input.GetRawText() : "", block.FindString("name"u8)) { CallId = block.FindString("id"u8) };
            case "tool_result" or "web_search_tool_result" or "mcp_tool_result":
                return new(PartKind.ToolResult, Plain(content)) { CallId = block.FindString("tool_use_id"u8), IsError = block.TryGetMember("is_error"u8, out var isError) && isError.ValueKind == JsonValueKind.True };
            case "image" or "image_url" or "input_image":
                return new(PartKind.Image, "", block.TryGetMember("source"u8, out var source) ? source.FindString("media_type"u8) ?? "image" : "image");
            case "document" or "file" or "input_file":
                return new(PartKind.Other, "", block.FindString("title"u8) ?? "document");
            case var type:
                return new(PartKind.Other, block.GetRawText(), type);
        }
    }
}
