using Gateway.Core.Logging;
using Gateway.Core.Plugins;
using Gateway.Core.Routing;
using Gateway.Core.Secrets;
using Gateway.Core.Tls;
using Gateway.Core.Upstreams;
using Gateway.Core.Upstreams.Pools;

namespace Gateway.Core.Configuration;

/// <summary>
/// One immutable configuration, ready to serve. A request reads one snapshot from start to end; a change builds a new snapshot and
/// swaps the reference.
/// </summary>
internal sealed class GatewaySnapshot
{
    public long Version => Config.Version;

    /// <summary>What this snapshot was made of.</summary>
    public required GatewayConfig Config { get; init; }

    public required ConsumerDirectory Consumers { get; init; }

    public required UpstreamPools Upstreams { get; init; }

    /// <summary>What the references to secrets stood for when this snapshot was made; null: it has none.</summary>
    public SnapshotSecrets? Secrets { get; init; }

    public CertificateStore Certificates { get; init; } = CertificateStore.Empty;

    public ServiceTlsTable ServiceTls { get; init; } = ServiceTlsTable.Empty;

    public required IGatewayRouter Router { get; init; }

    public required PluginPlan Plugins { get; init; }

    public required IReadOnlyList<PluginInstance> PluginInstances { get; init; }

    /// <summary>Names under which requests carry credentials, the configured ones included. Worked out beforehand where the builder made this: of many plugins, it is no work for a request.</summary>
    public SensitiveNames SensitiveNames
    {
        get => field ??= SensitiveNames.From(PluginInstances);
        init;
    }
}
