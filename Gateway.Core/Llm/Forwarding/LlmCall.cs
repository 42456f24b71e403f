using System.Diagnostics.CodeAnalysis;
using Gateway.Core.Llm.Providers;
using Gateway.Core.Pipeline;
using Gateway.Core.Upstreams;
using Gateway.Core.Upstreams.LoadBalancing;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>What all model calls share.</summary>
internal sealed class LlmForwarder(
    UpstreamClients clients, RetryBudget budget, LlmAttemptBuilder builder, StoppedSessions stopped, IOptions<LlmPolicyOptions> policy, ILogger<LlmForwarder> logger)
{
    public UpstreamClients Clients { get; } = clients;

    public RetryBudget Budget { get; } = budget;

    public LlmAttemptBuilder Builder { get; } = builder;

    public StoppedSessions Stopped { get; } = stopped;

    public LlmPolicyOptions Policy { get; } = policy.Value;

    public ILogger Logger { get; } = logger;
}

/// <summary>A model call: attempts at targets until one answers, then its answer to the client.</summary>
/// <param name="allowed">Per target whether it may serve the request's model.</param>
internal sealed partial class LlmCall(LlmForwarder forwarder, LlmPlan plan, LlmRequest request, bool[] allowed) : IUpstreamCall
{
    private RequestRecord? _record;
    private CallTimer? _timer;
    private bool _isStopped;

    /// <summary>What the client asks for.</summary>
    public LlmRequest Request => request;

    public async Task SendAsync(GatewayContext context)
    {
        if (forwarder.Stopped.Take(context.Record))
        {
            StoppedCall.Note(context.Record, "repeat");
            await GatewayErrors.WriteAsync(context, StoppedCall.Refusal);
            return;
        }

        _record = context.Record;
        context.AllowStop(Stop);
        var lifetime = LifetimeProbe.Install(context.Http);
        var selection = new TargetSelection(plan.Balancer, allowed, HashOf(context));
        var index = selection.Next();
        if (index < 0)
        {
            var seconds = selection.RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            context.Record.Outcome = RequestOutcome.UpstreamError;
            await GatewayErrors.WriteAsync(context, new Refusal(StatusCodes.Status500InternalServerError, "no available target")
            {
                Detail = "no_available_target",
                Headers = [new("Retry-After", seconds)],
            });
            return;
        }

        forwarder.Budget.Called();
        while (index >= 0)
        {
            index = await AttemptAsync(context, lifetime, selection, index);
        }
    }

    /// <summary>Ends the call, on the thread of whoever wants it.</summary>
    private void Stop()
    {
        if (Interlocked.Exchange(ref _isStopped, true))
        {
            return;
        }

        forwarder.Stopped.Add(_record!);
        Volatile.Read(ref _timer)?.Stop();
    }

    /// <returns>The target of the next attempt, or -1 when the request is answered.</returns>
    private async Task<int> AttemptAsync(GatewayContext context, LifetimeProbe lifetime, TargetSelection selection, int index)
    {
        var built = forwarder.Builder.Build(context, plan, request, index);
        if (built.IsError)
        {
            selection.Ended(index, AttemptVerdict.Neutral, default);
            var fault = built.Error as LlmFault ?? new LlmFault(500, built.Error.Message);
            await GatewayErrors.WriteAsync(context, new Refusal(fault.Status, fault.Message) { Detail = fault.Status == 501 ? "not_supported" : "bad_request" });
            return -1;
        }

        using var attempt = built.Value;
        Note(context, attempt);
        Volatile.Write(ref _timer, attempt.Timer);
        if (Volatile.Read(ref _isStopped))
        {
            // Between two attempts, or before the first one.
            attempt.Timer.Stop();
        }

        HttpResponseMessage response;
        try
        {
            response = await attempt.SendAsync(context, forwarder.Clients, plan.Balancer is not null);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return await FailAsync(context, lifetime, selection, index, attempt, exception);
        }

        using (response)
        {
            return await AnswerAsync(context, lifetime, selection, index, attempt, response);
        }
    }

