using Gateway.Core.Telemetry;

namespace ConsoleWeb.Data.Logs;

/// <summary>What has become of the records of finished requests, for <c>GET /metrics</c>.</summary>
internal sealed class RequestLogMetrics(IRequestLogState log) : IMetricsSource
{
    public void Write(MetricsWriter writer)
    {
        var state = log.State;
        writer.Counter("gatehouse_log_records_produced_total", "Records of finished requests: written, dropped and queued together");
        writer.Sample("", state.Counts.Produced);
        writer.Counter("gatehouse_log_records_written_total", "Records of finished requests that are in the log store");
        writer.Sample("", state.Counts.Written);
        writer.Counter("gatehouse_log_records_dropped_total", "Records of finished requests that were lost");
        writer.Sample("", state.Counts.Dropped);
        writer.Counter("gatehouse_log_records_shortened_total", "Records whose bodies were cut because too much was waiting");
        writer.Sample("", state.Counts.Shortened);
        writer.Counter("gatehouse_log_records_interrupted_total", "Records made at the start of calls that the process before did not live to end");
        writer.Sample("", state.Interrupted);
        writer.Gauge("gatehouse_log_records_queued", "Records of finished requests that wait for the log store");
        writer.Sample("", state.Counts.Queued);
        writer.Gauge("gatehouse_log_queued_bytes", "Memory of the records that wait");
        writer.Sample("", state.Counts.QueuedBytes);
        writer.Gauge("gatehouse_log_store_bytes", "Size of the log store on disk");
        writer.Sample("", state.Bytes);
        writer.Gauge("gatehouse_log_store_writable", "Whether the log store can be written, 0 is not");
        writer.Sample("", state.Trouble is null ? 1 : 0);
    }
}
