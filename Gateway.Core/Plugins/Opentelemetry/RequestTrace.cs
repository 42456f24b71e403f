using System.Diagnostics;
using Gateway.Core.Llm.Forwarding;
using Gateway.Core.Pipeline;
using Gateway.Core.Plugins.Opentelemetry.Export;
using Gateway.Core.Plugins.Opentelemetry.Propagation;

namespace Gateway.Core.Plugins.Opentelemetry;

/// <summary>
/// The trace of one request. Spans begin when they do, as their ids go to the upstream; what they say is written after the response,
/// from the record. A trace that is not recorded has ids only.
/// </summary>
internal sealed class RequestTrace
{
    private readonly TracePlan _plan;
    private readonly TraceFormat[] _formats;
    private readonly ActivitySpanId _callerSpan;
    private readonly string? _state;
    private readonly DateTime _arrived;
    private readonly Activity? _server;
    private readonly List<Activity> _tries = [];
    private Activity? _model;

    public RequestTrace(GatewayContext context, TracePlan plan)
    {
        _plan = plan;
        _arrived = (context.Time.GetUtcNow() - context.Time.GetElapsedTime(context.Record.StartTimestamp)).UtcDateTime;
        var headers = context.Http.Request.Headers;
        var parent = plan.Extract(headers, out var preserved) ?? default;
        (_callerSpan, _state) = (parent.SpanId, parent.State);
        _formats = plan.InjectedFormats(preserved);
        TraceId = parent.HasIds ? parent.TraceId : ActivityTraceId.CreateRandom();
        if (plan.Exporter is not null && plan.IsSampled(TraceId, parent.IsSampled))
        {
            var above = new ActivityContext(TraceId, parent.SpanId, ActivityTraceFlags.Recorded, parent.State, isRemote: true);
            _server = TraceExporter.Begin(context.Record.Method, ActivityKind.Server, above, _arrived);
        }

        foreach (var name in plan.Clear)
        {
            headers.Remove(name);
        }

        context.Record.TraceIds = TraceFormat.RecordOf(_formats.Length > 0 ? _formats : [preserved], TraceId);
        context.BeforeSend = message => BeginTry(context, message);
    }

    public ActivityTraceId TraceId { get; }

    /// <summary>The span of the request; null when the trace is not recorded.</summary>
    public Activity? Server => _server;

    /// <summary>The response has ended: fills the spans and hands them over.</summary>
    public void End(GatewayContext context)
    {
        if (_server is null || _plan.Exporter is not { } exporter)
        {
            return;
        }

        var record = context.Record;
        Redact(context);
        for (var i = 0; i < _tries.Count && i < record.Tries.Count; i++)
        {
            SpanFacts.FillTry(_tries[i], record, i);
            var end = record.Tries[i].EndedMs ?? record.Timings.UpstreamDone ?? record.Timings.Total ?? 0;
            exporter.End(_tries[i], At(end));
        }

        if (_model is not null)
        {
            GenAiFacts.Fill(_model, context);
            exporter.End(_model, At(record.Timings.UpstreamDone ?? record.Timings.Total ?? 0));
        }

        SpanFacts.FillServer(_server, context);
        exporter.End(_server, At(record.Timings.Total ?? 0));
    }

    /// <summary>Spans carry the URL, errors and, where payloads are logged, the prompt and the answer.</summary>
    private static void Redact(GatewayContext context)
    {
        if (context.Record.Llm is { LogPayloads: true })
        {
            context.Redactor?.Apply(context.Record);
        }
        else
        {
            context.Redactor?.ApplyHead(context.Record);
        }
    }

    private DateTime At(double milliseconds) => _arrived.AddTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond));

    /// <summary>A request is about to go out: it gets a span, and headers that name it.</summary>
    private void BeginTry(GatewayContext context, HttpRequestMessage message)
    {
        var span = BeginTrySpan(context, message);
        var parent = _model ?? _server;
        var child = new TraceChild(
            TraceId,
            span?.SpanId ?? ActivitySpanId.CreateRandom(),
            parent?.SpanId ?? _callerSpan,
            span is not null,
            _state);
        foreach (var format in _formats)
        {
            format.Write(message.Headers, child);
        }
    }

    private Activity? BeginTrySpan(GatewayContext context, HttpRequestMessage message)
    {
        if (_server is null)
        {
            return null;
        }

        var now = At(context.ElapsedMs);
        if (_model is null && context.UpstreamCall is LlmCall { Request.IsModelCall: true })
        {
            _model = TraceExporter.Begin(GenAiFacts.SpanName, ActivityKind.Client, _server.Context, now);
        }

        var span = TraceExporter.Begin(message.Method.Method, ActivityKind.Client, (_model ?? _server).Context, now);
        if (span is not null)
        {
            SpanFacts.FillAddress(span, message);
            _tries.Add(span);
        }

        return span;
    }
}
