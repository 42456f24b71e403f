using System.Text;
using System.Text.Json;
using Gateway.Core.Llm.Accounting;
using Gateway.Core.Llm.Json;
using Gateway.Shared.Usage;

namespace Gateway.Core.Llm.Observers;

/// <summary>Reads the facts of a whole JSON answer. Only the members that hold them are parsed.</summary>
internal static class OneShotReader
{
    // Nothing of a scan outlives the reading.
    [ThreadStatic]
    private static JsonMember[]? _members;

    public static LlmAnswer Read(LlmFormat format, ReadOnlyMemory<byte> body)
    {
        var members = _members ?? new JsonMember[LlmRequestScanner.UsualMembers];
        try
        {
            return LlmRequestScanner.Scan(body, ref members, out var scan) == JsonFault.None
                ? Read(format, scan)
                : new LlmAnswer { SawFirstContent = body.Length > 0 };
        }
        catch (Exception exception) when (LlmJson.IsUnreadable(exception))
        {
            return new LlmAnswer { SawFirstContent = true, SawTerminal = true };
        }
        finally
        {
            _members = members;
        }
    }

    private static LlmAnswer Read(LlmFormat format, in LlmRequestScan scan)
    {
        var error = scan.Find("error"u8) is { Kind: JsonKind.Object or JsonKind.String } member ? ReadErrorMessage(scan.Raw(member)) : null;
        var usage = ReadUsage(format, scan, out var tier);
        return new LlmAnswer
        {
            Usage = usage,
            ResponseModel = scan.Model,
            ResponseId = scan.GetString(scan.Find("id"u8)),
            ServiceTier = tier ?? scan.GetString(scan.Find("service_tier"u8)),
            FinishReason = ReadFinishReason(format, scan),
            SawFirstContent = true,
            SawTerminal = true,
            SawError = error is not null,
            ErrorMessage = error,
            OutputCharacters = usage is { CompletionTokens: > 0 } ? 0 : CountOutput(format, scan),
        };
    }

    /// <summary>The message of an <c>error</c> value: a string, or an object with <c>message</c>.</summary>
    internal static string ReadErrorMessage(ReadOnlySpan<byte> json)
    {
        try
        {
            return FindMessage(json);
        }
        catch (Exception exception) when (LlmJson.IsUnreadable(exception))
        {
            return "";
        }
    }

    private static string FindMessage(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, LlmJson.ReaderOptions);
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return JsonText.GetString(ref reader);
        }

        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
            {
                var isMessage = reader.ValueTextEquals("message"u8);
                reader.Read();
                if (isMessage && reader.TokenType == JsonTokenType.String)
                {
                    return JsonText.GetString(ref reader);
                }

                reader.Skip();
            }
        }

        return "";
    }

    private static TokenUsage? ReadUsage(LlmFormat format, in LlmRequestScan scan, out string? tier)
    {
        tier = null;
        if (scan.Find("usage"u8) is not { Kind: JsonKind.Object } member)
        {
            return null;
        }

        var reader = new Utf8JsonReader(scan.Raw(member), LlmJson.ReaderOptions);
        reader.Read();
        if (format != LlmFormat.AnthropicMessages)
        {
            return UsageReader.ReadOpenAI(ref reader);
        }

        AnthropicUsage usage = default;
        usage.Read(ref reader, isProvisional: false);
        tier = usage.ServiceTier;
        return usage.ToUsage();
    }

    private static string? ReadFinishReason(LlmFormat format, in LlmRequestScan scan)
    {
        switch (format)
        {
            case LlmFormat.AnthropicMessages:
                return scan.GetString(scan.Find("stop_reason"u8));
            case LlmFormat.OpenAIResponses:
                return scan.GetString(scan.Find("status"u8));
            default:
                if (scan.Find("choices"u8) is not { Kind: JsonKind.Array } choices)
                {
                    return null;
                }

                // Inside text the quotes would be escaped, so that these bytes can only be a key.
                var raw = scan.Raw(choices);
                var key = "\"finish_reason\""u8;
                var at = raw.LastIndexOf(key);
                if (at < 0)
                {
                    return null;
                }

                var value = raw[(at + key.Length)..].TrimStart(": \t\r\n"u8);
                return !value.IsEmpty && value[0] == '"' && JsonText.StringLength(value[1..]) is var length and >= 0
                    ? Encoding.UTF8.GetString(value.Slice(1, length))
                    : null;
        }
    }

    /// <summary>Characters of everything the model wrote, where the provider did not count tokens.</summary>
    private static long CountOutput(LlmFormat format, in LlmRequestScan scan)
    {
        var member = format switch
        {
            LlmFormat.AnthropicMessages => scan.Find("content"u8),
            LlmFormat.OpenAIResponses => scan.Find("output"u8),
            LlmFormat.OpenAIChat or LlmFormat.OpenAICompletions => scan.Find("choices"u8),
            _ => default,
        };
        if (member.Kind != JsonKind.Array)
        {
            return 0;
        }

        long count = 0;
        var reader = new Utf8JsonReader(scan.Raw(member), LlmJson.ReaderOptions);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            var isText = reader.ValueTextEquals("text"u8) || reader.ValueTextEquals("content"u8) || reader.ValueTextEquals("arguments"u8)
                || reader.ValueTextEquals("thinking"u8) || reader.ValueTextEquals("reasoning_content"u8) || reader.ValueTextEquals("refusal"u8);
            var isInput = reader.ValueTextEquals("input"u8);
            reader.Read();
            if (isText && reader.TokenType == JsonTokenType.String)
            {
                count += JsonText.CountCharacters(reader.ValueSpan);
            }
            else if (isInput)
            {
                var start = reader.TokenStartIndex;
                reader.Skip();
                count += reader.BytesConsumed - start;
            }
        }

        return count;
    }
}
