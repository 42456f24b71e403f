using System.Text.Json;
using Gateway.Core.Llm.Json;
using Gateway.Shared.Usage;

namespace Gateway.Core.Llm.Accounting;

/// <summary>Reads <c>usage</c> objects of the OpenAI APIs into the normal form.</summary>
internal static class UsageReader
{
    /// <summary>
    /// Reads chat, completions, embeddings (<c>prompt_tokens</c>…) and Responses (<c>input_tokens</c>…) names alike. Members that
    /// are null, negative or no number count as absent.
    /// </summary>
    /// <param name="reader">On the object's opening brace; afterwards on its closing brace.</param>
    /// <returns>Null when the object holds no counter.</returns>
    public static TokenUsage? ReadOpenAI(ref Utf8JsonReader reader)
    {
        long prompt = 0, completion = 0, cached = 0, cacheHit = 0, cacheWrite = 0, reasoning = 0;
        long promptAudio = 0, completionAudio = 0, accepted = 0, rejected = 0;
        long? total = null;
        bool any = false, promptDetails = false, completionDetails = false;
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (reader.ValueTextEquals("prompt_tokens"u8) || reader.ValueTextEquals("input_tokens"u8))
            {
                any |= ReadCount(ref reader, ref prompt);
            }
            else if (reader.ValueTextEquals("completion_tokens"u8) || reader.ValueTextEquals("output_tokens"u8))
            {
                any |= ReadCount(ref reader, ref completion);
            }
            else if (reader.ValueTextEquals("total_tokens"u8))
            {
                long value = 0;
                total = ReadCount(ref reader, ref value) ? value : total;
                any |= total is not null;
            }
            else if (reader.ValueTextEquals("prompt_cache_hit_tokens"u8))
            {
                ReadCount(ref reader, ref cacheHit);
            }
            else if (reader.ValueTextEquals("prompt_tokens_details"u8) || reader.ValueTextEquals("input_tokens_details"u8)
                || reader.ValueTextEquals("input_token_details"u8))
            {
                reader.Read();
                promptDetails |= ReadPromptDetails(ref reader, ref cached, ref cacheWrite, ref promptAudio);
            }
            else if (reader.ValueTextEquals("completion_tokens_details"u8) || reader.ValueTextEquals("output_tokens_details"u8)
                || reader.ValueTextEquals("output_token_details"u8))
            {
                reader.Read();
                completionDetails |= ReadCompletionDetails(ref reader, ref reasoning, ref completionAudio, ref accepted, ref rejected);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        if (!any)
        {
            return null;
        }

        return new TokenUsage
        {
            PromptTokens = prompt,
            CompletionTokens = completion,
            ReportedTotal = total,
            CacheReadTokens = Math.Max(cached, cacheHit),
            CacheWrite5mTokens = cacheWrite,
            ReasoningTokens = reasoning,
            PromptAudioTokens = promptAudio,
            CompletionAudioTokens = completionAudio,
            AcceptedPredictionTokens = accepted,
            RejectedPredictionTokens = rejected,
            HasPromptDetails = promptDetails,
            HasCompletionDetails = completionDetails,
        };
    }

    private static bool ReadPromptDetails(ref Utf8JsonReader reader, ref long cached, ref long cacheWrite, ref long audio)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return false;
        }

        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.ValueTextEquals("cached_tokens"u8))
            {
                ReadCount(ref reader, ref cached);
            }
            else if (reader.ValueTextEquals("cache_write_tokens"u8))
            {
                ReadCount(ref reader, ref cacheWrite);
            }
            else if (reader.ValueTextEquals("audio_tokens"u8))
            {
                ReadCount(ref reader, ref audio);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return true;
    }

    private static bool ReadCompletionDetails(
        ref Utf8JsonReader reader, ref long reasoning, ref long audio, ref long accepted, ref long rejected)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return false;
        }

        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.ValueTextEquals("reasoning_tokens"u8))
            {
                ReadCount(ref reader, ref reasoning);
            }
            else if (reader.ValueTextEquals("audio_tokens"u8))
            {
                ReadCount(ref reader, ref audio);
            }
            else if (reader.ValueTextEquals("accepted_prediction_tokens"u8))
            {
                ReadCount(ref reader, ref accepted);
            }
            else if (reader.ValueTextEquals("rejected_prediction_tokens"u8))
            {
                ReadCount(ref reader, ref rejected);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return true;
    }

    private static bool ReadCount(ref Utf8JsonReader reader, ref long target)
    {
        reader.Read();
        if (JsonText.TryGetCount(ref reader, out var value))
        {
            target = value;
            return true;
        }

        reader.Skip();
        return false;
    }
}
