using System.Buffers;
using System.Text.RegularExpressions;
using Gateway.Core.Llm.Errors;
using Gateway.Core.Llm.Json;
using Gateway.Shared.Usage;

namespace Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;

/// <summary>Translates errors of OpenAI-shaped upstreams for clients of the Messages API.</summary>
internal static partial class ChatErrorTranslator
{
    /// <summary>What reasoning models say when reasoning alone used up the limit; newer clients probe with a limit of 1.</summary>
    private const string LimitReached = "Could not finish the message because max_tokens or model output limit was reached";

    public static TranslatedError Translate(int status, ReadOnlySpan<byte> body, ErrorContext context, IBufferWriter<byte> output, Func<string> newId)
    {
        var error = UpstreamErrorReader.Read(status, body);
        if (status == 400 && error.Message.Contains(LimitReached, StringComparison.Ordinal))
        {
            return WriteEmptyAnswer(error.Message, context, output, newId);
        }

        var message = error.Message;
        var clientStatus = status == 422 ? 400 : status;
        bool? shouldRetry = null;
        if (status is 401 or 403 && context.IsGatewayCredential)
        {
            clientStatus = 403;
            message = LlmErrors.CredentialsRejected(context.Provider);
        }
        else if (status is 400 or 422 && (error.Code == "context_length_exceeded" || message.Contains("maximum context length", StringComparison.OrdinalIgnoreCase)))
        {
            message = PromptTooLong(message);
        }
        else if (status == 429 && (error.Code == "insufficient_quota" || error.Type == "insufficient_quota"))
        {
            // An empty purse does not fill by waiting.
            shouldRetry = false;
        }

        LlmErrors.Write(LlmFormat.AnthropicMessages, output, clientStatus, message, context.RequestId);
        return new TranslatedError(clientStatus, shouldRetry, "application/json", message);
    }

    /// <summary>The HTTP status that an error inside a stream would have had.</summary>
    /// <param name="error">The <c>error</c> value as JSON.</param>
    public static int StatusOf(ReadOnlySpan<byte> error)
    {
        var text = error;
        if (text.IndexOf("rate_limit"u8) >= 0)
        {
            return 429;
        }

        if (text.IndexOf("overloaded"u8) >= 0)
        {
            return 529;
        }

        return text.IndexOf("context_length_exceeded"u8) >= 0 || text.IndexOf("invalid_request_error"u8) >= 0 ? 400 : 500;
    }

    private static string PromptTooLong(string message)
    {
        var max = MaximumPattern().Match(message);
        var used = UsedPattern().Match(message);
        return max.Success && used.Success
            ? $"prompt is too long: {used.Groups[1].Value.Replace(",", "", StringComparison.Ordinal)} tokens > {max.Groups[1].Value.Replace(",", "", StringComparison.Ordinal)} maximum"
            : $"prompt is too long: {message}";
    }

    private static TranslatedError WriteEmptyAnswer(string message, ErrorContext context, IBufferWriter<byte> output, Func<string> newId)
    {
        var answer = new AnthropicAnswer
        {
            Id = "msg_" + newId(),
            Model = context.Model,
            StopReason = "max_tokens",
            Usage = new TokenUsage { CompletionTokens = context.MaxTokens ?? 1, Source = UsageSource.Estimate },
            Facts = new LlmAnswer(),
        };
        answer.Blocks.Add(new AnthropicBlock(AnthropicBlockKind.Text, new RawText()));
        if (context.IsStream)
        {
            new AnthropicEvents(output).Stream(answer, isStarted: false);
            return new TranslatedError(200, null, "text/event-stream; charset=utf-8", message);
        }

        new AnthropicEvents(output).Message(answer);
        return new TranslatedError(200, null, "application/json", message);
    }

    [GeneratedRegex(@"maximum context length (?:is|of) ([\d,]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex MaximumPattern();

    [GeneratedRegex(@"(?:resulted in|requested|contains?|has) (?:a total of |about |at least )?([\d,]+)(?: \w+)? tokens", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex UsedPattern();
}
