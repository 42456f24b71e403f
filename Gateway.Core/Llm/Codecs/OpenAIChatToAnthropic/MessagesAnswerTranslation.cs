using System.Buffers;
using Gateway.Core.Llm.Accounting;
using Gateway.Shared.Results;
using Gateway.Shared.Usage;

namespace Gateway.Core.Llm.Codecs.OpenAIChatToAnthropic;

/// <summary>The way back from a Messages upstream to a chat client.</summary>
/// <param name="body">The client's request, for estimates; valid while the request lasts.</param>
internal sealed class MessagesAnswerTranslation(ReadOnlyMemory<byte> body, string model, Func<string> newId, TimeProvider time) : LlmTranslation
{
    /// <summary>The upstream's model, for answers that name none.</summary>
    public string Model { get; } = model;

    public Func<string> NewId { get; } = newId;

    /// <summary>Whether reasoning goes to the client as <c>reasoning_content</c>.</summary>
    public bool ShowsReasoning { get; init; }

    /// <summary>Whether calls of <see cref="OutputTool"/> are the answer's content.</summary>
    public bool UsesOutputTool { get; init; }

    /// <summary>Whether the client asked for the usage chunk.</summary>
    public bool IncludesUsage { get; init; }

    public bool IsOutput(string? toolName) => UsesOutputTool && toolName == OutputTool.Name;

    public ChatWriter CreateWriter() => new(time.GetUtcNow().ToUnixTimeSeconds(), IncludesUsage);

    public override Result<LlmAnswer> TranslateResponse(ReadOnlyMemory<byte> body, IBufferWriter<byte> output)
    {
        var answer = MessagesAnswerReader.Read(body, this, out var facts);
        if (answer.IsError)
        {
            return answer.Error;
        }

        CreateWriter().Whole(output, answer.Value);
        return facts;
    }

    public override Result<LlmAnswer> SynthesizeStream(ReadOnlyMemory<byte> body, IBufferWriter<byte> output)
    {
        var answer = MessagesAnswerReader.Read(body, this, out var facts);
        if (answer.IsError)
        {
            return answer.Error;
        }

        CreateWriter().Stream(output, answer.Value, isStarted: false);
        return facts;
    }

    public override ILlmStreamTranslator CreateStreamTranslator() => new MessagesStreamTranslator(this);

    /// <summary>Usage for the client where the upstream gave none.</summary>
    public TokenUsage EstimateUsage(long outputCharacters) => UsageEstimator.Estimate(body, IsClientStream, outputCharacters);

    /// <summary>The chat id for a message's: <c>msg_x</c> becomes <c>chatcmpl-x</c>.</summary>
    public string CompletionId(string? id) =>
        "chatcmpl-" + (string.IsNullOrEmpty(id) ? NewId() : id.StartsWith("msg_", StringComparison.Ordinal) ? id["msg_".Length..] : id);
}
