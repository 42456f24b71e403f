using System.Text.Json;
using System.Text.Json.Nodes;

namespace ConsoleWeb.Features.Requests;

/// <summary>Who speaks in a turn.</summary>
public enum Speaker
{
    System,
    Person,
    Agent,
    Tool,
}

/// <summary>What a piece of a turn is.</summary>
public enum PartKind
{
    Text,
    Thinking,
    ToolCall,
    ToolResult,
    Image,
    Other,
}

/// <summary>One piece of a turn.</summary>
/// <param name="Title">Name of a tool, media type of an image; null for text.</param>
/// <param name="IsError">A tool result that says it failed.</param>
public sealed record ConversationPart(PartKind Kind, string Text, string? Title = null, bool IsError = false);

/// <summary>One turn.</summary>
public sealed record ConversationTurn(Speaker Speaker, IReadOnlyList<ConversationPart> Parts);

/// <summary>A request and its answer as a conversation, whatever format they are in: Chat, Responses or Messages.</summary>
/// <param name="Tools">Names of the tools that were offered.</param>
/// <param name="AnswerFrom">Index of the first turn that belongs to the answer.</param>
public sealed record Conversation(IReadOnlyList<ConversationTurn> Turns, IReadOnlyList<string> Tools, int AnswerFrom)
{
    /// <returns>Null when neither body can be read.</returns>
    public static Conversation? Read(string? request, string? response)
    {
        var asked = Parse(request);
        var answered = Parse(response);
        if (asked is null && answered is null)
        {
            return null;
        }

        var turns = new List<ConversationTurn>();
        if (asked is not null)
        {
            ReadRequest(asked, turns);
        }

        var answerFrom = turns.Count;
        if (answered is not null)
        {
            ReadAnswer(answered, turns);
        }

        return new Conversation(turns, asked is null ? [] : ReadTools(asked), answerFrom);
    }

    private static JsonObject? Parse(string? text)
    {
        try
        {
            return text is null ? null : JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            // A payload that was cut at its cap is no JSON any more; the raw text is still shown.
            return null;
        }
    }

    private static void ReadRequest(JsonObject request, List<ConversationTurn> turns)
    {
        if (Text(request["instructions"]) is { Length: > 0 } instructions)
        {
            turns.Add(new(Speaker.System, [new(PartKind.Text, instructions)]));
        }

        if (request["system"] is { } system)
        {
            turns.Add(new(Speaker.System, ReadContent(system)));
        }

        if (request["messages"] is JsonArray messages)
        {
            foreach (var message in messages.OfType<JsonObject>())
            {
                turns.Add(ReadMessage(message));
            }
        }

        switch (request["input"])
        {
            case JsonArray items:
                foreach (var item in items.OfType<JsonObject>())
                {
                    ReadItem(item, turns);
                }

                break;
            case JsonValue text:
                turns.Add(new(Speaker.Person, [new(PartKind.Text, text.ToString())]));
                break;
        }

        if (Text(request["prompt"]) is { Length: > 0 } prompt)
        {
            turns.Add(new(Speaker.Person, [new(PartKind.Text, prompt)]));
        }
    }

    private static void ReadAnswer(JsonObject answer, List<ConversationTurn> turns)
    {
        if (answer["choices"] is JsonArray choices)
        {
            foreach (var choice in choices.OfType<JsonObject>())
            {
                if (choice["message"] is JsonObject message)
                {
                    turns.Add(ReadMessage(message));
                }
                else if (Text(choice["text"]) is { } text)
                {
                    turns.Add(new(Speaker.Agent, [new(PartKind.Text, text)]));
                }
            }
        }
        else if ((answer["output"] ?? answer["response"]?["output"]) is JsonArray output)
        {
            foreach (var item in output.OfType<JsonObject>())
            {
                ReadItem(item, turns, Speaker.Agent);
            }
        }
        else if (answer["content"] is { } content)
        {
            turns.Add(new(Speaker.Agent, ReadContent(content)));
        }

        if (answer["error"] is JsonObject error)
        {
            turns.Add(new(Speaker.Agent, [new(PartKind.Other, Text(error["message"]) ?? error.ToJsonString(), "error", IsError: true)]));
        }
    }

