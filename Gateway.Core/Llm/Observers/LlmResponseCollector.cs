using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Core.Llm.Json;
using Gateway.Core.Llm.Streaming;

namespace Gateway.Core.Llm.Observers;

/// <summary>
/// Assembles a streamed answer into the one object that a one-shot call would have given, for payload logging: a
/// <c>chat.completion</c>, the final <c>response</c>, or a <c>message</c>. Keeps at most a given number of bytes of text.
/// </summary>
internal sealed class LlmResponseCollector : ISseEventHandler
{
    /// <summary>Blocks and calls kept; an answer that has more is no answer of a model.</summary>
    private const int MaxParts = 1024;

    private readonly LlmFormat _format;
    private readonly int _maxBytes;
    private readonly SseParser _parser;
    private readonly List<Part> _parts = [];
    private readonly StringBuilder _plain = new();
    private int _kept;
    private bool? _isPlain;
    private string? _id;
    private string? _model;
    private string? _finishReason;
    private string? _stopSequence;
    private long _created;
    private string? _usage;
    private string? _response;

    /// <param name="format">Format of the bytes that will be pushed.</param>
    /// <param name="maxBytes">Bytes of text kept; what comes later is left out.</param>
    public LlmResponseCollector(LlmFormat format, int maxBytes)
    {
        _format = format;
        _maxBytes = maxBytes;
        _parser = new SseParser(this);
    }

    /// <summary>Whether text was left out.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The next bytes of the stream, cut anywhere. A body that is one JSON object is kept as it is.</summary>
    public void Push(ReadOnlySpan<byte> bytes)
    {
        if (_isPlain is null && bytes.IndexOfAnyExcept(" \t\r\n"u8) is var first and >= 0)
        {
            _isPlain = bytes[first] == '{';
        }

        if (_isPlain == true)
        {
            var room = Math.Min(bytes.Length, _maxBytes - _kept);
            IsCut |= room < bytes.Length;
            _kept += room;
            _plain.Append(Encoding.Latin1.GetString(bytes[..room]));
            return;
        }

        _parser.Push(bytes);
    }

    /// <summary>The stream has ended. Call before <see cref="Build"/>.</summary>
    public void Complete() => _parser.Complete();

    /// <summary>The assembled object as JSON; null when nothing came.</summary>
    public string? Build()
    {
        if (_isPlain == true)
        {
            // Collected byte by byte, since a character may have been cut between two pushes.
            return Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(_plain.ToString()));
        }

        if (_response is not null)
        {
            return _response;
        }

