using System.Text.Json;
using Gateway.Core.Llm.Accounting;
using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm.Observers;

/// <summary>
/// Watches chat (and legacy completions) streams. Usage arrives in the last chunk, whose <c>choices</c> are empty; some servers put
/// a running total into every chunk, so the last one counts.
/// </summary>
internal sealed class OpenAIChatStreamObserver(LlmFormat format = LlmFormat.OpenAIChat) : StreamObserver(format)
{
    private bool _isDone;

    protected override void Observe(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (_isDone)
        {
            return;
        }

        if (data.SequenceEqual("[DONE]"u8))
        {
            _isDone = true;
            SawTerminal = !SawError;
            return;
        }

        if (SawFirstContent && IsPlainText(data, out var characters))
        {
            OutputCharacters += characters;
            return;
        }

        Parse(data, name.SequenceEqual("error"u8));
    }

    protected override void Finish() => SawTerminal |= FinishReason is not null && !SawError;

    /// <summary>Whether the chunk is one of the many that bring a piece of text and nothing else worth knowing.</summary>
    private static bool IsPlainText(ReadOnlySpan<byte> data, out int characters)
    {
        characters = 0;
        var key = "\"delta\":{\"content\":\""u8;
        var at = data.IndexOf(key);
        if (at < 0)
        {
            return false;
        }

        var text = data[(at + key.Length)..];
        var length = JsonText.StringLength(text);
        if (length < 0)
        {
            return false;
        }

        var head = data[..at];
        var tail = text[length..];
        if (tail.IndexOf("\"finish_reason\":null"u8) < 0 || HasNews(head) || HasNews(tail))
        {
            return false;
        }

        characters = JsonText.CountCharacters(text[..length]);
        return true;

        static bool HasNews(ReadOnlySpan<byte> part) =>
            part.IndexOf("\"usage\":{"u8) >= 0 || part.IndexOf("\"usage\": "u8) >= 0 || part.IndexOf("\"error\""u8) >= 0 || part.IndexOf("\"tool_calls\""u8) >= 0;
    }

    private void Parse(ReadOnlySpan<byte> data, bool isErrorEvent)
    {
        var reader = new Utf8JsonReader(data, LlmJson.ReaderOptions);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        if (isErrorEvent)
        {
            SawError = true;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("choices"u8))
            {
                reader.Read();
                ReadChoices(ref reader);
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                reader.Read();
                ReadUsage(ref reader);
            }
            else if (reader.ValueTextEquals("x_groq"u8))
            {
                reader.Read();
                ReadNestedUsage(ref reader);
            }
            else if (reader.ValueTextEquals("model"u8))
            {
                reader.Read();
                ResponseModel = reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0 ? JsonText.GetString(ref reader) : ResponseModel;
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                ResponseId ??= reader.TokenType == JsonTokenType.String ? JsonText.GetString(ref reader) : null;
            }
            else if (reader.ValueTextEquals("service_tier"u8))
            {
                reader.Read();
                ServiceTier = reader.TokenType == JsonTokenType.String ? JsonText.GetString(ref reader) : ServiceTier;
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.String)
                {
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    SawError = true;
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

    private void ReadUsage(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            Usage = UsageReader.ReadOpenAI(ref reader) ?? Usage;
        }
    }

    private void ReadNestedUsage(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isUsage = reader.ValueTextEquals("usage"u8);
            reader.Read();
            if (isUsage)
            {
                ReadUsage(ref reader);
            }

            reader.Skip();
        }
    }

    private void ReadChoices(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return;
        }

        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            var isFinish = reader.ValueTextEquals("finish_reason"u8);
            var isText = reader.ValueTextEquals("content"u8) || reader.ValueTextEquals("reasoning_content"u8) || reader.ValueTextEquals("reasoning"u8)
                || reader.ValueTextEquals("refusal"u8) || reader.ValueTextEquals("arguments"u8) || reader.ValueTextEquals("text"u8);
            var isTool = reader.ValueTextEquals("tool_calls"u8);
            var isOther = reader.ValueTextEquals("logprobs"u8) || reader.ValueTextEquals("content_filter_results"u8);
            reader.Read();
            if (isFinish && reader.TokenType == JsonTokenType.String)
            {
                FinishReason = JsonText.GetString(ref reader);
            }
            else if (isText && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0)
            {
                SawFirstContent = true;
                OutputCharacters += JsonText.CountCharacters(reader.ValueSpan);
            }
            else if (isTool && reader.TokenType == JsonTokenType.StartArray)
            {
                SawFirstContent = true;
            }
            else if (isOther)
            {
                reader.Skip();
            }
        }
    }
}