    private async Task<int> FailAsync(
        GatewayContext context, LifetimeProbe lifetime, TargetSelection selection, int index, LlmAttempt attempt, Exception exception)
    {
        context.Record.Timings.UpstreamDone = context.ElapsedMs;
        if (lifetime.HasClientLeft)
        {
            selection.Ended(index, AttemptVerdict.Neutral, default);
            LlmAccounting.ClientLeft(context, "wait");
            LlmAccounting.Finish(context, plan, request, attempt, null);
            return -1;
        }

        if (attempt.Timer.IsStopped)
        {
            selection.Ended(index, AttemptVerdict.Neutral, default);
            StoppedCall.Note(context.Record, "wait");
            LlmAccounting.Finish(context, plan, request, attempt, null);
            await GatewayErrors.WriteAsync(context, StoppedCall.Refusal);
            return -1;
        }

        var fault = UpstreamFault.Classify(exception);
        if (attempt.Timer.IsTimeout && fault.Detail == "header_timeout" && attempt.Timer.IsPastDeadline)
        {
            fault = fault with { Detail = "deadline" };
        }

        var isUnsent = fault.IsUnsent || !attempt.MayBeSent;
        attempt.NoteFailure(context, fault.Status, fault.Detail);
        context.Record.AddUpstreamStatus(fault.Status);
        selection.Ended(index, AttemptVerdict.Failure, default);
        selection.MarkFailed(index);
        var next = plan.Balancer?.Failover.Repeats(KindOf(fault), isUnsent, IsIdempotent(context)) == true ? Next(selection) : -1;
        if (next >= 0)
        {
            LogAttemptFailed(forwarder.Logger, attempt.Target.Provider.Name, fault.Detail, context.Record.RequestId);
            await PauseAsync(context, isSameTarget: next == index);
            return next;
        }

        context.Record.Outcome = fault.Outcome;
        LlmAccounting.Finish(context, plan, request, attempt, null);
        await GatewayErrors.WriteAsync(context, new Refusal(fault.Status, Describe(fault, attempt)) { Detail = fault.Detail });
        return -1;
    }

    private async Task<int> AnswerAsync(
        GatewayContext context, LifetimeProbe lifetime, TargetSelection selection, int index, LlmAttempt attempt, HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        context.Record.AddUpstreamStatus(status);
        var balancer = plan.Balancer;
        if (status == StatusCodes.Status429TooManyRequests && RetryAfter(response, context.Time) is { } rest)
        {
            balancer?.Breakers[index].Rest(rest);
        }

        if (balancer is not null && balancer.Failover.HasStatus(status))
        {
            selection.Ended(index, balancer.Failover.CountsAsFailure(status) ? AttemptVerdict.Failure : AttemptVerdict.Neutral, default);
            selection.MarkFailed(index);
            attempt.NoteFailure(context, status, $"http_{status}");
            var next = Next(selection);
            if (next >= 0)
            {
                LogAttemptFailed(forwarder.Logger, attempt.Target.Provider.Name, attempt.Tried?.Error ?? "", context.Record.RequestId);
                await PauseAsync(context, isSameTarget: next == index);
                return next;
            }

            await new LlmRelay(context, forwarder, plan, request, attempt, response, lifetime).RunAsync();
            return -1;
        }

        if (context.Record.Tries.Count > 1)
        {
            forwarder.Budget.GiveBack();
        }

        var isAnswered = false;
        try
        {
            var relay = new LlmRelay(context, forwarder, plan, request, attempt, response, lifetime);
            await relay.RunAsync();
            isAnswered = true;
            var seconds = context.Time.GetElapsedTime(attempt.StartTimestamp).TotalSeconds;
            selection.Ended(index, relay.Verdict, new AttemptResult(seconds, relay.Verdict == AttemptVerdict.Success)
            {
                CompletionTokens = context.Record.Llm?.Usage?.CompletionTokens ?? 0,
                Usage = UsageOf(context.Record.Llm, balancer?.UsageKind),
            });
            return -1;
        }
        finally
        {
            if (!isAnswered)
            {
                selection.Ended(index, AttemptVerdict.Neutral, default);
            }
        }
    }

    /// <returns>The target of a repetition, or -1 when there is none, or no budget for it.</returns>
    private int Next(TargetSelection selection)
    {
        var next = selection.Next();
        if (next < 0 || forwarder.Budget.TryTake())
        {
            return next;
        }

        selection.Ended(next, AttemptVerdict.Neutral, default);
        return -1;
    }

