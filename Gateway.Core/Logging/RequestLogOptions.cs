namespace Gateway.Core.Logging;

/// <summary>Settings of the request log, section <c>Gateway:Logs</c>.</summary>
public sealed class RequestLogOptions
{
    public const string Section = "Gateway:Logs";

    /// <summary>
    /// Whether records of ai-proxy repeat <c>ai.proxy.meta</c> and <c>ai.proxy.usage</c> as <c>ai.meta</c> and <c>ai.usage</c>, and
    /// the method and two headers at the top level. Default true.
    /// </summary>
    public bool CompatAliases { get; set; } = true;

    public RetentionOptions Retention { get; set; } = new();
}

/// <summary>How long stored records live.</summary>
public sealed class RetentionOptions
{
    /// <summary>Days after which a record goes; 0 keeps records whatever their age. Default 90.</summary>
    public int MaxAgeDays { get; set; } = 90;

    /// <summary>Bytes that the log database and its write-ahead log may take; the oldest records go first. Default 10 GiB.</summary>
    public long MaxBytes { get; set; } = 10L * 1024 * 1024 * 1024;
}
