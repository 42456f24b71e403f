using System.Text.Json;
using Gateway.Core.Configuration;
using Gateway.Core.Plugins.LogDelivery;
using Gateway.Core.Upstreams;
using Gateway.Shared.Schema;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Plugins.Opentelemetry.Export;

/// <summary>One exporter for each endpoint, shared by all instances that name it with equal headers, resource and queue.</summary>
/// <param name="clients">The way to the endpoints. Named here so that it is disposed of after the exporters, which still send then.</param>
internal sealed class OtlpExporters(SnapshotHolder snapshots, GatewayNode node, UpstreamClients clients, ILogger<OtlpExporters> logger) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, IDisposable> _exporters = new(StringComparer.Ordinal);

    /// <summary>Finds or makes the exporter of a config's spans; null without an endpoint.</summary>
    public TraceExporter? Traces(OpentelemetryConfig config) =>
        HttpEndpointRule.Parse(config.TracesEndpoint) is { } endpoint
            ? Get(TraceKey(config), () => new TraceExporter(config, new OtlpSender(endpoint, config, clients, logger), node))
            : null;

    /// <summary>Finds or makes the exporter of a config's metrics; null without an endpoint.</summary>
    public MetricExporter? Metrics(OpentelemetryConfig config) =>
        HttpEndpointRule.Parse(config.Metrics.Endpoint) is { } endpoint
            ? Get(MetricKey(config), () => new MetricExporter(config, new OtlpSender(endpoint, config, clients, logger), node))
            : null;

    /// <summary>Finds or makes the exporter of a config's records of requests; null without an endpoint.</summary>
    public AccessLogExporter? AccessLogs(OpentelemetryConfig config) =>
        HttpEndpointRule.Parse(config.AccessLogs.Endpoint) is { } endpoint
            ? Get(AccessLogKey(config), () => new AccessLogExporter(config, new OtlpSender(endpoint, config, clients, logger), node))
            : null;

    /// <summary>Sends what waits, when the process ends.</summary>
    public async ValueTask DisposeAsync()
    {
        IDisposable[] exporters;
        lock (_gate)
        {
            exporters = [.. _exporters.Values];
            _exporters.Clear();
        }

        await Task.WhenAll(exporters.Select(e => Task.Run(e.Dispose)));
    }

    private T Get<T>(string key, Func<T> create)
        where T : class, IDisposable
    {
        lock (_gate)
        {
            if (_exporters.TryGetValue(key, out var known))
            {
                return (T)known;
            }

            RetireUnused();
            var made = create();
            _exporters.Add(key, made);
            return made;
        }
    }

    /// <summary>An exporter that no instance names any more goes when another comes.</summary>
    private void RetireUnused()
    {
        var used = (snapshots.Current?.PluginInstances ?? [])
            .Select(i => i.Config)
            .OfType<OpentelemetryConfig>()
            .SelectMany(c => new[] { TraceKey(c), MetricKey(c), AccessLogKey(c) })
            .ToHashSet(StringComparer.Ordinal);
        foreach (var (key, exporter) in _exporters.Where(e => !used.Contains(e.Key)).ToList())
        {
            _exporters.Remove(key);

            // It sends what waits; nobody waits for that.
            _ = Task.Run(exporter.Dispose);
        }
    }

    private static string TraceKey(OpentelemetryConfig config) => Key(config with { Metrics = new() });

    private static string MetricKey(OpentelemetryConfig config) =>
        Key(config with { TracesEndpoint = null, Metrics = new() { Endpoint = config.Metrics.Endpoint, PushInterval = config.Metrics.PushInterval } });

    private static string AccessLogKey(OpentelemetryConfig config) =>
        config.AccessLogs.Endpoint + " " + Key(config with { TracesEndpoint = null, Metrics = new() });

    /// <summary>What makes an exporter another one; the rest of a config is for requests.</summary>
    private static string Key(OpentelemetryConfig config) => JsonSerializer.Serialize(
        config with
        {
            AccessLogs = new(),
            LogsEndpoint = null,
            Propagation = new(),
            HeaderType = "",
            SamplingRate = null,
            SamplingStrategy = "",
            HttpResponseHeaderForTraceid = null,
        },
        SchemaJson.Options);
}
