using System.Buffers;
using Gateway.Shared.Results;

namespace Gateway.Core.Llm.Codecs;

/// <summary>State of one translated request: what the way back must know. Lives as long as the request (a retry makes its own).</summary>
internal abstract class LlmTranslation
{
    /// <summary>Names of request members that the target's format cannot carry; empty when nothing was lost. Names only, never values.</summary>
    public required IReadOnlyList<string> Dropped { get; init; }

    /// <summary>Whether the client asked for a stream.</summary>
    public required bool IsClientStream { get; init; }

    /// <summary>Whether the upstream was asked for a stream.</summary>
    public required bool IsUpstreamStream { get; init; }

    /// <summary>The output limit that the client named; null when it named none.</summary>
    public long? MaxTokens { get; init; }

    /// <summary>Writes the client's one-shot answer for the upstream's.</summary>
    /// <returns>The facts of the answer, or an <see cref="LlmFault"/> when it cannot be translated; nothing useful has been written then.</returns>
    public abstract Result<LlmAnswer> TranslateResponse(ReadOnlyMemory<byte> body, IBufferWriter<byte> output);

    /// <summary>Writes the client's whole event stream for an upstream's one-shot answer.</summary>
    /// <returns>As <see cref="TranslateResponse"/>.</returns>
    public abstract Result<LlmAnswer> SynthesizeStream(ReadOnlyMemory<byte> body, IBufferWriter<byte> output);

    public abstract ILlmStreamTranslator CreateStreamTranslator();
}
