using System.Buffers;
using System.Text.Json;
using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm.Codecs.OpenAIChatToAnthropic;

/// <summary>Writes <c>tools</c> and <c>tool_choice</c> of a Messages request.</summary>
internal sealed class MessagesToolWriter(JsonElement request, DroppedNames dropped, IBufferWriter<byte> output)
{
    private readonly JsonEmitter _json = new(output);
    private int _count;

    /// <param name="outputSchema">Schema of the answer where a tool stands for it; undefined for none.</param>
    /// <param name="isThinking">A model that thinks cannot be forced to call a tool.</param>
    public void Write(JsonElement outputSchema, bool isThinking)
    {
        WriteTools();
        var hasOwn = _count > 0;
        if (outputSchema.ValueKind == JsonValueKind.Object)
        {
            BeginTool();
            _json.Raw("{\"name\":\""u8);
            _json.Escaped(OutputTool.Name);
            _json.Raw("\",\"description\":\"Gives the final answer. Call it once, with the whole answer.\",\"input_schema\":"u8);
            WriteSchema(outputSchema);
            _json.Raw("}"u8);
        }

        if (_count > 0)
        {
            _json.Raw("]"u8);
            WriteChoice(outputSchema.ValueKind == JsonValueKind.Object, hasOwn, isThinking);
        }
    }

    private void BeginTool() => _json.Raw(_count++ == 0 ? ",\"tools\":["u8 : ","u8);

    private void WriteTools()
    {
        if (!request.TryGetMember("tools"u8, out var tools) || tools.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var tool in tools.EnumerateArray())
        {
            if (!tool.TryGetMember("function"u8, out var function) || !function.TryGetText("name"u8, out var name))
            {
                dropped.Add("tools." + (tool.FindString("type"u8) ?? "unknown"));
                continue;
            }

            BeginTool();
            _json.Raw("{\"name\":"u8);
            _json.Raw(name.Raw());
            if (function.TryGetText("description"u8, out var description))
            {
                _json.Raw(",\"description\":"u8);
                _json.Raw(description.Raw());
            }

            _json.Raw(",\"input_schema\":"u8);
            function.TryGetMember("parameters"u8, out var parameters);
            WriteSchema(parameters);
            _json.Raw("}"u8);
        }
    }

    private void WriteSchema(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            _json.Raw("{\"type\":\"object\",\"properties\":{}}"u8);
        }
        else if (schema.TryGetMember("type"u8, out _))
        {
            _json.Compact(schema.Raw());
        }
        else
        {
            // OpenAI takes a schema without a type, Anthropic does not.
            var rest = schema.Raw()[1..].TrimStart(" \t\r\n"u8);
            _json.Raw(rest is [(byte)'}'] ? "{\"type\":\"object\""u8 : "{\"type\":\"object\","u8);
            _json.Compact(rest);
        }
    }

    private void WriteChoice(bool hasOutputTool, bool hasOwn, bool isThinking)
    {
        request.TryGetMember("tool_choice"u8, out var choice);
        var kind = KindOf(choice, out var name);
        if (hasOutputTool && kind != "tool")
        {
            // With tools of its own the client gets either a call of one of them or the answer.
            kind = hasOwn && kind != "none" ? "any" : "tool";
        }

        if (isThinking && kind is ("any" or "tool"))
        {
            kind = "auto";
        }

        var isSerial = request.TryGetMember("parallel_tool_calls"u8, out var parallel) && parallel.ValueKind == JsonValueKind.False && kind != "none";
        if (kind is null && !isSerial)
        {
            return;
        }

        _json.Raw(",\"tool_choice\":{\"type\":\""u8);
        _json.Escaped(kind ?? "auto");
        _json.Raw("\""u8);
        if (kind == "tool")
        {
            _json.Raw(",\"name\":"u8);
            if (name.ValueKind == JsonValueKind.String)
            {
                _json.Raw(name.Raw());
            }
            else
            {
                _json.String(OutputTool.Name);
            }
        }

        _json.Raw(isSerial ? ",\"disable_parallel_tool_use\":true}"u8 : "}"u8);
    }

    /// <summary>The choice in Anthropic's words; null when the client made none that can be said.</summary>
    private string? KindOf(JsonElement choice, out JsonElement name)
    {
        name = default;
        if (choice.ValueKind == JsonValueKind.String)
        {
            return KindOf(JsonText.GetString(choice));
        }

        switch (choice.FindString("type"u8))
        {
            case "function" when choice.TryGetMember("function"u8, out var function) && function.TryGetText("name"u8, out name):
                return "tool";
            case "allowed_tools" when choice.TryGetMember("allowed_tools"u8, out var allowed):
                dropped.Add("tool_choice.allowed_tools");
                return KindOf(allowed.FindString("mode"u8));
            case { } other:
                dropped.Add("tool_choice." + other);
                return null;
            case null:
                return null;
        }
    }

    private static string? KindOf(string? word) => word switch
    {
        "auto" or "none" => word,
        "required" or "any" => "any",
        _ => null,
    };
}
