using System.Buffers;
using Gateway.Core.Llm.Accounting;
using Gateway.Shared.Results;
using Gateway.Shared.Usage;

namespace Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;

/// <summary>The way back from a chat upstream to a Messages client.</summary>
/// <param name="body">The client's request, for estimates; valid while the request lasts.</param>
internal sealed class ChatAnswerTranslation(ReadOnlyMemory<byte> body, ToolNames names, string model, bool wantsThinking, Func<string> newId) : LlmTranslation
{
    public ToolNames Names { get; } = names;

    /// <summary>The upstream's model, for answers that name none.</summary>
    public string Model { get; } = model;

    /// <summary>Whether the client wants to see reasoning.</summary>
    public bool WantsThinking { get; } = wantsThinking;

    public Func<string> NewId { get; } = newId;

    public override Result<LlmAnswer> TranslateResponse(ReadOnlyMemory<byte> body, IBufferWriter<byte> output)
    {
        var answer = ChatAnswerReader.Read(body, this);
        if (answer.IsError)
        {
            return answer.Error;
        }

        new AnthropicEvents(output).Message(answer.Value);
        return answer.Value.Facts;
    }

    public override Result<LlmAnswer> SynthesizeStream(ReadOnlyMemory<byte> body, IBufferWriter<byte> output)
    {
        var answer = ChatAnswerReader.Read(body, this);
        if (answer.IsError)
        {
            return answer.Error;
        }

        new AnthropicEvents(output).Stream(answer.Value, isStarted: false);
        return answer.Value.Facts;
    }

    public override ILlmStreamTranslator CreateStreamTranslator() => new ChatStreamTranslator(this);

    /// <summary>Usage for the client where the upstream gave none: it is mandatory in every Messages answer.</summary>
    public TokenUsage EstimateUsage(long outputCharacters)
    {
        var input = CountTokensEstimator.Estimate(body);
        return new TokenUsage
        {
            PromptTokens = input.IsError ? 0 : input.Value,
            CompletionTokens = UsageEstimator.EstimateCompletionTokens(outputCharacters),
            Source = UsageSource.Estimate,
        };
    }
}
