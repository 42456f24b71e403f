using System.Text.Json;
using Gateway.Core.Llm.Json;
using Gateway.Shared.Usage;

namespace Gateway.Core.Llm.Accounting;

/// <summary>Token counts where the provider gave none. Rough by design; the record says that they are estimates.</summary>
internal static class UsageEstimator
{
    /// <summary>An estimate of the whole usage.</summary>
    /// <param name="body">The client's body; need not be valid.</param>
    public static TokenUsage Estimate(ReadOnlyMemory<byte> body, bool isStream, long outputCharacters) => new()
    {
        PromptTokens = EstimatePromptTokens(body, isStream),
        CompletionTokens = EstimateCompletionTokens(outputCharacters),
        Source = UsageSource.Estimate,
    };

    /// <summary>Words of all prompt texts times a factor (1.0; streams 1.8), as Kong counts them. Numbers of token arrays count one each.</summary>
    public static long EstimatePromptTokens(ReadOnlyMemory<byte> body, bool isStream)
    {
        if (LlmRequestScanner.Scan(body, out var scan) != JsonFault.None)
        {
            return 0;
        }

        var words = Count(scan, "messages"u8) + Count(scan, "input"u8) + Count(scan, "prompt"u8) + Count(scan, "system"u8) + Count(scan, "instructions"u8);
        return (long)Math.Round(words * (isStream ? 1.8 : 1.0), MidpointRounding.AwayFromZero);
    }

    /// <summary>A quarter of the characters, rounded up.</summary>
    public static long EstimateCompletionTokens(long characters) => (characters + 3) / 4;

    private static long Count(in LlmRequestScan scan, ReadOnlySpan<byte> name)
    {
        if (scan.Find(name) is not { HasValue: true } member)
        {
            return 0;
        }

        long words = 0;
        var reader = new Utf8JsonReader(scan.Raw(member), LlmJson.ReaderOptions);
        var isText = true;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    // Raw bytes: comparing by meaning would throw on half a surrogate pair.
                    isText = reader.ValueSpan.SequenceEqual("content"u8) || reader.ValueSpan.SequenceEqual("text"u8);
                    break;
                case JsonTokenType.String when isText || reader.CurrentDepth <= 1:
                    words += CountWords(reader.ValueSpan);
                    break;
                case JsonTokenType.Number when reader.CurrentDepth is 1 or 2 && isText:
                    words++;
                    break;
                default:
                    break;
            }
        }

        return words;
    }

    /// <summary>Pieces between white space, in the raw content of a JSON string.</summary>
    private static long CountWords(ReadOnlySpan<byte> raw)
    {
        long words = 0;
        var inWord = false;
        for (var i = 0; i < raw.Length; i++)
        {
            var isSpace = raw[i] == ' ';
            if (raw[i] == '\\' && i + 1 < raw.Length)
            {
                i++;
                isSpace = raw[i] is (byte)'n' or (byte)'r' or (byte)'t' or (byte)'f';
            }

            words += !isSpace && !inWord ? 1 : 0;
            inWord = !isSpace;
        }

        return words;
    }
}
