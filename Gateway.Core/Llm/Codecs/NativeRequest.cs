using System.Buffers;
using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm.Codecs;

/// <summary>
/// Request of a hop whose both sides speak one format: the client's bytes, but for the members that the gateway must set
/// (model, forced options, <c>stream</c>, <c>stream_options.include_usage</c>, the name of the output limit).
/// </summary>
internal static class NativeRequest
{
    /// <summary>Writes the upstream's body.</summary>
    /// <param name="needsUsage">Whether somebody needs token counts, so that chat streams ask for the usage chunk.</param>
    /// <param name="isModelCall">False for calls beside the model's, such as counting tokens: they know the model, but no options.</param>
    public static NativeRequestResult Write(
        LlmFormat format, in LlmRequestScan scan, CodecTarget target, bool needsUsage, IBufferWriter<byte> output, bool isModelCall = true)
    {
        var edits = new List<JsonEdit>(8);
        var dropped = new List<string>(0);
        var model = target.Model ?? scan.Model;
        if (target.Model is { } forced && forced != scan.Model)
        {
            edits.Add(JsonEdit.Set("model", forced));
        }

        var isStream = target.Stream ?? scan.Stream;
        var asksForUsage = false;
        switch (isModelCall ? format : LlmFormat.Unknown)
        {
            case LlmFormat.OpenAIChat or LlmFormat.OpenAICompletions:
                asksForUsage = EditChat(format, scan, target, model, isStream, needsUsage, edits, dropped);
                break;
            case LlmFormat.OpenAIResponses:
                AddSampling(scan, target.Options, edits, "max_output_tokens");
                break;
            case LlmFormat.AnthropicMessages:
                AddSampling(scan, target.Options, edits, "max_tokens");
                if (target.Options.TopK is { } topK)
                {
                    edits.Add(JsonEdit.Set("top_k", topK));
                }

                if (target.Options.MaxTokens is null && !scan.Find("max_tokens"u8).HasValue)
                {
                    edits.Add(JsonEdit.Set("max_tokens", target.DefaultMaxTokens));
                }

                break;
            default:
                break;
        }

        // Chat targets are told in any case, because some stream by default; elsewhere only a change is worth touching the bytes.
        var saysStream = scan.Find("stream"u8).HasValue;
        if (isModelCall && format != LlmFormat.OpenAIEmbeddings && (isStream != scan.Stream || (format == LlmFormat.OpenAIChat && !saysStream)))
        {
            edits.Add(JsonEdit.Set("stream", isStream));
        }

        if (edits.Count == 0)
        {
            output.Write(scan.Body.Span);
        }
        else
        {
            JsonSplice.Write(scan, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(edits), output);
        }

        return new NativeRequestResult(isStream, asksForUsage && !scan.WantsUsageChunk, dropped);
    }

    /// <returns>Whether the upstream will send a usage chunk.</returns>
    private static bool EditChat(
        LlmFormat format, in LlmRequestScan scan, CodecTarget target, string? model, bool isStream, bool needsUsage, List<JsonEdit> edits, List<string> dropped)
    {
        var isReasoning = format == LlmFormat.OpenAIChat && target.IsReasoning(model);
        if (!isReasoning)
        {
            AddSampling(scan, target.Options, edits, "max_tokens");
            if (target.AcceptsTopK && target.Options.TopK is { } topK)
            {
                edits.Add(JsonEdit.Set("top_k", topK));
            }
        }
        else
        {
            if (target.Options.MaxTokens is { } limit)
            {
                edits.Add(JsonEdit.Set("max_completion_tokens", limit));
                Remove(scan, "max_tokens", edits, null);
            }
            else if (scan.Find("max_tokens"u8) is { HasValue: true } old)
            {
                if (!scan.Find("max_completion_tokens"u8).HasValue)
                {
                    edits.Add(JsonEdit.SetRaw("max_completion_tokens", scan.Raw(old).ToArray()));
                }

                Remove(scan, "max_tokens", edits, null);
            }

            foreach (var name in ReasoningDrops)
            {
                Remove(scan, name, edits, dropped);
            }
        }

        if (!target.AcceptsTopK)
        {
            Remove(scan, "top_k", edits, dropped);
        }

        if (!isStream || !scan.WantsUsageChunk && !(needsUsage && target.IncludeUsage))
        {
            return false;
        }

        if (!scan.WantsUsageChunk)
        {
            edits.Add(JsonEdit.SetRaw("stream_options", WithIncludeUsage(scan)));
        }

        return true;
    }

    private static readonly string[] ReasoningDrops =
        ["temperature", "top_p", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs", "logit_bias", "stop"];

    private static byte[] WithIncludeUsage(in LlmRequestScan scan)
    {
        // Whatever else the client put into the object stays.
        if (scan.Find("stream_options"u8) is { Kind: JsonKind.Object } options
            && LlmRequestScanner.Scan(scan.Body[options.ValueStart..options.ValueEnd], out var inner) == JsonFault.None)
        {
            var buffer = new ArrayBufferWriter<byte>(options.ValueLength + 24);
            JsonSplice.Write(inner, [JsonEdit.Set("include_usage", true)], buffer);
            return buffer.WrittenSpan.ToArray();
        }

        return """{"include_usage":true}"""u8.ToArray();
    }

    private static void AddSampling(in LlmRequestScan scan, LlmOptions options, List<JsonEdit> edits, string limitName)
    {
        if (options.MaxTokens is { } limit)
        {
            // A client that says max_completion_tokens keeps its word for it: both together are an error.
            var name = limitName == "max_tokens" && scan.Find("max_completion_tokens"u8).IsPresent ? "max_completion_tokens" : limitName;
            edits.Add(JsonEdit.Set(name, limit));
        }

        if (options.Temperature is { } temperature)
        {
            edits.Add(JsonEdit.Set("temperature", temperature));
        }

        if (options.TopP is { } topP)
        {
            edits.Add(JsonEdit.Set("top_p", topP));
        }
    }

    private static void Remove(in LlmRequestScan scan, string name, List<JsonEdit> edits, List<string>? dropped)
    {
        if (!scan.Find(System.Text.Encoding.ASCII.GetBytes(name)).IsPresent)
        {
            return;
        }

        edits.Add(JsonEdit.Remove(name));
        dropped?.Add(name);
    }
}

/// <summary>What <see cref="NativeRequest"/> did.</summary>
/// <param name="IsUpstreamStream">Whether the upstream was asked for a stream.</param>
/// <param name="HidesUsage">Whether the gateway asked for a usage chunk that the client does not expect: run the answer through <see cref="Observers.ChatUsageFilter"/>.</param>
/// <param name="Dropped">Names of members that the model would refuse.</param>
internal sealed record NativeRequestResult(bool IsUpstreamStream, bool HidesUsage, IReadOnlyList<string> Dropped);
