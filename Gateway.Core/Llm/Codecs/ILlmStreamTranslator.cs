using System.Buffers;

namespace Gateway.Core.Llm.Codecs;

/// <summary>
/// Translates one streamed answer while it arrives. One per response, not thread-safe. Its facts (<see cref="ILlmAnswerFacts"/>)
/// are those of the upstream's answer.
/// </summary>
internal interface ILlmStreamTranslator : ILlmAnswerFacts
{
    /// <summary>True once the client's stream has been ended, well or with an error event; later input is ignored.</summary>
    bool IsEnded { get; }

    /// <summary>Takes the next upstream bytes, cut anywhere, and writes what the client gets for them: nothing, or whole events.</summary>
    void Push(ReadOnlySpan<byte> upstreamBytes, IBufferWriter<byte> clientOutput);

    /// <summary>
    /// The upstream's body has ended. Writes the end of the client's stream, or an error event when the upstream's was cut
    /// (<see cref="ILlmAnswerFacts.SawTerminal"/> is false then). A cut before the first byte of output writes nothing, so that
    /// the caller may try again or answer 502.
    /// </summary>
    void Complete(IBufferWriter<byte> clientOutput);

    /// <summary>Writes a sign of life for a silent upstream, preceded by the start of the stream where the format needs one. May write nothing.</summary>
    void WritePing(IBufferWriter<byte> clientOutput);

    /// <summary>Ends the client's stream with an error event made by the gateway (a timeout, a lost connection).</summary>
    /// <param name="status">The HTTP status that the error would have had.</param>
    void WriteError(int status, string message, IBufferWriter<byte> clientOutput);
}
