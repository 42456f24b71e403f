using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace Gateway.Core.Plugins.Opentelemetry.Export;

/// <summary>Counts for one endpoint, and sends the sums from time to time. Label sets of a metric are bounded by the SDK.</summary>
internal sealed class MetricExporter : IDisposable
{
    private static readonly double[] Durations = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
    private static readonly double[] FirstTokens = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
    private static readonly double[] OutputTokens = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];
    private static readonly double[] Latencies = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    private readonly OtlpSender _sender;
    private readonly Meter _meter;
    private readonly MeterProvider _provider;

    public MetricExporter(OpentelemetryConfig config, OtlpSender sender, GatewayNode node)
    {
        _sender = sender;
        _meter = new Meter(new MeterOptions(TelemetryResource.Scope) { Version = GatewayProduct.Version });
        Requests = _meter.CreateCounter<long>("http.server.request.count", "{request}", "Requests");
        RequestSize = _meter.CreateCounter<long>("http.server.request.size", "By", "Bytes received");
        ResponseSize = _meter.CreateCounter<long>("http.server.response.size", "By", "Bytes sent");
        TotalLatency = Seconds("kong.latency.total", "Whole time of a request", Latencies);
        InternalLatency = Seconds("kong.latency.internal", "Time until the request was handed to the upstream", Latencies);
        UpstreamLatency = Seconds("kong.latency.upstream", "Time from there to the upstream's head", Latencies);
        Operation = Seconds("gen_ai.client.operation.duration", "Whole time of a model call", Durations);
        ModelRequest = Seconds("gen_ai.server.request.duration", "Time that the model's provider took", Durations);
        FirstToken = Seconds("gen_ai.server.time_to_first_token", "Time to the first token", FirstTokens);
        OutputToken = Seconds("gen_ai.server.time_per_output_token", "Time per token after the first", OutputTokens);
        Tokens = _meter.CreateCounter<long>("gen_ai.client.token.usage", "{token}", "Tokens of model calls");
        Cost = _meter.CreateCounter<double>("kong.gen_ai.llm.cost", "{cost}", "Cost of model calls by the configured prices");
        var interval = (int)(Math.Clamp(config.Metrics.PushInterval, 0.1, 86400) * 1000);
        _provider = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(TelemetryResource.Of(config, node))
            .AddMeter(TelemetryResource.Scope)

            // Each endpoint has a meter of the same name.
            .AddView(instrument => ReferenceEquals(instrument.Meter, _meter) ? null : MetricStreamConfiguration.Drop)
            .AddReader(new PeriodicExportingMetricReader(new OtlpMetricExporter(sender.Options), interval))
            .Build();
    }

    public Counter<long> Requests { get; }

    public Counter<long> RequestSize { get; }

    public Counter<long> ResponseSize { get; }

    public Histogram<double> TotalLatency { get; }

    public Histogram<double> InternalLatency { get; }

    public Histogram<double> UpstreamLatency { get; }

    public Histogram<double> Operation { get; }

    public Histogram<double> ModelRequest { get; }

    public Histogram<double> FirstToken { get; }

    public Histogram<double> OutputToken { get; }

    public Counter<long> Tokens { get; }

    public Counter<double> Cost { get; }

    /// <summary>Sends the last sums, for five seconds at most.</summary>
    public void Dispose()
    {
        _sender.StopRetrying();
        _provider.Dispose();
        _meter.Dispose();
    }

    private Histogram<double> Seconds(string name, string description, double[] bounds) =>
        _meter.CreateHistogram(name, "s", description, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });
}
