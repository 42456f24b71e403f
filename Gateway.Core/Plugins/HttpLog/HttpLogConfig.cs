using Gateway.Core.Logging;
using Gateway.Core.Plugins.LogDelivery;
using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.HttpLog;

/// <summary>Config of the plugin <c>http-log</c>: records sent to an HTTP server.</summary>
internal sealed record HttpLogConfig : IPluginConfig
{
    [Field("Address that records are sent to. A user name and password in it become Basic authentication.", Referenceable = true, Secret = true)]
    [Rule<HttpEndpointRule>]
    public required string HttpEndpoint { get; init; }

    [Field("Method of the requests.")]
    [OneOf("PATCH", "POST", "PUT")]
    public string Method { get; init; } = "POST";

    [Field("Content type of the requests.")]
    [OneOf("application/json", "application/json; charset=utf-8")]
    public string ContentType { get; init; } = "application/json";

    [Field("Milliseconds for one request, from the connection to the answer.")]
    public double Timeout { get; init; } = 10000;

    [Field("Milliseconds that an idle connection is kept open.")]
    public double Keepalive { get; init; } = 60000;

    [Field("Further headers of the requests, such as the key of the server.", Referenceable = true, Secret = true)]
    [Rule<HeaderNameRule>(Keys = true)]
    [Rule<OwnHeaderRule>(Keys = true)]
    [Rule<OneLineRule>]
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    [Field("How records are gathered and sent again.")]
    public QueueConfig Queue { get; init; } = new();

    /// <inheritdoc cref="FileLog.FileLogConfig.CustomFieldsByLua"/>
    [Field("Members of the record to set or remove: return nil, or return and a text, number or truth value.")]
    [Rule<LuaLiteralRule>]
    public IReadOnlyDictionary<string, string>? CustomFieldsByLua { get; init; }

    [Field("Kept for newer files. The gateway's setting TlsVerify decides whether the server's certificate is verified; by default it is not.", Inert = true)]
    public bool SslVerify { get; init; } = true;

    [Field("Certificate shown to the server.", Inert = true)]
    public ClientCertificateConfig? ClientCertificate { get; init; }

    [Field("Kept for older files; queue.max_retry_time takes its place.", Inert = true)]
    public int? RetryCount { get; init; }

    [Field("Older name of queue.max_batch_size; wins when set.")]
    public int? QueueSize { get; init; }

    [Field("Older name of queue.max_coalescing_delay; wins when set.")]
    public double? FlushTimeout { get; init; }

    /// <summary>The queue's settings with the older names taken into account.</summary>
    public QueueSettings ToSettings()
    {
        var settings = Queue.ToSettings();
        return settings with
        {
            MaxBatchSize = QueueSize is { } size ? Math.Clamp(size, 1, 1_000_000) : settings.MaxBatchSize,
            MaxCoalescingDelay = FlushTimeout is { } delay ? TimeSpan.FromSeconds(Math.Clamp(delay, 0, 3600)) : settings.MaxCoalescingDelay,
        };
    }
}

/// <summary>A certificate of the gateway by its id.</summary>
internal sealed record ClientCertificateConfig
{
    [Field("Id of the certificate.")]
    public Guid? Id { get; init; }
}

/// <summary>Not one of the headers that the request has of itself.</summary>
internal sealed class OwnHeaderRule : IValueRule
{
    private static readonly string[] Own = ["Host", "Content-Length", "Content-Type"];

    public string? Check(string text) =>
        Own.FirstOrDefault(o => o.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } own ? $"cannot contain '{own}' header" : null;
}
