using System.Text.Json;
using Gateway.Core.Llm.Accounting;
using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm.Observers;

/// <summary>Watches Messages streams.</summary>
internal sealed class AnthropicStreamObserver() : StreamObserver(LlmFormat.AnthropicMessages)
{
    private AnthropicUsage _usage;

    protected override void Observe(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (name.IsEmpty)
        {
            name = EventType.Find(data);
        }

        if (name.SequenceEqual("content_block_delta"u8))
        {
            SawFirstContent = true;
            OutputCharacters += CountPiece(data);
        }
        else if (name.SequenceEqual("content_block_start"u8))
        {
            // A text block starts empty; a tool block already names its tool.
            SawFirstContent |= data.IndexOf("tool_use\""u8) >= 0;
        }
        else if (name.SequenceEqual("message_start"u8) || name.SequenceEqual("message_delta"u8))
        {
            ReadMessage(data, isStart: name.SequenceEqual("message_start"u8));
        }
        else if (name.SequenceEqual("message_stop"u8))
        {
            // Cut inside its data the event is none; a whole one is an object.
            using var whole = JsonDocument.Parse(data.ToArray());
            SawTerminal = !SawError;
        }
        else if (name.SequenceEqual("error"u8))
        {
            SawError = true;
            ReadError(data);
        }
    }

    private static int CountPiece(ReadOnlySpan<byte> data) =>
        JsonText.TryFindText(data, "\"text\""u8, out var piece) || JsonText.TryFindText(data, "\"partial_json\""u8, out piece)
            || JsonText.TryFindText(data, "\"thinking\""u8, out piece)
            ? JsonText.CountCharacters(piece)
            : 0;

    private void ReadMessage(ReadOnlySpan<byte> data, bool isStart)
    {
        var reader = new Utf8JsonReader(data, LlmJson.ReaderOptions);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (reader.ValueTextEquals("usage"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject)
                {
                    _usage.Read(ref reader, isStart);
                    Usage = _usage.ToUsage();
                    ServiceTier = _usage.ServiceTier;
                }
            }
            else if (reader.ValueTextEquals("model"u8))
            {
                reader.Read();
                ResponseModel = reader.TokenType == JsonTokenType.String ? JsonText.GetString(ref reader) : ResponseModel;
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                ResponseId ??= reader.TokenType == JsonTokenType.String ? JsonText.GetString(ref reader) : null;
            }
            else if (reader.ValueTextEquals("stop_reason"u8))
            {
                reader.Read();
                FinishReason = reader.TokenType == JsonTokenType.String ? JsonText.GetString(ref reader) : FinishReason;
            }
        }
    }

    private void ReadError(ReadOnlySpan<byte> data)
    {
        if (LlmRequestScanner.Scan(data.ToArray(), out var scan) == JsonFault.None && scan.Find("error"u8) is { HasValue: true } error)
        {
            ErrorMessage = OneShotReader.ReadErrorMessage(scan.Raw(error));
        }
    }
}
