using System.Buffers;
using System.IO.Pipelines;
using Gateway.Core.Llm.Observers;
using Gateway.Core.Llm.Providers;
using Gateway.Core.Pipeline;
using Gateway.Core.Upstreams;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>What the ways of an answer to the client share: its parts, the head of the client's response, and how its course is noted.</summary>
internal sealed class RelaySession(
    GatewayContext context, LlmPolicyOptions policy, LlmPlan plan, LlmRequest request, LlmAttempt attempt, HttpResponseMessage response, LifetimeProbe lifetime)
{
    /// <summary>Least time between two reports of progress.</summary>
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(100);

    private long _lastProgress;
    private long _lastCharacters;
    private volatile bool _isWaitingForClient;

    public GatewayContext Context => context;

    public LlmPolicyOptions Policy => policy;

    public LlmPlan Plan => plan;

    public LlmRequest Request => request;

    public LlmAttempt Attempt => attempt;

    public HttpResponseMessage Response => response;

    public RequestRecord Record => context.Record;

    public HttpResponse Output => context.Http.Response;

    /// <summary>Assembles the answer for payload logging; null when it is not wanted.</summary>
    public LlmResponseCollector? Collector { get; set; }

    /// <summary>What the answer says about the target.</summary>
    public AttemptVerdict Verdict { get; set; } = AttemptVerdict.Success;

    /// <summary>Whether status and headers of the client's response are set.</summary>
    public bool IsHeadWritten { get; private set; }

    public bool IsEventStream => response.Content.Headers.ContentType?.MediaType is "text/event-stream";

    public string? Coding
    {
        get
        {
            return response.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out var values) ? values.ToString() : null;
        }
    }

    /// <summary>Status and headers of the client's response, just before its first byte.</summary>
    public void WriteHead(int status, bool keepsBody, Action<IHeaderDictionary>? change = null)
    {
        IsHeadWritten = true;
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

    public async Task SendBodyAsync(PooledBuffer body)
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

    public async ValueTask<Stream> OpenDecodedAsync()
    {
        var source = await response.Content.ReadAsStreamAsync(attempt.Timer.Token);
        var coding = Coding;
        return ContentCoding.IsIdentity(coding) ? source : ContentCoding.DecodeAnswer(source, coding!) ?? throw new InvalidDataException("unknown content coding");
    }

    public async Task<RelayEnd> ReadWholeAsync(PooledBuffer body, long limit)
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

    /// <summary>Hands what was written to the client, and gives up a client that takes nothing for too long.</summary>
    /// <param name="isAside">Whether the upstream is being read meanwhile; its time runs on then.</param>
    /// <returns>False when the client has left.</returns>
    public ValueTask<bool> FlushAsync(bool isAside = false)
    {
        if (attempt.Timer.Token.IsCancellationRequested)
        {
            return FlushLastAsync();
        }

        var pending = Output.BodyWriter.FlushAsync(attempt.Timer.Token);
        return pending.IsCompletedSuccessfully ? new(IsTaken(pending.Result)) : WaitForClientAsync(pending, isAside);
    }

    /// <summary>The call's time is over, and the client is being told so.</summary>
    private async ValueTask<bool> FlushLastAsync()
    {
        using var last = CancellationTokenSource.CreateLinkedTokenSource(context.Aborted);
        last.CancelAfter(policy.SendTimeout);
        return IsTaken(await Output.BodyWriter.FlushAsync(last.Token));
    }

    private static bool IsTaken(FlushResult flushed) => !flushed.IsCompleted && !flushed.IsCanceled;

    private async ValueTask<bool> WaitForClientAsync(ValueTask<FlushResult> pending, bool isAside)
    {
        _isWaitingForClient = true;
        if (!isAside)
        {
            attempt.Timer.Arm(policy.SendTimeout);
        }

        var isTaken = IsTaken(await pending);
        _isWaitingForClient = false;
        return isTaken;
    }

    public RelayEnd? EndOf(Exception exception) => exception switch
    {
        // First of all: the server ends the connection of a flush that is given up, and then the client looks as if it had left.
        OperationCanceledException when _isWaitingForClient && attempt.Timer is { HasTimedOut: true, IsStopped: false } => RelayEnd.ClientStalled,
        _ when lifetime.HasClientLeft => RelayEnd.ClientLeft,
        OperationCanceledException or HttpRequestException or IOException when attempt.Timer.IsStopped => RelayEnd.Stopped,
        OperationCanceledException => attempt.Timer.IsPastDeadline ? RelayEnd.Deadline : RelayEnd.Timeout,
        AnswerTooLargeException => RelayEnd.TooLarge,
        HttpRequestException or IOException => RelayEnd.Cut,
        InvalidDataException => RelayEnd.Invalid,
        _ => null,
    };

    /// <summary>The answer is not whole and nothing in the client's format can say so any more: an error if nothing was sent, else the connection is aborted.</summary>
    public async Task BreakOffAsync(RelayEnd end)
    {
        if (end == RelayEnd.ClientLeft)
        {
            Verdict = AttemptVerdict.Neutral;
            LlmAccounting.ClientLeft(context, IsHeadWritten ? "stream" : "wait");
            return;
        }

        if (end == RelayEnd.ClientStalled)
        {
            Verdict = AttemptVerdict.Neutral;
            (Record.Outcome, Record.OutcomeDetail) = (RequestOutcome.ClientClosed, "client_stalled");
            Record.ErrorMessage = "the client stopped reading";
            context.Http.Abort();
            return;
        }

        NoteFailure(end);
        var (status, text) = TextOf(end);
        await GatewayErrors.WriteAsync(context, end == RelayEnd.Stopped ? StoppedCall.Refusal : new Refusal(status, text) { Detail = Record.OutcomeDetail });
    }

    public void NoteFailure(RelayEnd end)
    {
        if (end == RelayEnd.Stopped)
        {
            // Says nothing about the target.
            Verdict = AttemptVerdict.Neutral;
            StoppedCall.Note(Record, IsHeadWritten ? "stream" : "wait");
            return;
        }

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

    public (int Status, string Text) TextOf(RelayEnd end)
    {
        var provider = attempt.Target.Provider.Name;
        return end switch
        {
            RelayEnd.Timeout => (504, $"provider {provider} fell silent in the middle of its answer"),
            RelayEnd.Stopped => (StoppedCall.Status, StoppedCall.Message),
            RelayEnd.Deadline => (504, $"provider {provider} took too long"),
            RelayEnd.TooLarge => (502, $"the answer of provider {provider} is too large"),
            RelayEnd.Invalid => (502, $"the answer of provider {provider} cannot be read"),
            _ => (502, $"the answer of provider {provider} ended before it was complete"),
        };
    }

    public void NoteSuccess(ILlmAnswerFacts? facts, int status)
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

    public void NoteProgress(ILlmAnswerFacts? facts, bool sawContent)
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
        if (facts.OutputCharacters != _lastCharacters)
        {
            _lastCharacters = facts.OutputCharacters;
            Record.Timings.LastOutput = context.Time.GetElapsedTime(Record.StartTimestamp, now).TotalMilliseconds;
        }

        if (isFirst || (request.IsStream && context.Time.GetElapsedTime(_lastProgress, now) >= ProgressInterval))
        {
            _lastProgress = now;
            context.ReportProgress();
        }
    }

    public void NoteFirstToken()
    {
        Record.Timings.FirstToken ??= context.ElapsedMs;
        if (Record.Llm is { } llm)
        {
            llm.TimeToFirstTokenMs ??= context.Time.GetElapsedTime(request.StartTimestamp).TotalMilliseconds;
        }
    }
}
