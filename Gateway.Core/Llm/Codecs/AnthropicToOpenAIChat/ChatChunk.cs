using System.Text.Json;
using Gateway.Core.Llm.Accounting;
using Gateway.Core.Llm.Json;
using Gateway.Shared.Usage;

namespace Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;

/// <summary>What one chat chunk holds, as slices of its bytes. Read whole before anything is done with it, so that a cut chunk does nothing.</summary>
internal ref struct ChatChunk
{
    public string? Id;
    public string? Model;
    public string? ServiceTier;

    /// <summary>Escaped content; empty when absent, null or empty.</summary>
    public ReadOnlySpan<byte> Content;

    /// <summary>Content given as an array of parts (Mistral), as JSON.</summary>
    public ReadOnlySpan<byte> ContentParts;

    public ReadOnlySpan<byte> Reasoning;
    public ReadOnlySpan<byte> Signature;
    public ReadOnlySpan<byte> Refusal;

    /// <summary>The array as JSON.</summary>
    public ReadOnlySpan<byte> ToolCalls;

    /// <summary>The object of the older API as JSON.</summary>
    public ReadOnlySpan<byte> FunctionCall;

    /// <summary>The value as JSON.</summary>
    public ReadOnlySpan<byte> Error;

    public string? FinishReason;
    public string? StopSequence;
    public TokenUsage? Usage;

    /// <exception cref="JsonException">The data is not one JSON object.</exception>
    public static ChatChunk Read(ReadOnlySpan<byte> data)
    {
        var chunk = default(ChatChunk);
        var reader = new Utf8JsonReader(data, LlmJson.ReaderOptions);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("A chunk is an object.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("choices"u8))
            {
                reader.Read();
                chunk.ReadChoices(ref reader, data);
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                reader.Read();
                chunk.ReadUsage(ref reader);
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                chunk.Id = ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("model"u8))
            {
                chunk.Model = ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("service_tier"u8))
            {
                chunk.ServiceTier = ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                chunk.Error = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.String ? Slice(ref reader, data) : default;
            }
            else if (reader.ValueTextEquals("x_groq"u8))
            {
                reader.Read();
                chunk.ReadExtension(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        // Anything behind the object makes the data invalid.
        reader.Read();
        return chunk;
    }

    private void ReadUsage(scoped ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            Usage = UsageReader.ReadOpenAI(ref reader) ?? Usage;
        }
        else
        {
            reader.Skip();
        }
    }

    private void ReadExtension(scoped ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
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
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadChoices(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            var choice = default(ChatChunk);
            long index = 0;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("delta"u8))
                {
                    reader.Read();
                    choice.ReadDelta(ref reader, data);
                }
                else if (reader.ValueTextEquals("finish_reason"u8))
                {
                    choice.FinishReason = ReadString(ref reader);
                }
                else if (reader.ValueTextEquals("stop_reason"u8) || reader.ValueTextEquals("matched_stop"u8))
                {
                    choice.StopSequence = ReadString(ref reader) ?? choice.StopSequence;
                }
                else if (reader.ValueTextEquals("index"u8))
                {
                    reader.Read();
                    JsonText.TryGetCount(ref reader, out index);
                    reader.Skip();
                }
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }

            if (index == 0)
            {
                Take(choice);
            }
        }
    }

    private void Take(in ChatChunk choice)
    {
        Content = choice.Content;
        ContentParts = choice.ContentParts;
        Reasoning = choice.Reasoning;
        Signature = choice.Signature;
        Refusal = choice.Refusal;
        ToolCalls = choice.ToolCalls;
        FunctionCall = choice.FunctionCall;
        FinishReason = choice.FinishReason;
        StopSequence = choice.StopSequence;
    }

    private void ReadDelta(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("content"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.String)
                {
                    Content = reader.ValueSpan;
                }
                else if (reader.TokenType == JsonTokenType.StartArray)
                {
                    ContentParts = Slice(ref reader, data);
                }
                else
                {
                    reader.Skip();
                }
            }
            else if (reader.ValueTextEquals("reasoning_content"u8) || reader.ValueTextEquals("reasoning"u8))
            {
                Reasoning = ReadContent(ref reader, Reasoning);
            }
            else if (reader.ValueTextEquals("reasoning_signature"u8) || reader.ValueTextEquals("signature"u8))
            {
                Signature = ReadContent(ref reader, Signature);
            }
            else if (reader.ValueTextEquals("refusal"u8))
            {
                Refusal = ReadContent(ref reader, Refusal);
            }
            else if (reader.ValueTextEquals("tool_calls"u8))
            {
                reader.Read();
                ToolCalls = reader.TokenType == JsonTokenType.StartArray ? Slice(ref reader, data) : default;
            }
            else if (reader.ValueTextEquals("function_call"u8))
            {
                reader.Read();
                FunctionCall = reader.TokenType == JsonTokenType.StartObject ? Slice(ref reader, data) : default;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    private static ReadOnlySpan<byte> ReadContent(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> current)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.ValueSpan.IsEmpty ? current : reader.ValueSpan;
        }

        reader.Skip();
        return current;
    }

    private static string? ReadString(scoped ref Utf8JsonReader reader)
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
