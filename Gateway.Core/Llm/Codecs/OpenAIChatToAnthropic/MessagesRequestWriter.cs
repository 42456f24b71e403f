using System.Buffers;
using System.Text.Json;
using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm.Codecs.OpenAIChatToAnthropic;

/// <summary>Writes the Messages request for a chat request. One per request.</summary>
internal sealed class MessagesRequestWriter(JsonElement request, CodecTarget target, ConversationReader conversation, DroppedNames dropped, IBufferWriter<byte> output)
{
    private static readonly string[] KnownMembers =
    [
        "model", "messages", "tools", "tool_choice", "parallel_tool_calls", "max_tokens", "max_completion_tokens", "temperature", "top_p",
        "top_k", "stop", "stream", "stream_options", "reasoning_effort", "response_format", "user", "n",
    ];

    private readonly JsonEmitter _json = new(output);
    private readonly ResponseFormat _format = ResponseFormat.Read(request);

    /// <summary>Whether the answer comes as the input of <see cref="OutputTool"/>.</summary>
    public bool UsesOutputTool => _format.Schema.ValueKind == JsonValueKind.Object && !target.AcceptsOutputFormat;

    /// <param name="model">The upstream's model; null when neither side names one.</param>
    /// <param name="isStream">Whether to ask the upstream for a stream.</param>
    public void Write(string? model, bool isStream)
    {
        _json.Raw("{"u8);
        if (model is not null)
        {
            _json.Raw("\"model\":"u8);
            _json.String(model);
            _json.Raw(","u8);
        }

        var budget = ThinkingBudget();
        _json.Raw("\"max_tokens\":"u8);
        _json.Number(Limit() + budget);
        WriteSystem();
        WriteTurns();
        WriteTools(isThinking: budget > 0);
        WriteSampling(isThinking: budget > 0);
        WriteStop();
        if (budget > 0)
        {
            _json.Raw(",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":"u8);
            _json.Number(budget);
            _json.Raw("}"u8);
        }

        if (_format.Schema.ValueKind == JsonValueKind.Object && target.AcceptsOutputFormat)
        {
            _json.Raw(",\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":"u8);
            _json.Compact(_format.Schema.Raw());
            _json.Raw("}}"u8);
        }

        if (request.TryGetText("user"u8, out var user))
        {
            _json.Raw(",\"metadata\":{\"user_id\":"u8);
            _json.Raw(user.Raw());
            _json.Raw("}"u8);
        }

        _json.Raw(isStream ? ",\"stream\":true}"u8 : "}"u8);
        NoteUnknown();
    }

    /// <summary>The output limit that the client named; null when it named none.</summary>
    public long? AskedLimit() =>
        Count("max_completion_tokens"u8) ?? Count("max_tokens"u8);

    private long? Count(ReadOnlySpan<byte> name) =>
        request.TryGetMember(name, out var value) && value.TryGetInt64Safe(out var count) && count > 0 ? count : null;

    private long Limit()
    {
        var limit = target.Options.MaxTokens ?? AskedLimit() ?? target.DefaultMaxTokens;
        limit = Math.Max(limit, target.MinOutputTokens ?? limit);
        return Math.Min(limit, target.MaxOutputTokens ?? limit);
    }

    /// <summary>Tokens of thinking on top of the answer's own limit; 0 for none.</summary>
    private long ThinkingBudget()
    {
        if (!request.TryGetText("reasoning_effort"u8, out var effort))
        {
            return 0;
        }

        var budget = JsonText.GetString(effort) switch
        {
            "low" => 2048,
            "medium" => 8192,
            "high" or "xhigh" or "max" => 16384,
            _ => 0,
        };
        if (budget > 0 && conversation.EndsInsideATurn)
        {
            // Thinking has to begin with the turn; a chat history has lost the thoughts that this one began with.
            dropped.Add("reasoning_effort");
            return 0;
        }

        return budget;
    }

    private void WriteSystem()
    {
        var texts = conversation.System;
        if (_format.IsJsonObject)
        {
            texts.Add(new RawText().AppendRaw("Answer with one JSON object and nothing else."u8));
        }

        if (texts.Count == 0)
        {
            return;
        }

        _json.Raw(",\"system\":"u8);
        if (texts.Count == 1)
        {
            _json.StringRaw(texts[0].Written);
            return;
        }

        for (var i = 0; i < texts.Count; i++)
        {
            _json.Raw(i == 0 ? "[{\"type\":\"text\",\"text\":"u8 : ",{\"type\":\"text\",\"text\":"u8);
            _json.StringRaw(texts[i].Written);
            _json.Raw("}"u8);
        }

        _json.Raw("]"u8);
    }

    private void WriteTurns()
    {
        var writer = new MessagesTurnWriter(output);
        _json.Raw(",\"messages\":["u8);
        for (var i = 0; i < conversation.Turns.Count; i++)
        {
            _json.Raw(i == 0 ? ""u8 : ","u8);
            writer.Write(conversation.Turns[i]);
        }

        _json.Raw("]"u8);
    }

    private void WriteTools(bool isThinking)
    {
        var tools = new MessagesToolWriter(request, dropped, output);
        tools.Write(UsesOutputTool ? _format.Schema : default, isThinking);
    }

    private void WriteSampling(bool isThinking)
    {
        var options = target.Options;
        request.TryGetMember("temperature"u8, out var temperature);
        request.TryGetMember("top_p"u8, out var topP);
        var hasTemperature = options.Temperature is not null || temperature.ValueKind == JsonValueKind.Number;
        var hasTopP = options.TopP is not null || topP.ValueKind == JsonValueKind.Number;
        if (isThinking)
        {
            NoteUnless(1, options.Temperature, temperature, "temperature");
            NoteUnless(1, options.TopP, topP, "top_p");
        }
        else if (hasTemperature)
        {
            _json.Raw(",\"temperature\":"u8);
            WriteNumber(options.Temperature, temperature, max: 1);
            NoteUnless(1, options.TopP, topP, "top_p");
        }
        else if (hasTopP)
        {
            // Some models refuse it beside a temperature.
            _json.Raw(",\"top_p\":"u8);
            WriteNumber(options.TopP, topP, max: 1);
        }

        if ((options.TopK ?? Count("top_k"u8)) is { } topK && !isThinking)
        {
            _json.Raw(",\"top_k\":"u8);
            _json.Number(topK);
        }
    }

    /// <summary>Notes a value that is left out, unless it is the one that changes nothing.</summary>
    private void NoteUnless(double neutral, double? configured, JsonElement asked, string name)
    {
        var value = configured ?? (asked.ValueKind == JsonValueKind.Number ? asked.GetDouble() : neutral);
        if (value != neutral)
        {
            dropped.Add(name);
        }
    }

    private void WriteNumber(double? configured, JsonElement asked, double max)
    {
        if (configured is { } value)
        {
            _json.Number(Math.Min(value, max));
        }
        else if (asked.GetDouble() > max)
        {
            _json.Number(max);
        }
        else
        {
            _json.Raw(asked.Raw());
        }
    }

    private void WriteStop()
    {
        if (!request.TryGetMember("stop"u8, out var stop))
        {
            return;
        }

        var count = 0;
        if (stop.ValueKind == JsonValueKind.Array)
        {
            foreach (var one in stop.EnumerateArray())
            {
                WriteStop(one, ref count);
            }
        }
        else
        {
            WriteStop(stop, ref count);
        }

        _json.Raw(count > 0 ? "]"u8 : ""u8);
    }

    private void WriteStop(JsonElement sequence, ref int count)
    {
        if (sequence.ValueKind == JsonValueKind.String && !RawSpace.IsBlank(sequence.RawContent()))
        {
            _json.Raw(count++ == 0 ? ",\"stop_sequences\":["u8 : ","u8);
            _json.Raw(sequence.Raw());
        }
    }

    private void NoteUnknown()
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
