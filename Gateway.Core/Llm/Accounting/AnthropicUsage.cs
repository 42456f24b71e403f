using System.Text.Json;
using Gateway.Core.Llm.Json;
using Gateway.Shared.Usage;

namespace Gateway.Core.Llm.Accounting;

/// <summary>
/// Gathers the <c>usage</c> objects of a Messages answer. A stream gives two: the input side in <c>message_start</c>, and running
/// totals in <c>message_delta</c>, whose members overwrite those before (Anthropic Messages API, streaming: counts are cumulative).
/// A mutable struct: keep it in a field, never copy it.
/// </summary>
internal struct AnthropicUsage
{
    private Counts _counts;
    private bool _hasAny;

    /// <summary>The tier that served the call; null while the provider has not named one.</summary>
    public string? ServiceTier { get; private set; }

    /// <summary>Takes over what the object names and keeps the rest.</summary>
    /// <param name="reader">On the object's opening brace; afterwards on its closing brace.</param>
    /// <param name="isProvisional">True for <c>message_start</c>, whose output count is not a result.</param>
    public void Read(ref Utf8JsonReader reader, bool isProvisional)
    {
        var output = _counts.Output;
        Counts? iterations = null;
        string? tier = null;
        ReadCounts(ref reader, ref _counts, ref _hasAny, ref iterations, ref tier);
        ServiceTier = tier ?? ServiceTier;
        if (iterations is { } sum)
        {
            _counts = sum;
        }

        if (isProvisional)
        {
            _counts.Output = output;
        }
    }

    /// <summary>The usage in normal form; null when nothing was read.</summary>
    public readonly TokenUsage? ToUsage()
    {
        if (!_hasAny)
        {
            return null;
        }

        var byLifetime = _counts.Write5m + _counts.Write1h;
        var written = Math.Max(_counts.Written, byLifetime);
        return new TokenUsage
        {
            PromptTokens = _counts.Input + _counts.CacheRead + written,
            CompletionTokens = _counts.Output,
            CacheReadTokens = _counts.CacheRead,
            // Writes whose lifetime is not told live the shorter, default one.
            CacheWrite5mTokens = written - _counts.Write1h,
            CacheWrite1hTokens = _counts.Write1h,
            ReasoningTokens = _counts.Reasoning,
            HasPromptDetails = _counts.CacheRead > 0 || written > 0,
            HasCompletionDetails = _counts.Reasoning > 0,
        };
    }

    private static void ReadCounts(ref Utf8JsonReader reader, ref Counts counts, ref bool hasAny, ref Counts? iterations, ref string? tier)
    {
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (reader.ValueTextEquals("input_tokens"u8))
            {
                hasAny |= ReadCount(ref reader, ref counts.Input);
            }
            else if (reader.ValueTextEquals("output_tokens"u8))
            {
                hasAny |= ReadCount(ref reader, ref counts.Output);
            }
            else if (reader.ValueTextEquals("cache_read_input_tokens"u8))
            {
                ReadCount(ref reader, ref counts.CacheRead);
            }
            else if (reader.ValueTextEquals("cache_creation_input_tokens"u8))
            {
                ReadCount(ref reader, ref counts.Written);
            }
            else if (reader.ValueTextEquals("ephemeral_5m_input_tokens"u8))
            {
                ReadCount(ref reader, ref counts.Write5m);
            }
            else if (reader.ValueTextEquals("ephemeral_1h_input_tokens"u8))
            {
                ReadCount(ref reader, ref counts.Write1h);
            }
            else if (reader.ValueTextEquals("thinking_tokens"u8))
            {
                ReadCount(ref reader, ref counts.Reasoning);
            }
            else if (reader.ValueTextEquals("cache_creation"u8) || reader.ValueTextEquals("output_tokens_details"u8))
            {
                // Read on: the members inside have names of their own.
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject)
                {
                    ReadCounts(ref reader, ref counts, ref hasAny, ref iterations, ref tier);
                }
                else
                {
                    reader.Skip();
                }
            }
            else if (reader.ValueTextEquals("service_tier"u8))
            {
                reader.Read();
                tier = reader.TokenType == JsonTokenType.String ? JsonText.GetString(ref reader) : tier;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("iterations"u8))
            {
                reader.Read();
                iterations = ReadIterations(ref reader) ?? iterations;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    /// <summary>The sum of several passes that one answer took: the outer counts tell only of the last.</summary>
    private static Counts? ReadIterations(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return null;
        }

        Counts sum = default;
        var hasAny = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            Counts one = default;
            Counts? inner = null;
            string? tier = null;
            ReadCounts(ref reader, ref one, ref hasAny, ref inner, ref tier);
            sum.Add(one);
        }

        return hasAny ? sum : null;
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

    private struct Counts
    {
        public long Input;
        public long Output;
        public long CacheRead;
        public long Written;
        public long Write5m;
        public long Write1h;
        public long Reasoning;

        public void Add(in Counts other)
        {
            Input += other.Input;
            Output += other.Output;
            CacheRead += other.CacheRead;
            Written += other.Written;
            Write5m += other.Write5m;
            Write1h += other.Write1h;
            Reasoning += other.Reasoning;
        }
    }
}
