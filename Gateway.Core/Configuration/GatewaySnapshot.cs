using Gateway.Core.Logging;
using Gateway.Core.Plugins;
using Gateway.Core.Routing;
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

    public required IGatewayRouter Router { get; init; }

    public required PluginPlan Plugins { get; init; }

    public required IReadOnlyList<PluginInstance> PluginInstances { get; init; }

    /// <summary>Names under which requests carry credentials, the configured ones included. Built on first use.</summary>
    public SensitiveNames SensitiveNames => field ??= SensitiveNames.From(PluginInstances);
}
