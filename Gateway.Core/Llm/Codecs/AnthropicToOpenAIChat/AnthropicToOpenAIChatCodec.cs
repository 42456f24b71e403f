using System.Buffers;
using System.Text.Json;
using Gateway.Core.Llm.Json;
using Gateway.Shared.Results;

namespace Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;

/// <summary>Lets a client of Anthropic's Messages API use an upstream that speaks OpenAI Chat Completions.</summary>
/// <param name="newId">Source of the random part of ids that the upstream left out; null: random hex digits.</param>
internal sealed class AnthropicToOpenAIChatCodec(Func<string>? newId = null) : ILlmCodec
{
    private readonly Func<string> _newId = newId ?? (static () => Guid.NewGuid().ToString("N"));

    public LlmFormat ClientFormat => LlmFormat.AnthropicMessages;

    public LlmFormat UpstreamFormat => LlmFormat.OpenAIChat;

    public Result<LlmTranslation> TranslateRequest(ReadOnlyMemory<byte> body, CodecTarget target, IBufferWriter<byte> output)
    {
        try
        {
            using var document = JsonDocument.Parse(WithoutByteOrderMark(body), LlmJson.DocumentOptions);
            return Translate(document.RootElement, body, target, output);
        }
        catch (Exception exception) when (LlmJson.IsUnreadable(exception))
        {
            return new LlmFault(400, "the request body is not valid JSON");
        }
    }

    public TranslatedError TranslateError(int status, ReadOnlySpan<byte> body, ErrorContext context, IBufferWriter<byte> output) =>
        ChatErrorTranslator.Translate(status, body, context, output, _newId);

    private static ReadOnlyMemory<byte> WithoutByteOrderMark(ReadOnlyMemory<byte> body) => body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;

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

        var names = new ToolNames();
        var dropped = new DroppedNames();
        request.TryGetMember("system"u8, out var system);
        var translator = new MessageTranslator(target, names, dropped);
        var chat = translator.Translate(system, messages);
        if (translator.Fault is { } fault)
        {
            return fault;
        }

        var isClientStream = request.TryGetMember("stream"u8, out var stream) && stream.ValueKind == JsonValueKind.True;
        var isUpstreamStream = target.Stream ?? isClientStream;
        var model = target.Model ?? (request.FindString("model"u8) is { Length: > 0 } own ? own : null);
        new ChatRequestWriter(request, target, names, dropped, output).Write(model, chat, isUpstreamStream);
        if (target.IsStrict && dropped.Names.Count > 0)
        {
            return new LlmFault(400, $"{dropped.Names[0]}: not supported by {target.Provider}") { Code = "unsupported_parameter" };
        }

        return new ChatAnswerTranslation(body, names, model ?? "", WantsThinking(request, target), _newId)
        {
            Dropped = dropped.Names,
            IsClientStream = isClientStream,
            IsUpstreamStream = isUpstreamStream,
            MaxTokens = request.TryGetMember("max_tokens"u8, out var limit) && limit.TryGetInt64Safe(out var tokens) ? tokens : null,
        };
    }

    private static bool WantsThinking(JsonElement request, CodecTarget target) =>
        target.ShowsReasoning || (request.TryGetMember("thinking"u8, out var thinking) && thinking.FindString("type"u8) is "enabled" or "adaptive");
}
