using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;

/// <summary>Writes the chat request for a Messages request. One per request.</summary>
internal sealed class ChatRequestWriter(JsonElement request, CodecTarget target, ToolNames names, DroppedNames dropped, IBufferWriter<byte> output)
{
    private const int MaxUserLength = 64;
    private const int MaxStopSequences = 4;

    private static readonly string[] KnownMembers =
    [
        "model", "messages", "system", "tools", "tool_choice", "max_tokens", "temperature", "top_p", "top_k", "stop_sequences", "stream",
        "thinking", "output_config", "effort", "output_format", "metadata", "service_tier",
    ];

    private readonly JsonEmitter _json = new(output);

    /// <summary>Writes the whole request.</summary>
    /// <param name="model">The upstream's model; null when neither side names one.</param>
    /// <param name="isStream">Whether to ask the upstream for a stream.</param>
    public void Write(string? model, List<ChatMessage> messages, bool isStream)
    {
        var isReasoning = target.IsReasoning(model);
        _json.Raw("{"u8);
        if (model is not null)
        {
            _json.Raw("\"model\":"u8);
            _json.String(model);
            _json.Raw(","u8);
        }

        _json.Raw("\"messages\":["u8);
        for (var i = 0; i < messages.Count; i++)
        {
            _json.Raw(i == 0 ? ""u8 : ","u8);
            WriteMessage(messages[i]);
        }

        _json.Raw("]"u8);
        WriteTools(model);
        WriteLimit(isReasoning);
        WriteSampling(isReasoning);
        WriteReasoningEffort(isReasoning);
        WriteResponseFormat();
        WriteUser();
        WriteServiceTier();
        if (isStream)
        {
            _json.Raw(",\"stream\":true"u8);
            if (target.IncludeUsage)
            {
                _json.Raw(",\"stream_options\":{\"include_usage\":true}"u8);
            }
        }

        _json.Raw("}"u8);
        NoteUnknownMembers();
    }

    private void WriteMessage(ChatMessage message)
    {
        _json.Raw("{\"role\":\""u8);
        _json.Escaped(message.Role);
        _json.Raw("\""u8);
        if (message.ToolCallId is { } id)
        {
            _json.Raw(",\"tool_call_id\":"u8);
            _json.String(id);
        }

        _json.Raw(",\"content\":"u8);
        WriteContent(message);
        if (message.Reasoning is { } reasoning)
        {
            _json.Raw(",\"reasoning_content\":"u8);
            _json.StringRaw(reasoning.Written);
        }

        if (message.ToolCalls.Count > 0)
        {
            _json.Raw(",\"tool_calls\":["u8);
            for (var i = 0; i < message.ToolCalls.Count; i++)
            {
                WriteToolCall(message.ToolCalls[i], i == 0);
            }

            _json.Raw("]"u8);
        }

        _json.Raw("}"u8);
    }

    private void WriteContent(ChatMessage message)
    {
        var parts = message.Parts;
        if (parts.Count == 0)
        {
            _json.Raw(message.ToolCalls.Count > 0 ? "null"u8 : "\"\""u8);
            return;
        }

        if (parts.Count == 1 && parts[0].Kind == ChatPartKind.Text && parts[0].CacheControl.ValueKind == JsonValueKind.Undefined)
        {
            _json.StringRaw(parts[0].Text.Written);
            return;
        }

        _json.Raw("["u8);
        for (var i = 0; i < parts.Count; i++)
        {
            _json.Raw(i == 0 ? ""u8 : ","u8);
            WritePart(parts[i]);
        }

        _json.Raw("]"u8);
    }

