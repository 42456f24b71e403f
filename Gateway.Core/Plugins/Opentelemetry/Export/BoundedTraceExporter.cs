using System.Diagnostics;
using Gateway.Core.Plugins.LogDelivery;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;

namespace Gateway.Core.Plugins.Opentelemetry.Export;

/// <summary>
/// Knows how much waits for it. Spans beyond the bound are dropped, and prompts and answers left out of them before that: those may be
/// long, and a collector may be away for long.
/// </summary>
internal sealed partial class BoundedTraceExporter(OtlpExporterOptions options, QueueSettings bounds, string target, ILogger logger) : OtlpTraceExporter(options)
{
    private int _waiting;
    private long _contentBytes;
    private long _dropped;
    private int _isFull;

    /// <summary>Whether there is room for a span, which is taken from now on. Called by requests; never waits.</summary>
    public bool TryAdmit(Activity span)
    {
        if (Interlocked.Increment(ref _waiting) > bounds.MaxEntries)
        {
            Interlocked.Decrement(ref _waiting);
            Interlocked.Increment(ref _dropped);
            if (Interlocked.Exchange(ref _isFull, 1) == 0)
            {
                LogFull(logger, target);
            }

            return false;
        }

        var content = GenAiFacts.ContentBytesOf(span);
        if (content > 0 && Interlocked.Add(ref _contentBytes, content) > bounds.MaxBytes)
        {
            Interlocked.Add(ref _contentBytes, -content);
            GenAiFacts.RemoveContent(span);
        }

        return true;
    }

    public override ExportResult Export(in Batch<Activity> activityBatch)
    {
        // Reading a batch takes it off the queue.
        var spans = new Activity[activityBatch.Count];
        var (count, content) = (0, 0L);
        foreach (var span in activityBatch)
        {
            spans[count++] = span;
            content += GenAiFacts.ContentBytesOf(span);
        }

        Interlocked.Add(ref _waiting, -count);
        var result = base.Export(new Batch<Activity>(spans, count));
        Interlocked.Add(ref _contentBytes, -content);
        if (result == ExportResult.Success && Interlocked.Exchange(ref _isFull, 0) == 1)
        {
            LogRoom(logger, target, Interlocked.Read(ref _dropped));
        }

        return result;
    }

    [LoggerMessage(EventId = 2423, Level = LogLevel.Warning, Message = "More spans wait for {Target} than there is room for; the newest are lost")]
    private static partial void LogFull(ILogger logger, string target);

    [LoggerMessage(EventId = 2424, Level = LogLevel.Information, Message = "There is room for spans for {Target} again; {Dropped} were lost since the start")]
    private static partial void LogRoom(ILogger logger, string target, long dropped);
}
