using System.Buffers;
using System.Text.Json;
using Gateway.Core.Llm.Json;
using Gateway.Core.Llm.Streaming;
using Gateway.Core.Pipeline;

namespace Gateway.Core.Llm.Errors;

/// <summary>Errors that the gateway makes, in the words of each client format.</summary>
internal static class LlmErrors
{
    private static readonly LlmErrorFormat OpenAI = new(LlmFormat.OpenAIChat);
    private static readonly LlmErrorFormat Anthropic = new(LlmFormat.AnthropicMessages);

    /// <summary>The error format of a client that speaks that format.</summary>
    public static IErrorFormat For(LlmFormat format) => format == LlmFormat.AnthropicMessages ? Anthropic : OpenAI;

    /// <summary>What a client reads when the provider refused the key that the gateway holds; goes with status 403.</summary>
    public static string CredentialsRejected(string provider) => $"the gateway's credentials for {provider} were rejected";

    /// <summary>Writes an error body.</summary>
    /// <param name="code">OpenAI's machine-readable code; null: <c>{"error":{"message"}}</c> alone, as Kong writes it.</param>
    public static void Write(LlmFormat format, IBufferWriter<byte> output, int status, string message, string requestId, string? code = null)
    {
        using var json = LlmJson.CreateWriter(output);
        json.WriteStartObject();
        if (format == LlmFormat.AnthropicMessages)
        {
            json.WriteString("type"u8, "error"u8);
            json.WriteStartObject("error"u8);
            json.WriteString("type"u8, AnthropicType(status));
            json.WriteString("message"u8, message);
            json.WriteEndObject();
            json.WriteString("request_id"u8, requestId);
        }
        else
        {
            json.WriteStartObject("error"u8);
            json.WriteString("message"u8, message);
            if (code is not null)
            {
                WriteOpenAITail(json, OpenAIType(status), code);
            }

            json.WriteEndObject();
            if (status >= 500)
            {
                json.WriteString("request_id"u8, requestId);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>Writes the event that ends a stream with an error, after which nothing may follow, not even the format's end mark.</summary>
    /// <param name="status">The HTTP status that the error would have had.</param>
    public static void WriteStreamEvent(LlmFormat format, IBufferWriter<byte> output, int status, string message, string? code = null, string? responseId = null)
    {
        switch (format)
        {
            case LlmFormat.AnthropicMessages:
                SseWriter.Begin(output, "error"u8);
                using (var json = LlmJson.CreateWriter(output))
                {
                    json.WriteStartObject();
                    json.WriteString("type"u8, "error"u8);
                    json.WriteStartObject("error"u8);
                    json.WriteString("type"u8, AnthropicType(status));
                    json.WriteString("message"u8, message);
                    json.WriteEndObject();
                    json.WriteEndObject();
                }

                break;
            case LlmFormat.OpenAIResponses:
                // Codex ignores `error` events and understands only this one.
                SseWriter.Begin(output, "response.failed"u8);
                using (var json = LlmJson.CreateWriter(output))
                {
                    json.WriteStartObject();
                    json.WriteString("type"u8, "response.failed"u8);
                    json.WriteStartObject("response"u8);
                    json.WriteString("id"u8, responseId ?? "resp_failed");
                    json.WriteString("object"u8, "response"u8);
                    json.WriteString("status"u8, "failed"u8);
                    json.WriteStartObject("error"u8);
                    json.WriteString("code"u8, code ?? ResponsesCode(status));
                    json.WriteString("message"u8, message);
                    json.WriteEndObject();
                    json.WriteStartArray("output"u8);
                    json.WriteEndArray();
                    json.WriteNull("usage"u8);
                    json.WriteEndObject();
                    json.WriteEndObject();
                }

                break;
            default:
                SseWriter.Begin(output);
                using (var json = LlmJson.CreateWriter(output))
                {
                    json.WriteStartObject();
                    json.WriteStartObject("error"u8);
                    json.WriteString("message"u8, message);
                    WriteOpenAITail(json, OpenAIType(status), code);
                    json.WriteEndObject();
                    json.WriteEndObject();
                }

                break;
        }

        SseWriter.End(output);
    }

    /// <summary>Anthropic's error type for a status.</summary>
    public static string AnthropicType(int status) => status switch
    {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        408 or 504 => "timeout_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        503 or 529 => "overloaded_error",
        >= 500 => "api_error",
        _ => "invalid_request_error",
    };

    /// <summary>OpenAI's error type for a status.</summary>
    public static string OpenAIType(int status) => status switch
    {
        403 => "permission_error",
        429 => "rate_limit_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };

    private static string ResponsesCode(int status) => status == 429 ? "rate_limit_exceeded" : "server_error";

    private static void WriteOpenAITail(Utf8JsonWriter json, string type, string? code)
    {
        json.WriteString("type"u8, type);
        json.WriteNull("param"u8);
        if (code is null)
        {
            json.WriteNull("code"u8);
        }
        else
        {
            json.WriteString("code"u8, code);
        }
    }

    private sealed class LlmErrorFormat(LlmFormat format) : IErrorFormat
    {
        public string ContentType => "application/json; charset=utf-8";

        public void Write(IBufferWriter<byte> output, int status, string message, string requestId) =>
            LlmErrors.Write(format, output, status, message, requestId);
    }
}