    private void WritePart(ChatPart part)
    {
        switch (part.Kind)
        {
            case ChatPartKind.Text:
                _json.Raw("{\"type\":\"text\",\"text\":"u8);
                _json.StringRaw(part.Text.Written);
                if (part.CacheControl.ValueKind != JsonValueKind.Undefined)
                {
                    _json.Raw(",\"cache_control\":"u8);
                    _json.Raw(part.CacheControl.Raw());
                }

                _json.Raw("}"u8);
                break;
            case ChatPartKind.ImageUrl:
                _json.Raw("{\"type\":\"image_url\",\"image_url\":{\"url\":"u8);
                _json.StringRaw(part.Payload.RawContent());
                _json.Raw("}}"u8);
                break;
            case ChatPartKind.ImageData:
                _json.Raw("{\"type\":\"image_url\",\"image_url\":{\"url\":"u8);
                WriteDataUrl(part);
                _json.Raw("}}"u8);
                break;
            case ChatPartKind.FileUrl:
                _json.Raw("{\"type\":\"file\",\"file\":{\"filename\":"u8);
                _json.StringRaw(part.Text.Written);
                _json.Raw(",\"file_url\":"u8);
                _json.StringRaw(part.Payload.RawContent());
                _json.Raw("}}"u8);
                break;
            default:
                _json.Raw("{\"type\":\"file\",\"file\":{\"filename\":"u8);
                _json.StringRaw(part.Text.Written);
                _json.Raw(",\"file_data\":"u8);
                WriteDataUrl(part);
                _json.Raw("}}"u8);
                break;
        }
    }

    private void WriteDataUrl(ChatPart part)
    {
        _json.Raw("\"data:"u8);
        _json.Raw(part.MediaType.RawContent());
        _json.Raw(";base64,"u8);
        _json.Raw(part.Payload.RawContent());
        _json.Raw("\""u8);
    }

    private void WriteToolCall(ChatToolCall call, bool isFirst)
    {
        _json.Raw(isFirst ? "{\"id\":"u8 : ",{\"id\":"u8);
        _json.String(call.Id);
        _json.Raw(",\"type\":\"function\",\"function\":{\"name\":"u8);
        _json.String(call.Name);
        _json.Raw(",\"arguments\":\""u8);
        if (call.Input.ValueKind == JsonValueKind.Undefined)
        {
            _json.Raw("{}"u8);
        }
        else
        {
            _json.EscapedCompact(call.Input.Raw());
        }

        _json.Raw("\"}}"u8);
    }

    private void WriteTools(string? model)
    {
        var known = new List<string>();
        if (request.TryGetMember("tools"u8, out var tools) && tools.ValueKind == JsonValueKind.Array)
        {
            foreach (var tool in tools.EnumerateArray())
            {
                if (tool.ValueKind != JsonValueKind.Object)
                {
                    continue;
                }

                var type = tool.FindString("type"u8);
                if (type is not null and not "custom" && !tool.TryGetMember("input_schema"u8, out _))
                {
                    // Runs at the provider, or has a schema that only Anthropic's models know.
                    dropped.Add("tools." + type);
                    continue;
                }

                var name = tool.FindString("name"u8) ?? "";
                _json.Raw(known.Count == 0 ? ",\"tools\":["u8 : ","u8);
                known.Add(name);
                WriteTool(tool, name);
            }
        }

        if (request.TryGetMember("mcp_servers"u8, out _))
        {
            dropped.Add("mcp_servers");
        }

        // Without tools the upstream refuses tool_choice and parallel_tool_calls.
        if (known.Count > 0)
        {
            _json.Raw("]"u8);
            WriteToolChoice(known, model);
        }
    }

    private void WriteTool(JsonElement tool, string name)
    {
        _json.Raw("{\"type\":\"function\",\"function\":{\"name\":"u8);
        _json.String(names.Shorten(name));
        if (tool.TryGetText("description"u8, out var description))
        {
            _json.Raw(",\"description\":"u8);
            WriteDescription(description);
        }

        _json.Raw(",\"parameters\":"u8);
        WriteSchema(tool);
        _json.Raw("}"u8);
        if (target.KeepsCacheControl && tool.TryGetMember("cache_control"u8, out var control))
        {
            _json.Raw(",\"cache_control\":"u8);
            _json.Raw(control.Raw());
        }

        _json.Raw("}"u8);
    }

