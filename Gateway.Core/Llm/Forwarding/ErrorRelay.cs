using System.Text;
using Gateway.Core.Llm.Codecs;
using Gateway.Core.Llm.Errors;
using Gateway.Core.Llm.Json;
using Gateway.Core.Llm.Observers;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>Brings an upstream's error to the client: in the client's format, and without the gateway's key.</summary>
internal sealed class ErrorRelay(RelaySession relay)
{
    /// <summary>Longest error body that is read.</summary>
    private const int MaxErrorBytes = 4 * 1024 * 1024;

    public async Task RunAsync(int status)
    {
        using var body = new PooledBuffer();
        var end = await relay.ReadWholeAsync(body, MaxErrorBytes);
        relay.Record.Timings.UpstreamDone = relay.Context.ElapsedMs;
        if (end == RelayEnd.ClientLeft)
        {
            await relay.BreakOffAsync(end);
            return;
        }

        var isKeyRejected = status is 401 or 403 && relay.Attempt.HoldsKey;
        Scrub(body);
        relay.Record.Outcome = RequestOutcome.UpstreamError;
        relay.Record.OutcomeDetail = status switch
        {
            401 or 403 when isKeyRejected => "key_rejected",
            429 => "rate_limited",
            >= 500 => "upstream_5xx",
            _ => "upstream_4xx",
        };
        relay.Record.ErrorMessage = MessageOf(body.Written) ?? $"upstream returned {status}";
        relay.Verdict = status >= 500 ? AttemptVerdict.Failure : AttemptVerdict.Neutral;
        LlmAccounting.Finish(relay.Context, relay.Plan, relay.Request, relay.Attempt, null);
        if (relay.Record.Llm is { LogPayloads: true } llm)
        {
            llm.ResponsePayload = LlmAccounting.Capped(body.WrittenSpan, relay.Policy.MaxLoggedPayloadBytes);
        }

        if (relay.Attempt.Codec is { } codec)
        {
            await TranslateErrorAsync(codec, status, body);
        }
        else if (isKeyRejected)
        {
            await RefuseKeyAsync();
        }
        else
        {
            relay.WriteHead(status, keepsBody: false);
            await relay.SendBodyAsync(body);
        }
    }

    private async Task TranslateErrorAsync(ILlmCodec codec, int status, PooledBuffer body)
    {
        using var output = new PooledBuffer();
        var error = codec.TranslateError(status, body.WrittenSpan, new ErrorContext(relay.Attempt.Target.Provider.Name, relay.Record.RequestId, relay.Attempt.HoldsKey)
        {
            Model = relay.Attempt.Model ?? "",
            MaxTokens = relay.Attempt.Translation?.MaxTokens,
            IsStream = relay.Request.IsStream,
        }, output);
        relay.WriteHead(error.Status, keepsBody: false, headers =>
        {
            headers.ContentType = error.ContentType;
            if (error.ShouldRetry is { } retry)
            {
                headers["x-should-retry"] = retry ? "true" : "false";
            }
        });
        await relay.SendBodyAsync(output);
    }

    /// <summary>The key that the gateway holds was refused. To the client that must not look like a problem of its own login.</summary>
    private async Task RefuseKeyAsync()
    {
        using var output = new PooledBuffer();
        var message = $"the gateway's key for {relay.Attempt.Target.Provider.Name} was refused by the provider; the caller's own credentials are not the problem";
        LlmErrors.Write(FormatOfErrors(), output, StatusCodes.Status403Forbidden, message, relay.Record.RequestId, code: "gateway_key_refused");
        relay.WriteHead(StatusCodes.Status403Forbidden, keepsBody: false, headers =>
        {
            headers.ContentType = "application/json; charset=utf-8";
            headers.WWWAuthenticate = default;
            headers["x-should-retry"] = "false";
        });
        await relay.SendBodyAsync(output);
    }

    private LlmFormat FormatOfErrors() =>
        relay.Request.ClientFormat == LlmFormat.AnthropicMessages || relay.Plan.LlmFormatName == "anthropic" ? LlmFormat.AnthropicMessages : LlmFormat.OpenAIChat;

    /// <summary>Takes the gateway's key out of an error body that repeats it.</summary>
    private void Scrub(PooledBuffer body)
    {
        if (relay.Attempt.Secret is not { } secret || !SecretEcho.IsIn(body.WrittenSpan, secret))
        {
            return;
        }

        var text = SecretEcho.Remove(Encoding.UTF8.GetString(body.WrittenSpan), secret);
        body.Clear();
        Encoding.UTF8.GetBytes(text, body);
    }

    private static string? MessageOf(ReadOnlyMemory<byte> body)
    {
        const int longest = 2000;
        string? message = null;
        if (LlmRequestScanner.Scan(body, out var scan) == JsonFault.None)
        {
            message = scan.Find("error"u8) is { Kind: JsonKind.Object or JsonKind.String } error
                ? OneShotReader.ReadErrorMessage(scan.Raw(error))
                : scan.GetString(scan.Find("message"u8)) ?? scan.GetString(scan.Find("detail"u8));
        }

        return string.IsNullOrEmpty(message) ? null : message.Length > longest ? message[..longest] : message;
    }
}
