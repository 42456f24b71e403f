using System.Text.Json;
using Gateway.Core.Llm.Accounting;
using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm.Observers;

/// <summary>Watches Responses streams. The last event (<c>response.completed</c>, <c>.incomplete</c>, <c>.failed</c>) repeats the answer with its usage.</summary>
internal sealed class OpenAIResponsesStreamObserver() : StreamObserver(LlmFormat.OpenAIResponses)
{
    protected override void Observe(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (name.IsEmpty)
        {
            name = EventType.Find(data);
        }

        if (name.EndsWith(".delta"u8))
        {
            SawFirstContent = true;
            if (JsonText.TryFindText(data, "\"delta\""u8, out var piece))
            {
                OutputCharacters += JsonText.CountCharacters(piece);
            }
        }
        else if (name.SequenceEqual("response.created"u8) || name.SequenceEqual("response.in_progress"u8))
        {
            ReadEvent(data);
        }
        else if (name.SequenceEqual("response.output_item.done"u8))
        {
            // The shortest stream that works has no deltas.
            SawFirstContent = true;
        }
        else if (name.SequenceEqual("response.completed"u8) || name.SequenceEqual("response.incomplete"u8))
        {
            ReadEvent(data);
            SawTerminal = true;
        }
        else if (name.SequenceEqual("response.failed"u8))
        {
            ReadEvent(data);
            SawTerminal = true;
            SawError = true;
        }
        else if (name.SequenceEqual("error"u8))
        {
            SawError = true;
            ErrorMessage ??= OneShotReader.ReadErrorMessage(data) is { Length: > 0 } message ? message : null;
        }
    }

    private void ReadEvent(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data, LlmJson.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isResponse = reader.ValueTextEquals("response"u8);
            reader.Read();
            if (isResponse && reader.TokenType == JsonTokenType.StartObject)
            {
                ReadResponse(ref reader, data);
            }

            reader.Skip();
        }
    }

    private void ReadResponse(ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("model"u8))
            {
                reader.Read();
                ResponseModel = reader.TokenType == JsonTokenType.String ? JsonText.GetString(ref reader) : ResponseModel;
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                ResponseId = reader.TokenType == JsonTokenType.String ? JsonText.GetString(ref reader) : ResponseId;
            }
            else if (reader.ValueTextEquals("status"u8))
            {
                reader.Read();
                var status = reader.TokenType == JsonTokenType.String ? JsonText.GetString(ref reader) : null;
                FinishReason = status is null or "in_progress" or "queued" ? FinishReason : status;
            }
            else if (reader.ValueTextEquals("service_tier"u8))
            {
                reader.Read();
                ServiceTier = reader.TokenType == JsonTokenType.String ? JsonText.GetString(ref reader) : ServiceTier;
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject)
                {
                    Usage = UsageReader.ReadOpenAI(ref reader) ?? Usage;
                }
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject)
                {
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    ErrorMessage = OneShotReader.ReadErrorMessage(data[start..(int)reader.BytesConsumed]);
                }
            }
            else
            {
                reader.Read();
            }

            reader.Skip();
        }
    }
}