        if (_parts.Count == 0 && _id is null && _model is null)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>(_kept + 512);
        using (var json = LlmJson.CreateWriter(buffer))
        {
            switch (_format)
            {
                case LlmFormat.AnthropicMessages:
                    WriteMessage(json);
                    break;
                case LlmFormat.OpenAIResponses:
                    WriteResponse(json);
                    break;
                default:
                    WriteCompletion(json);
                    break;
            }
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public void OnEvent(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, bool isTerminated)
    {
        if (data.IsEmpty || data[0] != '{')
        {
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(data.ToArray(), LlmJson.DocumentOptions);
            switch (_format)
            {
                case LlmFormat.AnthropicMessages:
                    AddMessageEvent(document.RootElement);
                    break;
                case LlmFormat.OpenAIResponses:
                    AddResponseEvent(document.RootElement);
                    break;
                default:
                    AddChunk(document.RootElement);
                    break;
            }
        }
        catch (Exception exception) when (LlmJson.IsUnreadable(exception))
        {
            // Cut or foreign; it is not part of the answer.
        }
    }

    private static string? GetString(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? JsonText.GetString(value)
            : null;

    private void AddChunk(JsonElement chunk)
    {
        _id ??= GetString(chunk, "id");
        _model = GetString(chunk, "model") is { Length: > 0 } model ? model : _model;
        _created = chunk.TryGetProperty("created", out var created) && created.TryGetInt64Safe(out var at) ? at : _created;
        if (chunk.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object)
        {
            _usage = usage.GetRawText();
        }

        if (!chunk.TryGetProperty("choices", out var choices) || choices.ValueKind != JsonValueKind.Array || choices.GetArrayLength() == 0)
        {
            return;
        }

        var choice = choices[0];
        _finishReason = GetString(choice, "finish_reason") ?? _finishReason;
        if (GetString(choice, "text") is { } text)
        {
            Append(Get("text", 0), text);
        }

        if (!choice.TryGetProperty("delta", out var delta) || delta.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        if (GetString(delta, "content") is { Length: > 0 } content)
        {
            Append(Get("content", 0), content);
        }

        if ((GetString(delta, "reasoning_content") ?? GetString(delta, "reasoning")) is { Length: > 0 } reasoning)
        {
            Append(Get("reasoning_content", 0), reasoning);
        }

        if (GetString(delta, "refusal") is { Length: > 0 } refusal)
        {
            Append(Get("refusal", 0), refusal);
        }

        if (!delta.TryGetProperty("tool_calls", out var calls) || calls.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var call in calls.EnumerateArray())
        {
            var index = call.TryGetProperty("index", out var number) && number.TryGetInt64Safe(out var i) ? (int)i : _parts.Count(part => part.Kind == "tool");
            var part = Get("tool", index);
            part.Id = GetString(call, "id") ?? part.Id;
            if (call.TryGetProperty("function", out var function))
            {
                part.Name = GetString(function, "name") ?? part.Name;
                Append(part, GetString(function, "arguments") ?? "");
            }
        }
    }

    private void AddMessageEvent(JsonElement json)
    {
        var index = json.TryGetProperty("index", out var number) && number.TryGetInt64Safe(out var i) ? (int)i : 0;
        switch (GetString(json, "type"))
        {
            case "message_start" when json.TryGetProperty("message", out var message):
                _id = GetString(message, "id");
                _model = GetString(message, "model");
                _usage = message.TryGetProperty("usage", out var first) && first.ValueKind == JsonValueKind.Object ? first.GetRawText() : null;
                break;
            case "content_block_start" when json.TryGetProperty("content_block", out var block):
                var started = Get(GetString(block, "type") ?? "text", index);
                started.Id = GetString(block, "id");
                started.Name = GetString(block, "name");
                Append(started, GetString(block, "text") ?? GetString(block, "thinking") ?? "");
                break;
            case "content_block_delta" when json.TryGetProperty("delta", out var delta):
                if (_parts.Find(part => part.Index == index) is { } open)
                {
                    open.Signature = GetString(delta, "signature") ?? open.Signature;
                    Append(open, GetString(delta, "text") ?? GetString(delta, "partial_json") ?? GetString(delta, "thinking") ?? "");
                }

                break;
            case "message_delta":
                if (json.TryGetProperty("delta", out var last))
                {
                    _finishReason = GetString(last, "stop_reason") ?? _finishReason;
                    _stopSequence = GetString(last, "stop_sequence") ?? _stopSequence;
                }

                _usage = json.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object ? Merge(_usage, usage) : _usage;
                break;
            default:
                break;
        }
    }

    private void AddResponseEvent(JsonElement json)
    {
        var type = GetString(json, "type");
        if (json.TryGetProperty("response", out var response) && response.ValueKind == JsonValueKind.Object)
        {
            _id = GetString(response, "id") ?? _id;
            _model = GetString(response, "model") ?? _model;
            if (type is "response.completed" or "response.incomplete" or "response.failed")
            {
                var raw = response.GetRawText();
                IsCut |= raw.Length > _maxBytes;
                _response = raw.Length > _maxBytes ? null : raw;
            }
        }
        else if (type == "response.output_text.delta" && GetString(json, "delta") is { } delta)
        {
            Append(Get("text", 0), delta);
        }
    }

    private static string Merge(string? earlier, JsonElement later)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = LlmJson.CreateWriter(buffer))
        {
            json.WriteStartObject();
            if (earlier is not null)
            {
                using var document = JsonDocument.Parse(earlier);
                foreach (var member in document.RootElement.EnumerateObject())
                {
                    if (!later.TryGetProperty(member.Name, out _))
                    {
                        member.WriteTo(json);
                    }
                }
            }

            foreach (var member in later.EnumerateObject())
            {
                member.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void WriteCompletion(Utf8JsonWriter json)
    {
        var isLegacy = _format == LlmFormat.OpenAICompletions;
        json.WriteStartObject();
        json.WriteString("id"u8, _id);
        json.WriteString("object"u8, isLegacy ? "text_completion"u8 : "chat.completion"u8);
        json.WriteNumber("created"u8, _created);
        json.WriteString("model"u8, _model);
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, 0);
        if (isLegacy)
        {
            json.WriteString("text"u8, Text("text") ?? "");
        }
        else
        {
            json.WriteStartObject("message"u8);
            json.WriteString("role"u8, "assistant"u8);
            json.WriteString("content"u8, Text("content"));
            if (Text("refusal") is { } refusal)
            {
                json.WriteString("refusal"u8, refusal);
            }

            if (Text("reasoning_content") is { } reasoning)
            {
                json.WriteString("reasoning_content"u8, reasoning);
            }

            WriteToolCalls(json);
            json.WriteEndObject();
        }

        json.WriteString("finish_reason"u8, _finishReason);
        json.WriteEndObject();
        json.WriteEndArray();
        WriteUsage(json);
        json.WriteEndObject();
    }

    private void WriteToolCalls(Utf8JsonWriter json)
    {
        var any = false;
        foreach (var part in _parts)
        {
            if (part.Kind != "tool")
            {
                continue;
            }

            if (!any)
            {
                json.WriteStartArray("tool_calls"u8);
                any = true;
            }

            json.WriteStartObject();
            json.WriteString("id"u8, part.Id);
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, part.Name);
            json.WriteString("arguments"u8, part.Text.ToString());
            json.WriteEndObject();
            json.WriteEndObject();
        }

        if (any)
        {
            json.WriteEndArray();
        }
    }

    private void WriteMessage(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, _id);
        json.WriteString("type"u8, "message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("model"u8, _model);
        json.WriteStartArray("content"u8);
        foreach (var part in _parts)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, part.Kind);
            if (part.Kind == "text")
            {
                json.WriteString("text"u8, part.Text.ToString());
            }
            else if (part.Kind == "thinking")
            {
                json.WriteString("thinking"u8, part.Text.ToString());
                json.WriteString("signature"u8, part.Signature ?? "");
            }
            else
            {
                json.WriteString("id"u8, part.Id);
                json.WriteString("name"u8, part.Name);
                json.WritePropertyName("input"u8);
                WriteInput(json, part.Text.ToString());
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("stop_reason"u8, _finishReason);
        json.WriteString("stop_sequence"u8, _stopSequence);
        WriteUsage(json);
        json.WriteEndObject();
    }

    private static void WriteInput(Utf8JsonWriter json, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text.Length == 0 ? "{}" : text, LlmJson.DocumentOptions);
            document.RootElement.WriteTo(json);
        }
        catch (Exception exception) when (LlmJson.IsUnreadable(exception))
        {
            // Cut arguments are kept as text rather than lost.
            json.WriteStringValue(text);
        }
    }