    private static ConversationTurn ReadMessage(JsonObject message)
    {
        var role = Text(message["role"]);
        var parts = new List<ConversationPart>();
        if (Text(message["reasoning_content"] ?? message["reasoning"]) is { Length: > 0 } reasoning)
        {
            parts.Add(new(PartKind.Thinking, reasoning));
        }

        if (role == "tool")
        {
            return new(Speaker.Tool, [new(PartKind.ToolResult, Joined(message["content"]), Text(message["tool_call_id"]))]);
        }

        parts.AddRange(ReadContent(message["content"]));
        if (message["tool_calls"] is JsonArray calls)
        {
            foreach (var call in calls.OfType<JsonObject>())
            {
                parts.Add(new(PartKind.ToolCall, Text(call["function"]?["arguments"]) ?? "", Text(call["function"]?["name"])));
            }
        }

        return new(parts.Count > 0 && parts.TrueForAll(p => p.Kind == PartKind.ToolResult) ? Speaker.Tool : SpeakerOf(role), parts);
    }

    private static void ReadItem(JsonObject item, List<ConversationTurn> turns, Speaker fallback = Speaker.Person)
    {
        switch (Text(item["type"]) ?? "message")
        {
            case "message":
                var role = Text(item["role"]);
                turns.Add(new(role is null ? fallback : SpeakerOf(role), ReadContent(item["content"])));
                break;
            case "function_call" or "custom_tool_call" or "local_shell_call":
                turns.Add(new(Speaker.Agent, [new(PartKind.ToolCall, Text(item["arguments"] ?? item["input"]) ?? item["action"]?.ToJsonString() ?? "", Text(item["name"]) ?? "shell")]));
                break;
            case "function_call_output" or "custom_tool_call_output" or "local_shell_call_output":
                turns.Add(new(Speaker.Tool, [new(PartKind.ToolResult, Joined(item["output"]), Text(item["call_id"]))]));
                break;
            case "reasoning":
                turns.Add(new(Speaker.Agent, [new(PartKind.Thinking, Joined(item["summary"]) is { Length: > 0 } summary ? summary : "(encrypted)")]));
                break;
            case var type:
                turns.Add(new(fallback, [new(PartKind.Other, item.ToJsonString(), type)]));
                break;
        }
    }

    private static List<ConversationPart> ReadContent(JsonNode? content)
    {
        switch (content)
        {
            case JsonValue text:
                return text.ToString() is { Length: > 0 } plain ? [new(PartKind.Text, plain)] : [];
            case JsonArray blocks:
                return [.. blocks.OfType<JsonObject>().Select(ReadBlock)];
            default:
                return [];
        }
    }

    private static ConversationPart ReadBlock(JsonObject block) => Text(block["type"]) switch
    {
        "text" or "input_text" or "output_text" => new(PartKind.Text, Text(block["text"]) ?? ""),
        "refusal" => new(PartKind.Text, Text(block["refusal"]) ?? ""),
        "thinking" => new(PartKind.Thinking, Text(block["thinking"]) ?? ""),
        "redacted_thinking" => new(PartKind.Thinking, "(redacted)"),
        "tool_use" => new(PartKind.ToolCall, block["input"]?.ToJsonString() ?? "", Text(block["name"])),
        "tool_result" => new(PartKind.ToolResult, Joined(block["content"]), Text(block["tool_use_id"]), block["is_error"]?.GetValueKind() == JsonValueKind.True),
        "image" or "image_url" or "input_image" => new(PartKind.Image, "", Text(block["source"]?["media_type"]) ?? "image"),
        "document" or "file" or "input_file" => new(PartKind.Other, "", Text(block["title"]) ?? "document"),
        var type => new(PartKind.Other, block.ToJsonString(), type),
    };

    private static List<string> ReadTools(JsonObject request) => request["tools"] is JsonArray tools
        ? [.. tools.OfType<JsonObject>().Select(t => Text(t["function"]?["name"]) ?? Text(t["name"]) ?? Text(t["type"]) ?? "?")]
        : [];

    private static string Joined(JsonNode? content) => content switch
    {
        null => "",
        JsonArray blocks => string.Join('\n', blocks.Select(b => b is JsonObject block ? Text(block["text"]) ?? Text(block["type"]) : b?.ToString())),
        _ => Text(content) ?? content.ToJsonString(),
    };

    private static Speaker SpeakerOf(string? role) => role switch
    {
        "system" or "developer" => Speaker.System,
        "assistant" or "model" => Speaker.Agent,
        "tool" => Speaker.Tool,
        _ => Speaker.Person,
    };

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}
