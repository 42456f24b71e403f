using Gateway.Core.Configuration;
using Gateway.Core.Logging.Redaction;
using Gateway.Core.Logging.Replays;
using Gateway.Core.Pipeline;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Logging;

/// <summary>Opens the record of a request, closes it, and hands it to the sinks.</summary>
internal sealed class RequestTracker(
    IEnumerable<IRequestSink> sinks, IEnumerable<IRequestObserver> observers, PayloadRedactor redactor, ReplayTickets replays, NodeSettings node,
    ShutdownState shutdown, TimeProvider time)
{
    /// <summary>Who calls when a person sends a recorded request again.</summary>
    public const string ReplayAgent = "replay";

    private readonly IRequestSink[] _sinks = [.. sinks];
    private readonly IRequestObserver[] _observers = [.. observers];

    public GatewayContext Begin(HttpContext http, GatewaySnapshot snapshot)
    {
        var startedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var record = new RequestRecord
        {
            RequestId = RequestIds.New(startedAtMs),
            StartedAtMs = startedAtMs,
            StartTimestamp = time.GetTimestamp(),
            SnapshotVersion = snapshot.Version,
        };
        var replayOf = replays.Redeem(http.Request, record.RequestId);
        RecordFiller.Begin(record, http, snapshot.SensitiveNames);
        if (replayOf is not null)
        {
            (record.ReplayOf, record.Agent) = (replayOf, ReplayAgent);
        }

        return new GatewayContext(http, snapshot, record, time) { Node = node, Observers = _observers, Redactor = redactor };
    }

    public void Started(GatewayContext context)
    {
        foreach (var observer in _observers)
        {
            observer.Started(context.Record);
        }
    }

    /// <summary>Fixes status, sizes, headers, timings and outcome. Nothing changes the record afterwards but redaction, by who writes it somewhere.</summary>
    public void Complete(GatewayContext context)
    {
        var record = context.Record;
        record.Timings.Total = context.ElapsedMs;
        if (record.Outcome == RequestOutcome.InFlight)
        {
            record.Outcome = context.Aborted.IsCancellationRequested ? RequestOutcome.ClientClosed
                : record.IsFromUpstream && context.Http.Response.StatusCode < 400 ? RequestOutcome.Ok
                : record.IsFromUpstream ? RequestOutcome.UpstreamError
                : RequestOutcome.Rejected;
        }

        if (record.Outcome == RequestOutcome.ClientClosed && shutdown.IsCutting)
        {
            (record.Outcome, record.OutcomeDetail, record.ErrorMessage) = (RequestOutcome.Shutdown, null, "the gateway stopped before the call had ended");
        }

        RecordFiller.Complete(context);
    }

    public void Emit(GatewayContext context)
    {
        foreach (var sink in _sinks)
        {
            sink.Finished(context.Record);
        }
    }
}
