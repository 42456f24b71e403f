using System.Runtime.InteropServices;
using System.Text.Json;
using Gateway.Core.Llm.Json;

namespace ConsoleWeb.Features.Requests.Conversations;

/// <summary>Reads a request and an answer of any of the three formats into turns. Members of another kind than they should be are left out.</summary>
internal sealed class ConversationReader(TurnList turns)
{
    private readonly List<string> _system = [];
    private readonly List<OfferedTool> _tools = [];

    public IReadOnlyList<string> System => _system;

    public IReadOnlyList<OfferedTool> Tools => _tools;

    public void ReadRequest(JsonElement request) => Guard(() =>
    {
        ReadTools(request);
        AddSystem(Text(request, "instructions"u8));
        if (request.TryGetMember("system"u8, out var system))
        {
            foreach (var part in ConversationContent.Read(system))
            {
                AddSystem(part.Text);
            }
        }

        foreach (var message in Objects(request, "messages"u8))
        {
            ReadMessage(message);
        }

        if (Text(request, "input"u8) is { } input)
        {
            turns.Add(Speaker.Person, [ConversationContent.Said(input)]);
        }

        foreach (var item in Objects(request, "input"u8))
        {
            ReadItem(item, Speaker.Person);
        }

        if (Text(request, "prompt"u8) is { Length: > 0 } prompt)
        {
            turns.Add(Speaker.Person, [ConversationContent.Said(prompt)]);
        }
    });

    public void ReadAnswer(JsonElement answer) => Guard(() =>
    {
        if (answer.TryGetMember("response"u8, out var inner) && inner.ValueKind == JsonValueKind.Object)
        {
            answer = inner;
        }

        foreach (var choice in Objects(answer, "choices"u8))
        {
            turns.Close();
            if (choice.TryGetMember("message"u8, out var message) && message.ValueKind == JsonValueKind.Object)
            {
                ReadMessage(message, Speaker.Agent);
            }
            else if (Text(choice, "text"u8) is { } text)
            {
                turns.Add(Speaker.Agent, [new(PartKind.Text, text)]);
            }
        }

        foreach (var item in Objects(answer, "output"u8))
        {
            ReadItem(item, Speaker.Agent);
        }

        if (answer.TryGetMember("content"u8, out var content))
        {
            turns.Add(Speaker.Agent, ConversationContent.Read(content));
        }

        if (answer.TryGetMember("error"u8, out var error))
        {
            turns.Add(Speaker.Agent, [new(PartKind.Error, Text(error, "message"u8) ?? ConversationContent.Plain(error)) { IsError = true }]);
        }
        else if (answer.TryGetMember("incomplete_details"u8, out var details))
        {
            turns.Add(Speaker.Agent, [new(PartKind.Error, $"incomplete: {Text(details, "reason"u8)}") { IsError = true }]);
        }
    });

    /// <returns>False when it is neither a message nor an item of one.</returns>
    public bool TryReadPiece(JsonElement piece)
    {
        if (Text(piece, "role"u8) is null && !(Text(piece, "type"u8) is { } type && (type == "reasoning" || type.Contains("_call", StringComparison.Ordinal))))
        {
            return false;
        }

        ReadItem(piece, Speaker.Person);
        return true;
    }

    private void ReadTools(JsonElement request)
    {
        foreach (var tool in Objects(request, "tools"u8))
        {
            var from = tool.TryGetMember("function"u8, out var function) && function.ValueKind == JsonValueKind.Object ? function : tool;
            _tools.Add(new(Text(from, "name"u8) ?? Text(tool, "type"u8) ?? "?", Text(from, "description"u8)) { Size = JsonMarshal.GetRawUtf8Value(tool).Length });
        }
    }

    private void ReadMessage(JsonElement message, Speaker? speaker = null)
    {
        var role = Text(message, "role"u8);
        message.TryGetMember("content"u8, out var content);
        if (role is "tool" or "function")
        {
            turns.Add(Speaker.Tool, [new(PartKind.ToolResult, ConversationContent.Plain(content)) { CallId = Text(message, "tool_call_id"u8) }]);
            return;
        }

        var who = speaker ?? SpeakerOf(role);
        if (who == Speaker.System && turns.Count == 0)
        {
            AddSystem(ConversationContent.Plain(content));
            return;
        }

        if ((Text(message, "reasoning_content"u8) ?? Text(message, "reasoning"u8)) is { Length: > 0 } reasoning)
        {
            turns.Add(who, [new(PartKind.Thinking, reasoning)]);
        }

        turns.Add(who, ConversationContent.Read(content));
        if (Text(message, "refusal"u8) is { Length: > 0 } refusal)
        {
            turns.Add(who, [new(PartKind.Text, refusal)]);
        }

        foreach (var call in Objects(message, "tool_calls"u8))
        {
            var function = call.TryGetMember("function"u8, out var named) ? named : call.TryGetMember("custom"u8, out named) ? named : call;
            turns.Add(who, [new(PartKind.ToolCall, Text(function, "arguments"u8) ?? Text(function, "input"u8) ?? "", Text(function, "name"u8)) { CallId = Text(call, "id"u8) }]);
        }
    }

    private void ReadItem(JsonElement item, Speaker speaker)
    {
        switch (Text(item, "type"u8) ?? "message")
        {
            case "message":
                ReadMessage(item, Text(item, "role"u8) is null ? speaker : null);
                break;
            case "reasoning":
                turns.Add(Speaker.Agent, [new(PartKind.Thinking, item.TryGetMember("summary"u8, out var summary) && ConversationContent.Plain(summary) is { Length: > 0 } text ? text : "(encrypted)")]);
                break;
            case var type when type.EndsWith("_call_output", StringComparison.Ordinal):
                item.TryGetMember("output"u8, out var output);
                turns.Add(Speaker.Tool, [ToolOutput.Read(output, Text(item, "call_id"u8))]);
                break;
            case var type when type.EndsWith("_call", StringComparison.Ordinal):
                turns.Add(Speaker.Agent, [new(PartKind.ToolCall, Arguments(item), Text(item, "name"u8) ?? (type == "local_shell_call" ? "shell" : type[..^5])) { CallId = Text(item, "call_id"u8) ?? Text(item, "id"u8) }]);
                break;
            case var type:
                turns.Add(speaker, [new(PartKind.Other, item.GetRawText(), type)]);
                break;
        }
    }

    private static string Arguments(JsonElement item) =>
        Text(item, "arguments"u8) ?? Text(item, "input"u8) ?? (item.TryGetMember("action"u8, out var action) ? action.GetRawText() : "");

    private void AddSystem(string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            _system.Add(text);
        }
    }

    /// <summary>What has been read stays when the rest cannot be.</summary>
    private static void Guard(Action read)
    {
        try
        {
            read();
        }
        catch (Exception exception) when (LlmJson.IsUnreadable(exception))
        {
            // Half a character in a name; whatever comes after it is not worth more code.
        }
    }

    private static IEnumerable<JsonElement> Objects(JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.TryGetMember(name, out var array) && array.ValueKind == JsonValueKind.Array ? array.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object) : [];

    private static string? Text(JsonElement element, ReadOnlySpan<byte> name) => element.FindString(name);

    private static Speaker SpeakerOf(string? role) => role switch
    {
        "system" or "developer" => Speaker.System,
        "assistant" or "model" => Speaker.Agent,
        _ => Speaker.Person,
    };
}
