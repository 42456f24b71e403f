using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Gateway.Core.Plugins.Opentelemetry.Export;

/// <summary>Takes spans to one endpoint in batches, on a thread of its own. When too many wait, the newest are dropped.</summary>
internal sealed class TraceExporter : IDisposable
{
    private static readonly ActivitySource Source = new(TelemetryResource.Scope, GatewayProduct.Version);

    private readonly OtlpSender _sender;
    private readonly BoundedTraceExporter _exporter;
    private readonly BatchActivityExportProcessor _queue;
    private readonly TracerProvider _provider;

    static TraceExporter() => ActivitySource.AddActivityListener(new ActivityListener
    {
        ShouldListenTo = source => ReferenceEquals(source, Source),

        // Whether a trace is recorded has been decided before a span of it is begun.
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
    });

    public TraceExporter(OpentelemetryConfig config, OtlpSender sender, GatewayNode node)
    {
        _sender = sender;
        var bounds = config.Queue.ToSettings();
        var delay = config.BatchFlushDelay ?? config.Queue.MaxCoalescingDelay;
        _exporter = new BoundedTraceExporter(sender.Options, bounds, sender.Target, sender.Logger);
        _queue = new BatchActivityExportProcessor(
            _exporter,
            bounds.MaxEntries,
            Math.Max(1, (int)(Math.Clamp(delay, 0, 3600) * 1000)),
            maxExportBatchSize: Math.Clamp(config.BatchSpanCount ?? bounds.MaxBatchSize, 1, bounds.MaxEntries));

        // Listens to nothing: spans are handed to the queue, or those of one endpoint would go to all. It gives the exporter its resource.
        _provider = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(TelemetryResource.Of(config, node)).AddProcessor(_queue).Build();
    }

    /// <summary>Begins a span. It becomes nobody's current one: the gateway keeps its spans in its own hands.</summary>
    public static Activity? Begin(string name, ActivityKind kind, ActivityContext parent, DateTime start)
    {
        var current = Activity.Current;
        Activity.Current = null;
        try
        {
            return Source.CreateActivity(name, kind, parent)?.SetStartTime(start).Start();
        }
        finally
        {
            Activity.Current = current;
        }
    }

    /// <summary>Ends a span and queues it. Never waits.</summary>
    public void End(Activity span, DateTime end)
    {
        var current = Activity.Current;
        span.SetEndTime(end > span.StartTimeUtc ? end : span.StartTimeUtc.AddTicks(1));
        span.Stop();
        Activity.Current = current;
        if (_exporter.TryAdmit(span))
        {
            _queue.OnEnd(span);
        }
    }

    /// <summary>Sends what waits, for five seconds at most.</summary>
    public void Dispose()
    {
        _sender.StopRetrying();
        _provider.Dispose();
        _queue.Dispose();
        _exporter.Dispose();
    }
}
