using System.Buffers;
using Gateway.Shared.Results;

namespace Gateway.Core.Llm.Codecs;

/// <summary>
/// Translates between the format of a client and that of an upstream. Stateless and shared; what one request needs lives in the
/// <see cref="LlmTranslation"/> it returns. Never looks at HTTP, never logs.
/// </summary>
internal interface ILlmCodec
{
    LlmFormat ClientFormat { get; }

    LlmFormat UpstreamFormat { get; }

    /// <summary>Writes the upstream's request. Equal input gives equal bytes.</summary>
    /// <param name="body">The client's whole body; must have passed <see cref="Json.LlmRequestScanner"/>.</param>
    /// <returns>What the way back needs, or an <see cref="LlmFault"/>; nothing useful has been written then.</returns>
    Result<LlmTranslation> TranslateRequest(ReadOnlyMemory<byte> body, CodecTarget target, IBufferWriter<byte> output);

    /// <summary>Writes an upstream error in the client's format.</summary>
    /// <param name="body">The upstream's decoded body; may be empty, HTML or anything else.</param>
    TranslatedError TranslateError(int status, ReadOnlySpan<byte> body, ErrorContext context, IBufferWriter<byte> output);
}

/// <summary>What error translation needs beside status and body.</summary>
/// <param name="Provider">For messages about the gateway's own credentials.</param>
/// <param name="RequestId">The gateway's request id; goes into Anthropic bodies.</param>
/// <param name="IsGatewayCredential">
/// Whether the call carried a key held by the gateway: then 401 and 403 become a 403 that says so, instead of looking like a
/// login problem of the client.
/// </param>
internal sealed record ErrorContext(string Provider, string RequestId, bool IsGatewayCredential = true)
{
    /// <summary>The model, for answers that replace an error.</summary>
    public string Model { get; init; } = "";

    /// <summary>The client's output limit, for the answer that replaces "max_tokens … was reached" (400 of reasoning models).</summary>
    public long? MaxTokens { get; init; }

    /// <summary>Whether the client asked for a stream.</summary>
    public bool IsStream { get; init; }
}

/// <summary>An error as the client gets it. Retry headers of the upstream (<c>retry-after</c>, <c>retry-after-ms</c>) are kept by the caller.</summary>
/// <param name="Status">200 in the one case where the error is replaced by an empty answer.</param>
/// <param name="ShouldRetry">Value for <c>x-should-retry</c>; null: keep the upstream's header, if any.</param>
/// <param name="ContentType"><c>application/json</c>, or <c>text/event-stream</c> for a replaced answer to a stream request.</param>
/// <param name="Message">The text inside, for the record.</param>
internal sealed record TranslatedError(int Status, bool? ShouldRetry, string ContentType, string Message);
