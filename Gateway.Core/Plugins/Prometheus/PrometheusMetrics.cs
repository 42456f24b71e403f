using Gateway.Core.Configuration;
using Gateway.Core.Telemetry;
using Gateway.Shared.Logging;

namespace Gateway.Core.Plugins.Prometheus;

/// <summary>What the plugin has counted since the process started. Counting takes no lock, and no memory for labels seen before.</summary>
internal sealed class PrometheusMetrics : IMetricsSource
{
    /// <summary>Label sets of one metric that are counted apart.</summary>
    private const int MaxLabelSets = 5000;

    private readonly SnapshotHolder _snapshots;
    private readonly SeriesTable<StatusLabels, StatusSeries> _status;
    private readonly SeriesTable<RouteLabels, LatencySeries> _latency;
    private readonly SeriesTable<TrafficLabels, TrafficSeries> _traffic;
    private readonly SeriesTable<LlmLabels, LlmSeries> _calls;
    private readonly SeriesTable<LlmLabels, TokenSeries> _tokens;
    private MetricFlags? _flags;

    public PrometheusMetrics(SnapshotHolder snapshots)
        : this(snapshots, MaxLabelSets)
    {
    }

    internal PrometheusMetrics(SnapshotHolder snapshots, int maxLabelSets)
    {
        _snapshots = snapshots;
        _status = new(maxLabelSets, static labels => new StatusSeries(labels));
        _latency = new(maxLabelSets, static labels => new LatencySeries(labels));
        _traffic = new(maxLabelSets, static labels => new TrafficSeries(labels));
        _calls = new(maxLabelSets, static labels => new LlmSeries(labels));
        _tokens = new(maxLabelSets, static labels => new TokenSeries(labels));
    }

    /// <summary>What is counted under a snapshot; kept until another one is asked for.</summary>
    public MetricFlags FlagsOf(GatewaySnapshot snapshot)
    {
        if (Volatile.Read(ref _flags) is { } flags && ReferenceEquals(flags.Snapshot, snapshot))
        {
            return flags;
        }

        var fresh = MetricFlags.Of(snapshot);
        Volatile.Write(ref _flags, fresh);
        return fresh;
    }

    /// <summary>Counts a finished request.</summary>
    public void Count(RequestRecord record, MetricFlags flags)
    {
        var route = RouteLabels.Of(record);
        var consumer = flags.PerConsumer ? LabelValue.Of(record.Consumer) : "";
        if (flags.Status)
        {
            _status.Get(new StatusLabels(route, record.Status, record.IsFromUpstream, consumer)).Requests.Add();
        }

        if (flags.Latency)
        {
            CountLatency(_latency.Get(route), record.Timings);
        }

        if (flags.Bandwidth)
        {
            var traffic = _traffic.Get(new TrafficLabels(route, consumer));
            traffic.Ingress.Add(record.RequestSize);
            traffic.Egress.Add(record.ResponseSize);
        }

        if (flags.Ai && record.Llm is { LogStatistics: true } llm)
        {
            CountCall(llm, consumer);
        }
    }

    public void Write(MetricsWriter writer)
    {
        WriteRequests(writer);
        WriteCalls(writer);
        if (_snapshots.Current is { } snapshot && FlagsOf(snapshot).UpstreamHealth)
        {
            UpstreamHealth.Write(writer, snapshot.Upstreams);
        }
    }

    private static void CountLatency(LatencySeries series, RequestTimings timings)
    {
        series.Gateway.Observe((long)timings.Gateway);
        series.Request.Observe((long)(timings.Total ?? 0));
        if (timings.Upstream is { } upstream)
        {
            series.Upstream.Observe((long)upstream);
        }
    }

    private void CountCall(LlmRecord llm, string consumer)
    {
        var labels = new LlmLabels(LabelValue.Of(llm.Provider), LabelValue.Of(llm.RequestModel), consumer, llm.IsStream ? "stream" : "oneshot");
        var calls = _calls.Get(labels);
        calls.Requests.Add();
        if (llm.Cost > 0)
        {
            calls.Cost.Add((double)llm.Cost);
        }

        if (llm.LatencyMs is { } latency)
        {
            calls.Latency.Observe((long)latency);
        }

        if (llm.Usage is { } usage)
        {
            var tokens = _tokens.Get(labels with { Mode = null });
            tokens.Prompt.Add(usage.PromptTokens);
            tokens.Completion.Add(usage.CompletionTokens);
            tokens.Total.Add(usage.TotalTokens);
        }
    }

    private void WriteRequests(MetricsWriter writer)
    {
        if (!_status.IsEmpty)
        {
            writer.Counter("kong_http_requests_total", "HTTP status codes per consumer/service/route in Kong");
            foreach (var series in _status.All)
            {
                writer.Sample(series.Labels, series.Requests.Value);
            }
        }

        if (!_latency.IsEmpty)
        {
            WriteLatency(writer, "kong_kong_latency_ms", "Latency added by Kong in ms for each service/route in Kong", static s => s.Gateway);
            WriteLatency(writer, "kong_upstream_latency_ms", "Latency added by upstream response in ms for each service/route in Kong", static s => s.Upstream);
            WriteLatency(writer, "kong_request_latency_ms", "Total latency incurred during requests in ms for each service/route in Kong", static s => s.Request);
        }

        if (!_traffic.IsEmpty)
        {
            writer.Counter("kong_bandwidth_bytes", "Total bandwidth (ingress/egress) throughput in bytes");
            foreach (var series in _traffic.All)
            {
                writer.Sample(series.IngressLabels, series.Ingress.Value);
                writer.Sample(series.EgressLabels, series.Egress.Value);
            }
        }
    }

    private void WriteLatency(MetricsWriter writer, string name, string help, Func<LatencySeries, Histogram> histogram)
    {
        writer.Histogram(name, help);
        foreach (var series in _latency.All)
        {
            writer.Sample(series.Labels, histogram(series));
        }
    }

    private void WriteCalls(MetricsWriter writer)
    {
        if (_calls.IsEmpty)
        {
            return;
        }

        writer.Counter("kong_ai_llm_requests_total", "AI requests total per ai_provider in Kong");
        foreach (var series in _calls.All)
        {
            writer.Sample(series.Labels, series.Requests.Value);
        }

        writer.Counter("kong_ai_llm_cost_total", "AI requests cost per ai_provider/cache in Kong");
        foreach (var series in _calls.All.Where(s => s.Cost.Value > 0))
        {
            writer.Sample(series.Labels, series.Cost.Value);
        }

        writer.Counter("kong_ai_llm_tokens_total", "AI requests tokens per ai_provider/cache in Kong");
        foreach (var series in _tokens.All)
        {
            WriteTokens(writer, series.PromptLabels, series.Prompt);
            WriteTokens(writer, series.CompletionLabels, series.Completion);
            WriteTokens(writer, series.TotalLabels, series.Total);
        }

        writer.Histogram("kong_ai_llm_provider_latency_ms", "LLM response latency in ms per ai_provider in Kong");
        foreach (var series in _calls.All)
        {
            writer.Sample(series.Labels, series.Latency);
        }
    }

    private static void WriteTokens(MetricsWriter writer, string labels, Counter tokens)
    {
        if (tokens.Value is > 0 and var value)
        {
            writer.Sample(labels, value);
        }
    }
}
