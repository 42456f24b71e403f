using System.Text.Json;
using Gateway.Core.Llm.Accounting;
using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm.Codecs.OpenAIChatToAnthropic;

/// <summary>One event of a Messages stream, its texts still escaped and in place.</summary>
internal ref struct MessagesEvent
{
    /// <summary>The <c>type</c> inside the data; empty when it has none.</summary>
    public ReadOnlySpan<byte> Type;
    public int Index;

    /// <summary>Type of <c>content_block</c>.</summary>
    public ReadOnlySpan<byte> Block;

    /// <summary>Id of the block or the message.</summary>
    public string? Id;
    public string? Name;
    public string? Model;
    public string? StopReason;
    public ReadOnlySpan<byte> Text;
    public ReadOnlySpan<byte> Thinking;
    public ReadOnlySpan<byte> PartialJson;

    /// <summary>Input that came whole with the block's start, as JSON.</summary>
    public ReadOnlySpan<byte> Input;

    /// <summary>The <c>error</c> value as JSON.</summary>
    public ReadOnlySpan<byte> Error;

    /// <param name="usage">Takes the event's counts.</param>
    /// <exception cref="JsonException">The data is no JSON object.</exception>
    public static MessagesEvent Read(ReadOnlySpan<byte> data, ref AnthropicUsage usage)
    {
        // Checked whole first: nothing may be counted from an event that turns out to be cut.
        LlmJson.Check(data);
        var result = default(MessagesEvent);
        var reader = new Utf8JsonReader(data, LlmJson.ReaderOptions);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("an object is required");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                result.Type = Content(ref reader);
            }
            else if (reader.ValueTextEquals("index"u8))
            {
                reader.Read();
                result.Index = JsonText.TryGetCount(ref reader, out var index) ? (int)Math.Min(index, int.MaxValue) : 0;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("delta"u8) || reader.ValueTextEquals("content_block"u8) || reader.ValueTextEquals("message"u8))
            {
                reader.Read();
                result.ReadInner(ref reader, data, ref usage);
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                ReadUsage(ref reader, ref usage, isStart: false);
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                result.Error = Slice(ref reader, data);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return result;
    }

    /// <summary>Reads the object that holds the event's news; the members of the three kinds have names of their own.</summary>
    private void ReadInner(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data, ref AnthropicUsage usage)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                Block = Content(ref reader);
            }
            else if (reader.ValueTextEquals("text"u8))
            {
                Text = Content(ref reader);
            }
            else if (reader.ValueTextEquals("thinking"u8))
            {
                Thinking = Content(ref reader);
            }
            else if (reader.ValueTextEquals("partial_json"u8))
            {
                PartialJson = Content(ref reader);
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                Id = String(ref reader);
            }
            else if (reader.ValueTextEquals("name"u8))
            {
                Name = String(ref reader);
            }
            else if (reader.ValueTextEquals("model"u8))
            {
                Model = String(ref reader);
            }
            else if (reader.ValueTextEquals("stop_reason"u8))
            {
                StopReason = String(ref reader);
            }
            else if (reader.ValueTextEquals("input"u8))
            {
                reader.Read();
                Input = Slice(ref reader, data);
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                ReadUsage(ref reader, ref usage, isStart: true);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    private static void ReadUsage(scoped ref Utf8JsonReader reader, ref AnthropicUsage usage, bool isStart)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        usage.Read(ref reader, isStart);
    }

    private static ReadOnlySpan<byte> Content(scoped ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.ValueSpan;
        }

        reader.Skip();
        return default;
    }

    private static string? String(scoped ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return JsonText.GetString(ref reader);
        }

        reader.Skip();
        return null;
    }

    private static ReadOnlySpan<byte> Slice(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return data[start..(int)reader.BytesConsumed];
    }
}
