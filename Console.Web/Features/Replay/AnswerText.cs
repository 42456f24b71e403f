using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsoleWeb.Features.Requests.Conversations;
using Gateway.Core.Llm.Streaming;

namespace ConsoleWeb.Features.Replay;

/// <summary>The words of an answer as they arrive, whatever format it is in. What it is worth is counted by the gateway, not here.</summary>
internal sealed class AnswerText : ISseEventHandler
{
    /// <summary>Characters that are kept.</summary>
    private const int Most = 256 * 1024;

    private readonly StringBuilder _text = new();
    private readonly ArrayBufferWriter<byte> _whole = new();
    private readonly SseParser? _events;

    /// <param name="isStream">Whether the answer is an event stream.</param>
    public AnswerText(bool isStream) => _events = isStream ? new SseParser(this) : null;

    /// <summary>What is there so far; may be asked from any thread.</summary>
    public string Text
    {
        get
        {
            lock (_text)
            {
                return _text.ToString();
            }
        }
    }

    public void Push(ReadOnlySpan<byte> bytes)
    {
        if (_events is null)
        {
            _whole.Write(bytes[..Math.Min(bytes.Length, Math.Max(0, (4 * Most) - _whole.WrittenCount))]);
            return;
        }

        _events.Push(bytes);
    }

    /// <summary>The answer has ended.</summary>
    public void Complete()
    {
        if (_events is not null)
        {
            _events.Complete();
            return;
        }

        var body = Encoding.UTF8.GetString(_whole.WrittenSpan);
        var parts = Conversation.Read(null, body)?.Answer.SelectMany(t => t.Parts).Where(p => p.Kind is PartKind.Text or PartKind.ToolCall or PartKind.Error).ToList() ?? [];
        Append(parts.Count > 0 ? string.Join("\n\n", parts.Select(p => p.Kind == PartKind.ToolCall ? $"→ {p.Title}" : p.Text.Length > 0 ? p.Text : p.Title)) : body[..Math.Min(body.Length, 4000)]);
    }

    void ISseEventHandler.OnEvent(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, bool isTerminated)
    {
        if (data.Length == 0 || data[0] != '{' || _text.Length >= Most)
        {
            return;
        }

        try
        {
            if (JsonNode.Parse(data) is JsonObject body)
            {
                Append(WordsOf(body));
            }
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            // A damaged event has no words; the record shows it as it came.
        }
    }

    private void Append(string? words)
    {
        lock (_text)
        {
            _text.Append(words);
        }
    }

    private static string? WordsOf(JsonObject body) => ReplayBody.Text(body["type"]) switch
    {
        "content_block_delta" => ReplayBody.Text(body["delta"]?["text"]),
        "content_block_start" => Call(body["content_block"]?["name"]),
        "response.output_text.delta" => ReplayBody.Text(body["delta"]),
        "response.output_item.added" => Call(body["item"]?["name"]),
        "error" => ReplayBody.Text(body["error"]?["message"] ?? body["message"]),
        null when body["choices"] is JsonArray { Count: > 0 } choices => ReplayBody.Text(choices[0]?["delta"]?["content"])
            ?? (choices[0]?["delta"]?["tool_calls"] is JsonArray { Count: > 0 } calls ? Call(calls[0]?["function"]?["name"]) : null),
        null => ReplayBody.Text(body["error"]?["message"]),
        _ => null,
    };

    private static string? Call(JsonNode? tool) => ReplayBody.Text(tool) is { Length: > 0 } name ? $"\n→ {name}\n" : null;
}
