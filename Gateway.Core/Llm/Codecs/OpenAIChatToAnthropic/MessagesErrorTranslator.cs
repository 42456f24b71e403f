using System.Buffers;
using Gateway.Core.Llm.Errors;
using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm.Codecs.OpenAIChatToAnthropic;

/// <summary>Translates errors of Anthropic upstreams for clients of the chat API.</summary>
internal static class MessagesErrorTranslator
{
    public static TranslatedError Translate(int status, ReadOnlySpan<byte> body, ErrorContext context, IBufferWriter<byte> output)
    {
        var error = UpstreamErrorReader.Read(status, body);
        if (status is 401 or 403 && context.IsGatewayCredential)
        {
            // To the client that must not look like a problem of its own login, and no retry can help.
            var masked = LlmErrors.CredentialsRejected(context.Provider);
            Write(output, 403, masked, "gateway_key_refused");
            return new TranslatedError(403, false, "application/json", masked);
        }

        // Clients of OpenAI know no 529; any status from 500 on makes them try again.
        var clientStatus = status switch { 529 => 503, 422 => 400, _ => status };
        Write(output, clientStatus, error.Message, CodeOf(status, error.Message));
        return new TranslatedError(clientStatus, null, "application/json", error.Message);
    }

    /// <summary>The HTTP status that an error inside a stream would have had.</summary>
    /// <param name="error">The <c>error</c> value as JSON.</param>
    public static int StatusOf(ReadOnlySpan<byte> error) =>
        Has(error, "overloaded_error"u8) ? 529
        : Has(error, "rate_limit_error"u8) ? 429
        : Has(error, "timeout_error"u8) ? 504
        : Has(error, "request_too_large"u8) ? 413
        : Has(error, "invalid_request_error"u8) ? 400
        : 500;

    /// <summary>OpenAI's machine-readable code; null for none.</summary>
    public static string? CodeOf(int status, string message) => status switch
    {
        400 when message.Contains("prompt is too long", StringComparison.OrdinalIgnoreCase) => "context_length_exceeded",
        401 => "invalid_api_key",
        404 => "model_not_found",
        429 => "rate_limit_exceeded",
        503 or 529 => "overloaded",
        _ => null,
    };

    private static bool Has(ReadOnlySpan<byte> error, ReadOnlySpan<byte> type) => error.IndexOf(type) >= 0;

    private static void Write(IBufferWriter<byte> output, int status, string message, string? code)
    {
        var json = new JsonEmitter(output);
        json.Raw("{\"error\":{\"message\":"u8);
        json.String(message);
        json.Raw(",\"type\":"u8);
        json.String(LlmErrors.OpenAIType(status));
        json.Raw(",\"param\":null,\"code\":"u8);
        if (code is null)
        {
            json.Raw("null"u8);
        }
        else
        {
            json.String(code);
        }

        json.Raw("}}"u8);
    }
}
