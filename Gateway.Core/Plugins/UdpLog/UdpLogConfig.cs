using Gateway.Core.Logging;
using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.UdpLog;

/// <summary>Config of the plugin <c>udp-log</c>: each record sent as one datagram.</summary>
internal sealed record UdpLogConfig : IPluginConfig
{
    [Field("Host name or IP address that records are sent to.")]
    [Rule<HostRule>]
    public required string Host { get; init; }

    [Field("Port that records are sent to.")]
    [Between(0, 65535)]
    public required int Port { get; init; }

    [Field("Milliseconds for resolving the name and sending.")]
    public double Timeout { get; init; } = 10000;

    /// <inheritdoc cref="FileLog.FileLogConfig.CustomFieldsByLua"/>
    [Field("Members of the record to set or remove: return nil, or return and a text, number or truth value.")]
    [Rule<LuaLiteralRule>]
    public IReadOnlyDictionary<string, string>? CustomFieldsByLua { get; init; }
}
