using System.Buffers;
using System.Text.Json;
using Gateway.Core.Llm.Json;
using Gateway.Shared.Results;

namespace Gateway.Core.Llm.Codecs.OpenAIChatToAnthropic;

/// <summary>Lets a client of OpenAI Chat Completions use an upstream that speaks Anthropic's Messages API.</summary>
/// <param name="newId">Source of ids that the upstream left out; null: random hex digits.</param>
/// <param name="time">Clock for <c>created</c>; null: the system's.</param>
internal sealed class OpenAIChatToAnthropicCodec(Func<string>? newId = null, TimeProvider? time = null) : ILlmCodec
{
    private readonly Func<string> _newId = newId ?? (static () => Guid.NewGuid().ToString("N"));
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public LlmFormat ClientFormat => LlmFormat.OpenAIChat;

    public LlmFormat UpstreamFormat => LlmFormat.AnthropicMessages;

    public Result<LlmTranslation> TranslateRequest(ReadOnlyMemory<byte> body, CodecTarget target, IBufferWriter<byte> output)
    {
        try
        {
            using var document = JsonDocument.Parse(body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body, LlmJson.DocumentOptions);
            return Translate(document.RootElement, body, target, output);
        }
        catch (Exception exception) when (LlmJson.IsUnreadable(exception))
        {
            return new LlmFault(400, "the request body is not valid JSON");
        }
    }

    public TranslatedError TranslateError(int status, ReadOnlySpan<byte> body, ErrorContext context, IBufferWriter<byte> output) =>
        MessagesErrorTranslator.Translate(status, body, context, output);

    private Result<LlmTranslation> Translate(JsonElement request, ReadOnlyMemory<byte> body, CodecTarget target, IBufferWriter<byte> output)
    {
        if (request.ValueKind != JsonValueKind.Object)
        {
            return new LlmFault(400, "the request body is not a JSON object");
        }

        if (!request.TryGetMember("messages"u8, out var messages) || messages.ValueKind != JsonValueKind.Array)
        {
            return new LlmFault(400, "messages: an array is required");
        }

        if (FindUnsupported(request) is { } unsupported)
        {
            return unsupported;
        }

        var dropped = new DroppedNames();
        var conversation = new ConversationReader(dropped);
        conversation.Read(messages);
        if (conversation.Fault is { } fault)
        {
            return fault;
        }

        var isClientStream = request.TryGetMember("stream"u8, out var stream) && stream.ValueKind == JsonValueKind.True;
        var isUpstreamStream = target.Stream ?? isClientStream;
        var model = target.Model ?? (request.FindString("model"u8) is { Length: > 0 } own ? own : null);
        var writer = new MessagesRequestWriter(request, target, conversation, dropped, output);
        writer.Write(model, isUpstreamStream);
        if (target.IsStrict && dropped.Names.Count > 0)
        {
            return new LlmFault(400, $"{dropped.Names[0]}: not supported by {target.Provider}") { Code = "unsupported_parameter" };
        }

        return new MessagesAnswerTranslation(body, model ?? "", _newId, _time)
        {
            Dropped = dropped.Names,
            IsClientStream = isClientStream,
            IsUpstreamStream = isUpstreamStream,
            MaxTokens = writer.AskedLimit(),
            ShowsReasoning = target.ShowsReasoning,
            UsesOutputTool = writer.UsesOutputTool,
            IncludesUsage = request.TryGetMember("stream_options"u8, out var options) && options.TryGetMember("include_usage"u8, out var asked)
                && asked.ValueKind == JsonValueKind.True,
        };
    }

    /// <summary>What would change the answer's meaning if it were left out.</summary>
    private static LlmFault? FindUnsupported(JsonElement request)
    {
        if (request.TryGetMember("n"u8, out var n) && !(n.TryGetInt64Safe(out var count) && count == 1))
        {
            return new LlmFault(400, "n: an Anthropic model gives one answer only") { Code = "unsupported_parameter" };
        }

        if (request.TryGetMember("modalities"u8, out var modalities) && modalities.ValueKind == JsonValueKind.Array
            && modalities.EnumerateArray().Any(m => m.Is("audio"u8)))
        {
            return new LlmFault(400, "modalities: an Anthropic model gives no audio") { Code = "unsupported_parameter" };
        }

        return null;
    }
}
