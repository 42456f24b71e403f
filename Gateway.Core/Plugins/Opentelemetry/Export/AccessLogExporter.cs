using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;

namespace Gateway.Core.Plugins.Opentelemetry.Export;

/// <summary>Takes one record per request to an endpoint, in batches and on a thread of its own. When too many wait, the newest are dropped.</summary>
internal sealed class AccessLogExporter : IDisposable
{
    /// <summary>Name of the scope of the records.</summary>
    public const string Category = "access";

    private readonly OtlpSender _sender;
    private readonly ILoggerFactory _factory;
    private readonly ILogger _logger;

    public AccessLogExporter(OpentelemetryConfig config, OtlpSender sender, GatewayNode node)
    {
        _sender = sender;
        var bounds = config.Queue.ToSettings();
        _factory = LoggerFactory.Create(logging => logging.AddOpenTelemetry(options =>
        {
            options.IncludeFormattedMessage = true;
            options.SetResourceBuilder(TelemetryResource.Of(config, node)).AddProcessor(new BatchLogRecordExportProcessor(
                new OtlpLogExporter(sender.Options),
                bounds.MaxEntries,
                Math.Max(1, (int)bounds.MaxCoalescingDelay.TotalMilliseconds),
                maxExportBatchSize: Math.Min(bounds.MaxBatchSize, bounds.MaxEntries)));
        }));
        _logger = _factory.CreateLogger(Category);
    }

    /// <summary>Queues a record. Never waits.</summary>
    /// <param name="facts">What the record says; never started.</param>
    /// <param name="span">Span of the request, which has not ended yet; null when it has none.</param>
    public void Add(Activity facts, Activity? span)
    {
        var current = Activity.Current;
        Activity.Current = span;
        _logger.Log(LogLevel.Information, default, facts.TagObjects.ToList(), null, (_, _) => facts.DisplayName);
        Activity.Current = current;
    }

    /// <summary>Sends what waits, for five seconds at most.</summary>
    public void Dispose()
    {
        _sender.StopRetrying();
        _factory.Dispose();
    }
}