    /// <summary>Fills what is known of the call before it is made.</summary>
    private void Note(GatewayContext context, LlmAttempt attempt)
    {
        var llm = context.Record.Llm!;
        var target = attempt.Target;
        llm.LogStatistics = target.LogStatistics;
        llm.LogPayloads = target.LogPayloads;
        llm.Provider = target.Provider.Name;
        llm.RequestModel = attempt.Model;
        llm.ClientFormat = request.ClientFormat.ToWireName();
        llm.UpstreamFormat = attempt.UpstreamFormat.ToWireName();
        llm.IsStream = request.IsStream;
        llm.Dropped = attempt.Dropped;
        llm.IsPriced = target.Prices.IsPriced;
        if (target is { Provider.Name: "azure", Options: { AzureInstance: { } instance, AzureDeploymentId: { } deployment } options })
        {
            llm.Azure = new AzureRecord(instance, deployment, options.AzureApiVersion);
        }

        if (target.LogPayloads)
        {
            llm.RequestPayload = LlmAccounting.Capped(attempt.Body.Span, forwarder.Policy.MaxLoggedPayloadBytes);
            llm.ClientPayload = attempt.Body.Span.SequenceEqual(request.Body.Span) ? null : LlmAccounting.Capped(request.Body.Span, forwarder.Policy.MaxLoggedPayloadBytes);
        }

        context.ReportProgress();
    }

    private uint HashOf(GatewayContext context)
    {
        if (plan.Balancer?.HashHeader is not { } header)
        {
            return 0;
        }

        // Without the header a caller still stays with one target: by who it is, else by where it calls from.
        var value = context.Http.Request.Headers[header].ToString();
        return ConsistentHashBalancer.Hash(value.Length > 0 ? value : context.Consumer?.Id.ToString() ?? context.Record.ClientIp);
    }

    private bool IsIdempotent(GatewayContext context)
    {
        var method = context.UpstreamMethod ?? context.Http.Request.Method;
        return !HttpMethods.IsPost(method) && !HttpMethods.IsPatch(method) && method != "LOCK";
    }

    private static FaultKind KindOf(UpstreamFault fault) => fault switch
    {
        { Status: StatusCodes.Status504GatewayTimeout } => FaultKind.Timeout,
        { Detail: "protocol_error" } => FaultKind.InvalidHeader,
        _ => FaultKind.Error,
    };

    private static string Describe(UpstreamFault fault, LlmAttempt attempt)
    {
        var provider = attempt.Target.Provider.Name;
        return fault.Detail switch
        {
            "dns_error" => $"the address of provider {provider} cannot be resolved",
            "connect_refused" => $"provider {provider} refused the connection",
            "connect_timeout" => $"provider {provider} could not be reached in time",
            "header_timeout" or "deadline" => $"provider {provider} did not answer in time",
            "upstream_closed" or "upstream_reset" => $"provider {provider} closed the connection without an answer",
            "address_forbidden" => $"the address of provider {provider} is one that the gateway does not call",
            _ when fault.Detail.StartsWith("tls_error", StringComparison.Ordinal) => $"no secure connection to provider {provider}",
            _ => $"provider {provider} sent an invalid response",
        };
    }

    private static double UsageOf(LlmRecord? llm, string? kind) => (kind, llm?.Usage) switch
    {
        (_, null) => 0,
        ("prompt-tokens", { } usage) => usage.PromptTokens,
        ("completion-tokens", { } usage) => usage.CompletionTokens,
        ("cost", _) => (double)llm!.Cost,
        (_, { } usage) => usage.TotalTokens,
    };

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time)
    {
        // Absurd values must not take a target away for long.
        var longest = TimeSpan.FromSeconds(60);
        var value = response.Headers.RetryAfter;
        var wait = value?.Delta ?? (value?.Date is { } date ? date - time.GetUtcNow() : null);
        return wait is { } known && known > TimeSpan.Zero ? known < longest ? known : longest : null;
    }

    /// <summary>Another target is called at once; the same one after a short wait of random length, so that it is not stormed.</summary>
    [SuppressMessage("Security", "CA5394", Justification = "Spreads attempts in time; nobody gains by guessing it.")]
    private static Task PauseAsync(GatewayContext context, bool isSameTarget)
    {
        if (!isSameTarget)
        {
            return Task.CompletedTask;
        }

        var ceiling = Math.Min(1000, 25 << Math.Min(context.Record.Tries.Count, 6));
        return Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * ceiling), context.Time, context.Aborted);
    }

    [LoggerMessage(EventId = 4101, Level = LogLevel.Warning, Message = "Attempt at provider {Provider} failed: {Reason} (request {RequestId})")]
    private static partial void LogAttemptFailed(ILogger logger, string provider, string reason, string requestId);
}
