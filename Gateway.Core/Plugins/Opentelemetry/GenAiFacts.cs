using System.Buffers.Text;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Core.Llm.Forwarding;
using Gateway.Core.Llm.Json;
using Gateway.Core.Logging;
using Gateway.Core.Pipeline;
using Gateway.Shared.Logging;

namespace Gateway.Core.Plugins.Opentelemetry;

/// <summary>What the span of a model call says, in the words of OpenTelemetry's semantic conventions for generative AI.</summary>
internal static class GenAiFacts
{
    public const string SpanName = "kong.gen_ai";

    private const string Input = "gen_ai.input.messages";
    private const string Output = "gen_ai.output.messages";

    public static void Fill(Activity span, GatewayContext context)
    {
        if (context.Record.Llm is not { } llm || context.UpstreamCall is not LlmCall { Request: var request })
        {
            return;
        }

        span.SetTag("gen_ai.operation.name", OperationOf(llm.ClientFormat))
            .SetTag("gen_ai.provider.name", ProviderOf(llm.Provider))
            .SetTag("gen_ai.request.model", llm.RequestModel)
            .SetTag("gen_ai.response.model", llm.ResponseModel)
            .SetTag("gen_ai.response.id", llm.ResponseId)
            .SetTag("gen_ai.response.finish_reasons", llm.FinishReason is { } reason ? new[] { reason } : null)
            .SetTag("gen_ai.usage.input_tokens", llm.Usage?.PromptTokens)
            .SetTag("gen_ai.usage.output_tokens", llm.Usage?.CompletionTokens)
            .SetTag("gen_ai.usage.cache_read.input_tokens", Positive(llm.Usage?.CacheReadTokens))
            .SetTag("gen_ai.usage.cache_creation.input_tokens", Positive(llm.Usage?.CacheWrite5mTokens + llm.Usage?.CacheWrite1hTokens))
            .SetTag("gen_ai.usage.reasoning.output_tokens", Positive(llm.Usage?.ReasoningTokens))
            .SetTag("gen_ai.request.stream", llm.IsStream)
            .SetTag("gen_ai.response.time_to_first_chunk", llm.IsStream ? llm.TimeToFirstTokenMs / 1000 : null)
            .SetTag("gen_ai.conversation.id", context.Record.SessionId)
            .SetTag("kong.gen_ai.request.mode", ModeOf(llm));
        if (request.IsScanned)
        {
            span.SetTag("gen_ai.request.max_tokens", request.Scan.MaxTokens)
                .SetTag("gen_ai.request.temperature", NumberOf(request.Scan, "temperature"u8))
                .SetTag("gen_ai.request.top_p", NumberOf(request.Scan, "top_p"u8))
                .SetTag("gen_ai.output.type", OutputTypeOf(request.Scan));
        }

        if (llm.LogPayloads)
        {
            span.SetTag(Input, Part(llm.RequestPayload, "messages", "input", "prompt"))
                .SetTag(Output, Part(llm.ResponsePayload, "choices", "output", "content"));
        }

        if (ErrorOf(context.Record) is { } error)
        {
            span.SetTag("error.type", error);
            span.SetStatus(ActivityStatusCode.Error, context.Record.ErrorMessage);
        }
    }

    /// <summary>Memory held by the prompt and answer of a span; those of most hold neither.</summary>
    public static long ContentBytesOf(Activity span) =>
        span.OperationName == SpanName ? 2L * (LengthOf(span, Input) + LengthOf(span, Output)) : 0;

    public static void RemoveContent(Activity span) => span.SetTag(Input, null).SetTag(Output, null);

    /// <summary>Why a call failed; null when it did not. A client that leaves is no failure.</summary>
    public static string? ErrorOf(RequestRecord record) =>
        record.Outcome is RequestOutcome.Ok or RequestOutcome.ClientClosed ? null : record.OutcomeDetail ?? OutcomeNames.NameOf(record.Outcome);

    public static string ModeOf(LlmRecord llm) => llm.IsStream ? "stream" : "oneshot";

    public static string? OperationOf(string? format) => format switch
    {
        "openai_chat" or "openai_responses" or "anthropic_messages" => "chat",
        "openai_completions" => "text_completion",
        "openai_embeddings" => "embeddings",
        _ => null,
    };

    public static string? ProviderOf(string? provider) => provider switch
    {
        "azure" => "azure.ai.openai",
        "bedrock" => "aws.bedrock",
        "gemini" => "gcp.gemini",
        "mistral" => "mistral_ai",
        "xai" => "x_ai",
        _ => provider,
    };

    private static long LengthOf(Activity span, string tag) => (span.GetTagItem(tag) as string)?.Length ?? 0;

    private static long? Positive(long? count) => count > 0 ? count : null;

    private static double? NumberOf(in LlmRequestScan scan, ReadOnlySpan<byte> name) =>
        scan.Find(name) is { Kind: JsonKind.Number } member && Utf8Parser.TryParse(scan.Raw(member), out double value, out _) ? value : null;

    private static string OutputTypeOf(in LlmRequestScan scan)
    {
        var format = scan.Find("response_format"u8) is { Kind: JsonKind.Object } chat ? chat : scan.Find("text"u8);
        return format.Kind == JsonKind.Object && scan.Raw(format).IndexOf("\"json_"u8) >= 0 ? "json" : "text";
    }

    /// <summary>The first of the members that a logged body has, as JSON; the body as it is when it cannot be read, as one that was cut.</summary>
    private static string? Part(string? payload, params ReadOnlySpan<string> members)
    {
        if (payload is null)
        {
            return null;
        }

        try
        {
            var body = JsonNode.Parse(payload) as JsonObject;
            foreach (var member in members)
            {
                if (body?[member] is { } part)
                {
                    return part.ToJsonString();
                }
            }
        }
        catch (JsonException)
        {
            // Said as it is, below.
        }

        return payload;
    }
}