    private void WriteResponse(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, _id);
        json.WriteString("object"u8, "response"u8);
        json.WriteString("status"u8, "incomplete"u8);
        json.WriteString("model"u8, _model);
        json.WriteStartArray("output"u8);
        json.WriteStartObject();
        json.WriteString("type"u8, "message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteStartArray("content"u8);
        json.WriteStartObject();
        json.WriteString("type"u8, "output_text"u8);
        json.WriteString("text"u8, Text("text") ?? "");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteUsage(Utf8JsonWriter json)
    {
        if (_usage is not null)
        {
            json.WritePropertyName("usage"u8);
            json.WriteRawValue(_usage);
        }
    }

    private string? Text(string kind) => _parts.Find(part => part.Kind == kind)?.Text.ToString();

    private Part Get(string kind, int index)
    {
        var part = _parts.Find(known => known.Kind == kind && known.Index == index);
        if (part is null)
        {
            part = new Part(kind, index);
            if (_parts.Count == MaxParts)
            {
                IsCut = true;
                return part;
            }

            _parts.Add(part);
        }

        return part;
    }

    private void Append(Part part, string text)
    {
        var room = Math.Min(text.Length, _maxBytes - _kept);
        IsCut |= room < text.Length;
        _kept += room;
        part.Text.Append(text.AsSpan(0, room));
    }

    private sealed class Part(string kind, int index)
    {
        public string Kind { get; } = kind;

        public int Index { get; } = index;

        public StringBuilder Text { get; } = new();

        public string? Id { get; set; }

        public string? Name { get; set; }

        public string? Signature { get; set; }
    }
}
