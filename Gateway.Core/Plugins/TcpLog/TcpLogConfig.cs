using Gateway.Core.Logging;
using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.TcpLog;

/// <summary>Config of the plugin <c>tcp-log</c>: records sent as lines over a TCP connection.</summary>
internal sealed record TcpLogConfig : IPluginConfig
{
    [Field("Host name or IP address that records are sent to.")]
    [Rule<HostRule>]
    public required string Host { get; init; }

    [Field("Port that records are sent to.")]
    [Between(0, 65535)]
    public required int Port { get; init; }

    [Field("Milliseconds for connecting and sending.")]
    public double Timeout { get; init; } = 10000;

    [Field("Milliseconds that an idle connection is kept open.")]
    public double Keepalive { get; init; } = 60000;

    [Field("Use TLS.")]
    public bool Tls { get; init; }

    [Field("Server name for TLS, where it is not the host.")]
    public string? TlsSni { get; init; }

    /// <inheritdoc cref="FileLog.FileLogConfig.CustomFieldsByLua"/>
    [Field("Members of the record to set or remove: return nil, or return and a text, number or truth value.")]
    [Rule<LuaLiteralRule>]
    public IReadOnlyDictionary<string, string>? CustomFieldsByLua { get; init; }

    [Field("Kept for newer files. The gateway's setting TlsVerify decides whether the server's certificate is verified; by default it is not.", Inert = true)]
    public bool SslVerify { get; init; } = true;
}
