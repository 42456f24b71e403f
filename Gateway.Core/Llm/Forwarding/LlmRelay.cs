using System.Buffers;
using System.Text;
using Gateway.Core.Llm.Codecs;
using Gateway.Core.Llm.Errors;
using Gateway.Core.Llm.Json;
using Gateway.Core.Llm.Observers;
using Gateway.Core.Pipeline;
using Gateway.Core.Upstreams;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>
/// Brings one upstream answer to the client: as it is where both speak one format, translated where they do not, and errors in the
/// client's own words. Watches usage, model and first token on the way.
/// </summary>
internal sealed class LlmRelay(
    GatewayContext context, LlmForwarder forwarder, LlmPlan plan, LlmRequest request, LlmAttempt attempt, HttpResponseMessage response, LifetimeProbe lifetime)
{
    /// <summary>Longest error body that is read.</summary>
    private const int MaxErrorBytes = 4 * 1024 * 1024;

    /// <summary>Bytes of a one-shot answer that may wait for a flush.</summary>
    private const int FlushThreshold = 32 * 1024;

    /// <summary>Least time between two reports of progress.</summary>
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(100);

    private LlmResponseCollector? _collector;
    private long _lastProgress;
    private bool _isHeadWritten;

    /// <summary>What the answer says about the target.</summary>
    public AttemptVerdict Verdict { get; private set; } = AttemptVerdict.Success;

    private RequestRecord Record => context.Record;

    private HttpResponse Output => context.Http.Response;

    public async Task RunAsync()
    {
        if (LlmResponseHeaders.HasBrokenLength(response))
        {
            Record.Timings.UpstreamDone = context.ElapsedMs;
            LlmAccounting.Finish(context, plan, request, attempt, null);
            await BreakOffAsync(RelayEnd.Invalid);
            return;
        }

        Record.IsFromUpstream = true;
        var status = (int)response.StatusCode;
        if (Record.Llm is { LogPayloads: true })
        {
            _collector = new LlmResponseCollector(attempt.UpstreamFormat, forwarder.Policy.MaxLoggedPayloadBytes);
        }

        if (status >= 400)
        {
            await RelayErrorAsync(status);
        }
        else if (attempt.Translation is { } translation && status is >= 200 and < 300)
        {
            if (translation.IsUpstreamStream)
            {
                await TranslateStreamAsync(translation.CreateStreamTranslator());
            }
            else
            {
                await TranslateWholeAsync(translation);
            }
        }
        else
        {
            await PassAsync(status);
        }

        if (_collector is not null && Record.Llm is { } llm && llm.ResponsePayload is null)
        {
            _collector.Complete();
            var payload = _collector.Build();
            llm.ResponsePayload = payload is not null && _collector.IsCut
                ? payload + LlmAccounting.CutMark(forwarder.Policy.MaxLoggedPayloadBytes, null)
                : payload;
        }
    }

    private bool IsEventStream => response.Content.Headers.ContentType?.MediaType is "text/event-stream";

    private string? Coding
    {
        get
        {
            return response.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out var values) ? values.ToString() : null;
        }
    }

    /// <summary>Status and headers of the client's response, just before its first byte.</summary>
    private void WriteHead(int status, bool keepsBody, Action<IHeaderDictionary>? change = null)
    {
        _isHeadWritten = true;
        Output.StatusCode = status;
        LlmResponseHeaders.Copy(response, Output.Headers, keepsBody, attempt.Secret);
        LlmResponseHeaders.AddGatewayHeaders(context, response);
        change?.Invoke(Output.Headers);
        if (request.ClientFormat == LlmFormat.AnthropicMessages && !Output.Headers.ContainsKey("request-id") && Output.Headers["x-request-id"] is { Count: > 0 } id)
        {
            Output.Headers["request-id"] = id;
        }

        if (status == StatusCodes.Status200OK && attempt.Model is { } model
            && (plan.ModelNameHeader || context.Http.Request.Headers.ContainsKey("Kong-Debug")))
        {
            Output.Headers["X-Kong-LLM-Model"] = $"{attempt.Target.Provider.Name}/{model}";
        }

        context.RunResponseHeaders();
    }

    /// <summary>The answer passes on byte for byte; an observer reads along.</summary>
    private async Task PassAsync(int status)
    {
        var isStream = IsEventStream;
        var observer = attempt.UpstreamFormat == LlmFormat.Unknown || status is < 200 or >= 300 ? null
            : isStream ? LlmObservers.ForStream(attempt.UpstreamFormat)
            : LlmObservers.ForOneShot(attempt.UpstreamFormat);
        var filter = attempt.HidesUsage && isStream ? new ChatUsageFilter() : null;
        var coding = Coding;
        var isCoded = !ContentCoding.IsIdentity(coding);
        // Kept compressed only for a client that can read it, and never as a stream.
        var staysCoded = isCoded && !isStream && (LlmAttemptBuilder.AcceptsGzip(context.Http.Request.Headers) || !ContentCoding.IsKnown(coding!));
        using var tap = staysCoded && (observer is not null) ? new ResponseTap(coding!) : null;
        var end = RelayEnd.Complete;
        byte[]? buffer = null;
        var first = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            var source = await response.Content.ReadAsStreamAsync(attempt.Timer.Token);
            if (isCoded && !staysCoded)
            {
                source = ContentCoding.Decode(source, coding!) ?? source;
            }

            buffer = first;
            var keepsBody = filter is null && (!isCoded || staysCoded);
            long total = 0;
            long unflushed = 0;
            while (true)
            {
                var pending = source.ReadAsync(buffer, attempt.Timer.Token);
                int read;
                if (pending.IsCompletedSuccessfully)
                {
                    read = pending.Result;
                }
                else
                {
                    // The upstream makes us wait: what there is goes out now. The buffer is in use until the read ends.
                    var waiting = buffer;
                    buffer = null;
                    attempt.Timer.Arm(attempt.ReadTimeout);
                    if (isStream && !_isHeadWritten)
                    {
                        WriteHead(status, keepsBody, LlmResponseHeaders.SetEventStream);
                        await Output.StartAsync(context.Aborted);
                        await Output.BodyWriter.FlushAsync(context.Aborted);
                    }
                    else if (unflushed > 0)
                    {
                        unflushed = 0;
                        await Output.BodyWriter.FlushAsync(context.Aborted);
                    }

                    read = await pending;
                    buffer = waiting;
                }

                if (read == 0)
                {
                    break;
                }

                total += read;
                if (total > forwarder.Policy.MaxResponseBytes)
                {
                    end = RelayEnd.TooLarge;
                    break;
                }

                var bytes = buffer.AsSpan(0, read);
                if (!_isHeadWritten)
                {
                    WriteHead(status, keepsBody, isStream ? LlmResponseHeaders.SetEventStream : null);
                    await Output.StartAsync(context.Aborted);
                    bytes = buffer.AsSpan(0, read);
                }

                if (tap is not null)
                {
                    tap.Push(bytes);
                }
                else
                {
                    observer?.Push(bytes);
                    _collector?.Push(bytes);
                }

                if (filter is null)
                {
                    Output.BodyWriter.Write(bytes);
                }
                else
                {
                    filter.Push(bytes, Output.BodyWriter);
                }

                Record.ResponseSize += read;
                unflushed += read;
                NoteProgress(observer, observer?.SawFirstContent ?? true);
                if (isStream || unflushed >= FlushThreshold)
                {
                    unflushed = 0;
                    var flushed = await Output.BodyWriter.FlushAsync(context.Aborted);
                    if (flushed.IsCompleted || flushed.IsCanceled)
                    {
                        end = RelayEnd.ClientLeft;
                        break;
                    }
                }

                if (read == buffer.Length && buffer.Length < 32 * 1024)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = ArrayPool<byte>.Shared.Rent(32 * 1024);
                }
            }
        }
        catch (Exception exception) when (EndOf(exception) is { } found)
        {
            end = found;
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        Record.Timings.UpstreamDone = context.ElapsedMs;
        if (tap is not null)
        {
            tap.Complete(observer!);
        }

        observer?.Complete();
        if (end == RelayEnd.Complete && isStream && observer is { SawTerminal: false, SawError: false })
        {
            // Framing may look whole (a close-delimited body); the format's own last event is missing.
            end = RelayEnd.Cut;
        }

        LlmAccounting.Finish(context, plan, request, attempt, observer);
        if (end == RelayEnd.Complete)
        {
            if (!_isHeadWritten)
            {
                WriteHead(status, keepsBody: true);
            }

            filter?.Complete(Output.BodyWriter);
            NoteSuccess(observer, status);
            await Output.CompleteAsync();
            return;
        }

        await BreakOffAsync(end);
    }

    private async Task TranslateStreamAsync(ILlmStreamTranslator translator)
    {
        var end = RelayEnd.Complete;
        byte[]? buffer = null;
        using var output = new PooledBuffer();
        try
        {
            var source = await OpenDecodedAsync();
            buffer = ArrayPool<byte>.Shared.Rent(8192);
            long total = 0;
            while (!translator.IsEnded)
            {
                var pending = source.ReadAsync(buffer, attempt.Timer.Token);
                int read;
                if (pending.IsCompletedSuccessfully)
                {
                    read = pending.Result;
                }
                else
                {
                    var waiting = buffer;
                    buffer = null;
                    attempt.Timer.Arm(attempt.ReadTimeout);
                    read = await pending;
                    buffer = waiting;
                }

                if (read == 0)
                {
                    break;
                }

                total += read;
                if (total > forwarder.Policy.MaxResponseBytes)
                {
                    end = RelayEnd.TooLarge;
                    break;
                }

                _collector?.Push(buffer.AsSpan(0, read));
                translator.Push(buffer.AsSpan(0, read), output);
                NoteProgress(translator, translator.SawFirstContent);
                if (!await WriteEventsAsync(output))
                {
                    end = RelayEnd.ClientLeft;
                    break;
                }
            }
        }
        catch (Exception exception) when (EndOf(exception) is { } found)
        {
            end = found;
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        Record.Timings.UpstreamDone = context.ElapsedMs;
        switch (end)
        {
            case RelayEnd.Complete:
                translator.Complete(output);
                end = translator.SawTerminal || translator.SawError ? RelayEnd.Complete : RelayEnd.Cut;
                break;
            case RelayEnd.ClientLeft:
                break;
            default:
                if (_isHeadWritten)
                {
                    var (status, text) = TextOf(end);
                    translator.WriteError(status, text, output);
                }

                break;
        }

        LlmAccounting.Finish(context, plan, request, attempt, translator);
        if (end == RelayEnd.ClientLeft || (end != RelayEnd.Complete && !_isHeadWritten && output.Length == 0))
        {
            await BreakOffAsync(end);
            return;
        }

        if (end == RelayEnd.Complete)
        {
            NoteSuccess(translator, StatusCodes.Status200OK);
        }
        else
        {
            NoteFailure(end);
        }

        // The error event says that the answer is not whole; the connection may end in order, so that the event arrives.
        await WriteEventsAsync(output);
        await Output.CompleteAsync();
    }

    private async Task<bool> WriteEventsAsync(PooledBuffer output)
    {
        if (output.Length == 0)
        {
            return true;
        }

        if (!_isHeadWritten)
        {
            WriteHead(StatusCodes.Status200OK, keepsBody: false, LlmResponseHeaders.SetEventStream);
            await Output.StartAsync(context.Aborted);
        }

        Record.ResponseSize += output.Length;
        Output.BodyWriter.Write(output.WrittenSpan);
        output.Clear();
        var flushed = await Output.BodyWriter.FlushAsync(context.Aborted);
        return !flushed.IsCompleted && !flushed.IsCanceled;
    }

    private async Task TranslateWholeAsync(LlmTranslation translation)
    {
        using var body = new PooledBuffer(16 * 1024);
        var end = await ReadWholeAsync(body, forwarder.Policy.MaxResponseBytes);
        Record.Timings.UpstreamDone = context.ElapsedMs;
        if (end != RelayEnd.Complete)
        {
            LlmAccounting.Finish(context, plan, request, attempt, null);
            await BreakOffAsync(end);
            return;
        }

        NoteFirstToken();
        _collector?.Push(body.WrittenSpan);
        using var output = new PooledBuffer(body.Length + 512);
        var translated = translation.IsClientStream
            ? translation.SynthesizeStream(body.Written, output)
            : translation.TranslateResponse(body.Written, output);
        if (translated.IsError)
        {
            Verdict = AttemptVerdict.Failure;
            Record.Outcome = RequestOutcome.UpstreamError;
            LlmAccounting.Finish(context, plan, request, attempt, null);
            var reason = $"transformation failed from type {attempt.Target.Provider.Name}://{attempt.Target.RouteType}: {translated.Error.Message}";
            await GatewayErrors.WriteAsync(context, new Refusal(StatusCodes.Status502BadGateway, reason) { Detail = "translate_error" });
            return;
        }

        if (translated.Value.Dropped.Count > 0 && Record.Llm is { } llm)
        {
            llm.Dropped = [.. llm.Dropped, .. translated.Value.Dropped];
        }

        LlmAccounting.Finish(context, plan, request, attempt, translated.Value);
        NoteSuccess(translated.Value, StatusCodes.Status200OK);
        WriteHead(StatusCodes.Status200OK, keepsBody: false, headers =>
        {
            if (translation.IsClientStream)
            {
                LlmResponseHeaders.SetEventStream(headers);
            }
            else
            {
                headers.ContentType = "application/json";
                headers.ContentLength = output.Length;
            }
        });
        Record.ResponseSize = output.Length;
        await Output.StartAsync(context.Aborted);
        Output.BodyWriter.Write(output.WrittenSpan);
        await Output.CompleteAsync();
    }

    private async Task RelayErrorAsync(int status)
    {
        using var body = new PooledBuffer();
        var end = await ReadWholeAsync(body, MaxErrorBytes);
        Record.Timings.UpstreamDone = context.ElapsedMs;
        if (end == RelayEnd.ClientLeft)
        {
            await BreakOffAsync(end);
            return;
        }

        var isKeyRejected = status is 401 or 403 && attempt.HoldsKey;
        Scrub(body);
        Record.Outcome = RequestOutcome.UpstreamError;
        Record.OutcomeDetail = status switch
        {
            401 or 403 when isKeyRejected => "key_rejected",
            429 => "rate_limited",
            >= 500 => "upstream_5xx",
            _ => "upstream_4xx",
        };
        Record.ErrorMessage = MessageOf(body.Written) ?? $"upstream returned {status}";
        Verdict = status >= 500 ? AttemptVerdict.Failure : AttemptVerdict.Neutral;
        LlmAccounting.Finish(context, plan, request, attempt, null);
        if (Record.Llm is { LogPayloads: true } llm)
        {
            llm.ResponsePayload = LlmAccounting.Capped(body.WrittenSpan, forwarder.Policy.MaxLoggedPayloadBytes);
        }

        if (attempt.Codec is { } codec)
        {
            await TranslateErrorAsync(codec, status, body);
        }
        else if (isKeyRejected)
        {
            await RefuseKeyAsync();
        }
        else
        {
            WriteHead(status, keepsBody: false);
            await SendBodyAsync(body);
        }
    }

    private async Task TranslateErrorAsync(ILlmCodec codec, int status, PooledBuffer body)
    {
        using var output = new PooledBuffer();
        var error = codec.TranslateError(status, body.WrittenSpan, new ErrorContext(attempt.Target.Provider.Name, Record.RequestId, attempt.HoldsKey)
        {
            Model = attempt.Model ?? "",
            MaxTokens = attempt.Translation?.MaxTokens,
            IsStream = request.IsStream,
        }, output);
        WriteHead(error.Status, keepsBody: false, headers =>
        {
            headers.ContentType = error.ContentType;
            if (error.ShouldRetry is { } retry)
            {
                headers["x-should-retry"] = retry ? "true" : "false";
            }
        });
        await SendBodyAsync(output);
    }

    /// <summary>The key that the gateway holds was refused. To the client that must not look like a problem of its own login.</summary>
    private async Task RefuseKeyAsync()
    {
        using var output = new PooledBuffer();
        var message = $"the gateway's key for {attempt.Target.Provider.Name} was refused by the provider; the caller's own credentials are not the problem";
        LlmErrors.Write(FormatOfErrors(), output, StatusCodes.Status403Forbidden, message, Record.RequestId, code: "gateway_key_refused");
        WriteHead(StatusCodes.Status403Forbidden, keepsBody: false, headers =>
        {
            headers.ContentType = "application/json; charset=utf-8";
            headers.WWWAuthenticate = default;
            headers["x-should-retry"] = "false";
        });
        await SendBodyAsync(output);
    }

    private async Task SendBodyAsync(PooledBuffer body)
    {
        Output.ContentLength = body.Length;
        Record.ResponseSize = body.Length;
        await Output.StartAsync(context.Aborted);
        if (body.Length > 0 && !HttpMethods.IsHead(context.Http.Request.Method))
        {
            Output.BodyWriter.Write(body.WrittenSpan);
        }

        await Output.CompleteAsync();
    }

    private LlmFormat FormatOfErrors() =>
        request.ClientFormat == LlmFormat.AnthropicMessages || plan.LlmFormatName == "anthropic" ? LlmFormat.AnthropicMessages : LlmFormat.OpenAIChat;

    private async ValueTask<Stream> OpenDecodedAsync()
    {
        var source = await response.Content.ReadAsStreamAsync(attempt.Timer.Token);
        var coding = Coding;
        return ContentCoding.IsIdentity(coding) ? source : ContentCoding.Decode(source, coding!) ?? throw new InvalidDataException("unknown content coding");
    }

    private async Task<RelayEnd> ReadWholeAsync(PooledBuffer body, long limit)
    {
        try
        {
            var source = await OpenDecodedAsync();
            while (true)
            {
                var pending = source.ReadAsync(body.GetMemory(4096), attempt.Timer.Token);
                if (!pending.IsCompletedSuccessfully)
                {
                    attempt.Timer.Arm(attempt.ReadTimeout);
                }

                var read = await pending;
                if (read == 0)
                {
                    return RelayEnd.Complete;
                }

                body.Advance(read);
                if (body.Length > limit)
                {
                    return RelayEnd.TooLarge;
                }
            }
        }
        catch (Exception exception) when (EndOf(exception) is { } end)
        {
            return end;
        }
    }

    private RelayEnd? EndOf(Exception exception) => exception switch
    {
        _ when lifetime.HasClientLeft => RelayEnd.ClientLeft,
        OperationCanceledException => attempt.Timer.IsPastDeadline ? RelayEnd.Deadline : RelayEnd.Timeout,
        HttpRequestException or IOException => RelayEnd.Cut,
        InvalidDataException => RelayEnd.Invalid,
        _ => null,
    };

    /// <summary>The answer is not whole and nothing in the client's format can say so any more: an error if nothing was sent, else the connection is aborted.</summary>
    private async Task BreakOffAsync(RelayEnd end)
    {
        if (end == RelayEnd.ClientLeft)
        {
            Verdict = AttemptVerdict.Neutral;
            LlmAccounting.ClientLeft(context, _isHeadWritten ? "stream" : "wait");
            return;
        }

        NoteFailure(end);
        var (status, text) = TextOf(end);
        await GatewayErrors.WriteAsync(context, new Refusal(status, text) { Detail = Record.OutcomeDetail });
    }

    private void NoteFailure(RelayEnd end)
    {
        Verdict = AttemptVerdict.Failure;
        (Record.Outcome, Record.OutcomeDetail) = end switch
        {
            RelayEnd.Timeout => (RequestOutcome.UpstreamTimeout, "idle_timeout"),
            RelayEnd.Deadline => (RequestOutcome.UpstreamTimeout, "deadline"),
            RelayEnd.TooLarge => (RequestOutcome.UpstreamError, "response_too_large"),
            RelayEnd.Invalid => (RequestOutcome.UpstreamError, "protocol_error"),
            _ => (RequestOutcome.UpstreamCut, "truncated"),
        };
        Record.ErrorMessage ??= TextOf(end).Text;
        attempt.NoteFailure(context, (int)response.StatusCode, Record.OutcomeDetail);
    }

    private (int Status, string Text) TextOf(RelayEnd end)
    {
        var provider = attempt.Target.Provider.Name;
        return end switch
        {
            RelayEnd.Timeout => (504, $"provider {provider} fell silent in the middle of its answer"),
            RelayEnd.Deadline => (504, $"provider {provider} took too long"),
            RelayEnd.TooLarge => (502, $"the answer of provider {provider} is too large"),
            RelayEnd.Invalid => (502, $"the answer of provider {provider} cannot be read"),
            _ => (502, $"the answer of provider {provider} ended before it was complete"),
        };
    }

    private void NoteSuccess(ILlmAnswerFacts? facts, int status)
    {
        if (facts is { SawError: true })
        {
            Verdict = AttemptVerdict.Failure;
            Record.Outcome = RequestOutcome.UpstreamError;
            Record.OutcomeDetail = "stream_error";
            Record.ErrorMessage = facts.ErrorMessage;
            return;
        }

        Record.Outcome = status < 400 ? RequestOutcome.Ok : RequestOutcome.UpstreamError;
    }

    private void NoteProgress(ILlmAnswerFacts? facts, bool sawContent)
    {
        if (Record.Llm is not { } llm)
        {
            return;
        }

        var isFirst = sawContent && llm.TimeToFirstTokenMs is null;
        if (isFirst)
        {
            NoteFirstToken();
        }

        if (facts is null)
        {
            return;
        }

        llm.OutputTokensSoFar = (facts.OutputCharacters + 3) / 4;
        llm.Usage = facts.Usage ?? llm.Usage;
        llm.ResponseModel = facts.ResponseModel ?? llm.ResponseModel;
        var now = context.Time.GetTimestamp();
        if (isFirst || (request.IsStream && context.Time.GetElapsedTime(_lastProgress, now) >= ProgressInterval))
        {
            _lastProgress = now;
            context.ReportProgress();
        }
    }

    private void NoteFirstToken()
    {
        Record.Timings.FirstToken ??= context.ElapsedMs;
        if (Record.Llm is { } llm)
        {
            llm.TimeToFirstTokenMs ??= context.Time.GetElapsedTime(request.StartTimestamp).TotalMilliseconds;
        }
    }

    /// <summary>Takes the gateway's key out of an error body that repeats it.</summary>
    private void Scrub(PooledBuffer body)
    {
        if (attempt.Secret is not { } secret || body.WrittenSpan.IndexOf(Encoding.UTF8.GetBytes(secret)) < 0)
        {
            return;
        }

        var text = Encoding.UTF8.GetString(body.WrittenSpan).Replace(secret, "REDACTED", StringComparison.Ordinal);
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

    /// <summary>How the way of an answer ended.</summary>
    private enum RelayEnd
    {
        Complete,

        /// <summary>Ended before it was whole.</summary>
        Cut,

        /// <summary>Nothing came for too long.</summary>
        Timeout,

        /// <summary>The call as a whole took too long.</summary>
        Deadline,

        TooLarge,

        /// <summary>Cannot be decoded.</summary>
        Invalid,

        ClientLeft,
    }
}
