using System.Globalization;
using System.Net;
using Gateway.Core.Plugins.LogDelivery;
using Gateway.Core.Upstreams;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Exporter;

namespace Gateway.Core.Plugins.Opentelemetry.Export;

/// <summary>
/// The way of an exporter's requests to its endpoint: the same rules for addresses and certificates as for all others, and tries until
/// the endpoint takes a batch or the queue's time is over. Runs on the exporter's own thread.
/// </summary>
internal sealed partial class OtlpSender(Uri endpoint, OpentelemetryConfig config, UpstreamClients clients, ILogger logger) : HttpMessageHandler
{
    private readonly TimeSpan _connectTimeout = SenderTime.FromConfig(config.ConnectTimeout);
    private readonly TimeSpan _timeout = SenderTime.FromConfig((double)config.ConnectTimeout + config.SendTimeout + config.ReadTimeout);
    private readonly QueueSettings _queue = config.Queue.ToSettings();
    private readonly CancellationTokenSource _stopping = new();
    private long _lost;

    /// <summary>Name of the endpoint in the log.</summary>
    public string Target => endpoint.Authority;

    public ILogger Logger => logger;

    /// <summary>Settings for an exporter that sends through this.</summary>
    public OtlpExporterOptions Options => new()
    {
        Endpoint = endpoint,
        Protocol = OtlpExportProtocol.HttpProtobuf,

        // The process's environment may name headers for other exporters.
        Headers = "",
        TimeoutMilliseconds = int.MaxValue,
        HttpClientFactory = () => new HttpClient(this) { Timeout = Timeout.InfiniteTimeSpan },
    };

    /// <summary>From now on each batch has one try: the process ends, or nobody wants this endpoint any more.</summary>
    public void StopRetrying() => _stopping.Cancel();

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Exporters send from a thread of their own.");

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        foreach (var (name, value) in config.Headers ?? new Dictionary<string, string>())
        {
            if (value.AsSpan().IndexOfAny('\r', '\n', '\0') < 0)
            {
                request.Headers.Remove(name);
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        var started = TimeProvider.System.GetTimestamp();
        for (var pause = _queue.InitialRetryDelay; ; pause = Min(pause * 2, _queue.MaxRetryDelay))
        {
            var (response, fault, isFinal) = Try(request, cancellationToken);
            if (fault is null)
            {
                Arrived();
                return response!;
            }

            var remaining = (_queue.MaxRetryTime ?? TimeSpan.Zero) - TimeProvider.System.GetElapsedTime(started);
            if (isFinal || remaining <= TimeSpan.Zero || _stopping.IsCancellationRequested)
            {
                Lost(fault);
                return response ?? new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { RequestMessage = request };
            }

            response?.Dispose();
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, cancellationToken);
            waiting.Token.WaitHandle.WaitOne(Min(Min(pause, _queue.MaxRetryDelay), remaining));
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stopping.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <returns>The answer, and what is wrong with it or why there is none; whether another try is useless.</returns>
    private (HttpResponseMessage? Response, string? Fault, bool IsFinal) Try(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var response = clients.Get(null, _connectTimeout).Send(request, either.Token);
            var status = (int)response.StatusCode;
            return status < 300
                ? (response, null, false)
                : (response, string.Create(CultureInfo.InvariantCulture, $"it answered {status}"), !IsPassing(response.StatusCode));
        }
        catch (OperationCanceledException)
        {
            return (null, "it did not answer in time", cancellationToken.IsCancellationRequested);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return (null, exception.InnerException is UpstreamConnectException connect ? connect.Message : exception.Message, false);
        }
    }

    /// <summary>Answers after which OTLP allows another try (OTLP specification, "Retryable Response Codes").</summary>
    private static bool IsPassing(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private void Arrived()
    {
        if (_lost > 0)
        {
            LogRecovered(logger, Target, _lost);
            _lost = 0;
        }
    }

    private void Lost(string fault)
    {
        if (_lost++ == 0)
        {
            LogFailed(logger, Target, fault);
        }
    }

    [LoggerMessage(EventId = 2421, Level = LogLevel.Warning, Message = "Telemetry did not reach {Endpoint} and is lost: {Fault}. This is said once until it arrives again")]
    private static partial void LogFailed(ILogger logger, string endpoint, string fault);

    [LoggerMessage(EventId = 2422, Level = LogLevel.Information, Message = "Telemetry reaches {Endpoint} again; {LostCount} batches were lost")]
    private static partial void LogRecovered(ILogger logger, string endpoint, long lostCount);
}
