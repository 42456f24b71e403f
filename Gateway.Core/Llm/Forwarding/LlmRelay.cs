using Gateway.Core.Llm.Observers;
using Gateway.Core.Pipeline;
using Gateway.Core.Upstreams;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>
/// Brings one upstream answer to the client: as it is where both speak one format, translated where they do not, and errors in the
/// client's own words. Watches usage, model and first token on the way.
/// </summary>
internal sealed class LlmRelay(
    GatewayContext context, LlmForwarder forwarder, LlmPlan plan, LlmRequest request, LlmAttempt attempt, HttpResponseMessage response, LifetimeProbe lifetime)
{
    private readonly RelaySession _session = new(context, forwarder.Policy, plan, request, attempt, response, lifetime);

    /// <summary>What the answer says about the target.</summary>
    public AttemptVerdict Verdict => _session.Verdict;

    public async Task RunAsync()
    {
        var record = context.Record;
        // A switch of protocols that nobody asked for would leave the client with bytes of a protocol that it does not speak.
        if ((int)response.StatusCode < 200 || LlmResponseHeaders.HasBrokenLength(response))
        {
            record.Timings.UpstreamDone = context.ElapsedMs;
            LlmAccounting.Finish(context, plan, request, attempt, null);
            await _session.BreakOffAsync(RelayEnd.Invalid);
            return;
        }

        record.IsFromUpstream = true;
        context.ReportProgress();
        if (record.Llm is { LogPayloads: true })
        {
            _session.Collector = new LlmResponseCollector(attempt.UpstreamFormat, forwarder.Policy.MaxLoggedPayloadBytes);
        }

        await RelayAsync((int)response.StatusCode);
        KeepPayload();
    }

    private Task RelayAsync(int status)
    {
        if (status >= 400)
        {
            return new ErrorRelay(_session).RunAsync(status);
        }

        if (attempt.Translation is not { } translation || status is < 200 or >= 300)
        {
            return new PassRelay(_session).RunAsync(status);
        }

        return translation.IsUpstreamStream
            ? new StreamRelay(_session).RunAsync(translation.CreateStreamTranslator())
            : new WholeRelay(_session).RunAsync(translation);
    }

    private void KeepPayload()
    {
        if (_session.Collector is not { } collector || context.Record.Llm is not { ResponsePayload: null } llm)
        {
            return;
        }

        collector.Complete();
        var payload = collector.Build() is { } answer ? SecretEcho.Remove(answer, attempt.Secret) : null;
        llm.ResponsePayload = payload is not null && collector.IsCut
            ? payload + LlmAccounting.CutMark(forwarder.Policy.MaxLoggedPayloadBytes, null)
            : payload;
    }
}