    private void WriteDescription(JsonElement description)
    {
        if (target.MaxToolDescriptionLength is { } limit && JsonText.GetString(description) is { } text && text.Length > limit)
        {
            dropped.Add("tools.description");
            var end = char.IsHighSurrogate(text[limit - 1]) ? limit - 1 : limit;
            _json.String(text[..end]);
            return;
        }

        _json.StringRaw(description.RawContent());
    }

    private void WriteSchema(JsonElement tool)
    {
        if (!tool.TryGetMember("input_schema"u8, out var schema))
        {
            _json.Raw("{\"type\":\"object\",\"properties\":{}}"u8);
            return;
        }

        var raw = schema.Raw();
        if (schema.ValueKind != JsonValueKind.Object || schema.TryGetProperty("properties"u8, out _))
        {
            _json.Raw(raw);
            return;
        }

        // OpenAI refuses an object schema without the member.
        var body = raw[..^1].TrimEnd(" \t\r\n"u8);
        _json.Raw(body);
        _json.Raw(body[^1] == '{' ? "\"properties\":{}}"u8 : ",\"properties\":{}}"u8);
    }

    private void WriteToolChoice(List<string> known, string? model)
    {
        if (!request.TryGetMember("tool_choice"u8, out var choice))
        {
            return;
        }

        switch (choice.FindString("type"u8))
        {
            case "auto":
                _json.Raw(",\"tool_choice\":\"auto\""u8);
                break;
            case "none":
                _json.Raw(",\"tool_choice\":\"none\""u8);
                break;
            case "any":
                _json.Raw(",\"tool_choice\":"u8);
                _json.String(target.AnyToolChoice);
                break;
            case "tool" when choice.FindString("name"u8) is { } name && known.Contains(name):
                _json.Raw(",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":"u8);
                _json.String(names.Shorten(name));
                _json.Raw("}}"u8);
                break;
            default:
                _json.Raw(",\"tool_choice\":\"auto\""u8);
                break;
        }

        if (!choice.TryGetMember("disable_parallel_tool_use"u8, out var disable) || disable.ValueKind != JsonValueKind.True)
        {
            return;
        }

        // The o-series refuses the member.
        if (target.AcceptsParallelToolCalls && !(model is not null && model.StartsWith('o') && target.IsReasoning(model)))
        {
            _json.Raw(",\"parallel_tool_calls\":false"u8);
        }
        else
        {
            dropped.Add("tool_choice.disable_parallel_tool_use");
        }
    }

    private void WriteLimit(bool isReasoning)
    {
        var name = isReasoning ? ",\"max_completion_tokens\":"u8 : ",\"max_tokens\":"u8;
        if (target.Options.MaxTokens is { } forced)
        {
            _json.Raw(name);
            _json.Number(forced);
        }
        else if (request.TryGetMember("max_tokens"u8, out var limit))
        {
            _json.Raw(name);
            if (limit.TryGetInt64Safe(out var asked))
            {
                _json.Number(Math.Max(Math.Min(asked, target.MaxOutputTokens ?? long.MaxValue), target.MinOutputTokens ?? long.MinValue));
            }
            else
            {
                _json.Compact(limit.Raw());
            }
        }
    }

    private void WriteSampling(bool isReasoning)
    {
        if (isReasoning)
        {
            // These models answer 400 to them.
            foreach (var name in (string[])["temperature", "top_p", "stop_sequences"])
            {
                if (request.TryGetMember(Encoding.ASCII.GetBytes(name), out _))
                {
                    dropped.Add(name);
                }
            }
        }
        else
        {
            WriteNumber("temperature", target.Options.Temperature);
            WriteNumber("top_p", target.Options.TopP);
            WriteStop();
        }

        if (target.AcceptsTopK)
        {
            WriteNumber("top_k", target.Options.TopK);
        }
        else if (request.TryGetMember("top_k"u8, out _))
        {
            dropped.Add("top_k");
        }
    }

    private void WriteNumber(string name, double? forced)
    {
        var hasOwn = request.TryGetMember(Encoding.ASCII.GetBytes(name), out var own);
        if (forced is null && !hasOwn)
        {
            return;
        }

        _json.Raw(","u8);
        _json.String(name);
        _json.Raw(":"u8);
        if (forced is { } value)
        {
            _json.Number(value);
        }
        else
        {
            _json.Compact(own.Raw());
        }
    }

    private void WriteStop()
    {
        if (!request.TryGetMember("stop_sequences"u8, out var sequences) || sequences.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        var count = 0;
        foreach (var sequence in sequences.EnumerateArray())
        {
            if (sequence.ValueKind != JsonValueKind.String || string.IsNullOrWhiteSpace(JsonText.GetString(sequence)))
            {
                continue;
            }

            if (count == MaxStopSequences)
            {
                dropped.Add("stop_sequences");
                break;
            }

            _json.Raw(count++ == 0 ? ",\"stop\":["u8 : ","u8);
            _json.StringRaw(sequence.RawContent());
        }

        if (count > 0)
        {
            _json.Raw("]"u8);
        }
    }

    private void WriteReasoningEffort(bool isReasoning)
    {
        var effort = FindEffort(out var source);
        if (effort is null)
        {
            return;
        }

        if (!isReasoning)
        {
            dropped.Add(source);
            return;
        }

        _json.Raw(",\"reasoning_effort\":"u8);
        _json.String(effort);
    }

    private string? FindEffort(out string source)
    {
        source = "output_config";
        if (request.TryGetMember("output_config"u8, out var config) && config.FindString("effort"u8) is { Length: > 0 } word)
        {
            return word == "max" ? "high" : word;
        }

        source = "effort";
        if (request.FindString("effort"u8) is { Length: > 0 } plain)
        {
            return plain == "max" ? "high" : plain;
        }

        source = "thinking";
        if (request.TryGetMember("thinking"u8, out var thinking) && thinking.FindString("type"u8) == "enabled"
            && thinking.TryGetMember("budget_tokens"u8, out var budget) && budget.TryGetInt64Safe(out var tokens))
        {
            return tokens switch { <= 1024 => "low", <= 8192 => "medium", _ => "high" };
        }

        return null;
    }

    private void WriteResponseFormat()
    {
        if (!request.TryGetMember("output_format"u8, out var format)
            && !(request.TryGetMember("output_config"u8, out var config) && config.TryGetMember("format"u8, out format)))
        {
            return;
        }

        if (format.FindString("type"u8) == "json_schema" && format.TryGetMember("schema"u8, out var schema))
        {
            _json.Raw(",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"response\",\"schema\":"u8);
            _json.Raw(schema.Raw());
            _json.Raw(",\"strict\":true}}"u8);
        }
        else
        {
            dropped.Add("output_format");
        }
    }

    private void WriteUser()
    {
        if (!request.TryGetMember("metadata"u8, out var metadata) || metadata.FindString("user_id"u8) is not { Length: > 0 } user)
        {
            return;
        }

        if (!target.AcceptsUser)
        {
            dropped.Add("metadata");
            return;
        }

        _json.Raw(",\"user\":"u8);
        _json.String(user.Length > MaxUserLength ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(user))) : user);
    }

    private void WriteServiceTier()
    {
        if (request.FindString("service_tier"u8) == "standard_only" && target.Provider is "openai" or "azure")
        {
            _json.Raw(",\"service_tier\":\"default\""u8);
        }
    }

    private void NoteUnknownMembers()
    {
        foreach (var member in request.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null && !KnownMembers.Contains(member.Name))
            {
                dropped.Add(member.Name);
            }
        }
    }
}
