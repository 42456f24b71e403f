using System.Collections.Frozen;
using Gateway.Core.Logging;
using Gateway.Core.Plugins;
using Gateway.Core.Routing;
using Gateway.Shared.Contracts;

namespace Gateway.Core.Configuration;

/// <summary>
/// One immutable configuration, ready to serve. A request reads one snapshot from start to end; a change builds a new snapshot and
/// swaps the reference.
/// </summary>
internal sealed class GatewaySnapshot
{
    public required long Version { get; init; }

    public required FrozenDictionary<Guid, ServiceConfig> Services { get; init; }

    public required FrozenDictionary<Guid, ConsumerConfig> Consumers { get; init; }

    public required IGatewayRouter Router { get; init; }

    public required PluginPlan Plugins { get; init; }

    public required IReadOnlyList<PluginInstance> PluginInstances { get; init; }

    /// <summary>Names under which requests carry credentials, the configured ones included. Built on first use.</summary>
    public SensitiveNames SensitiveNames => field ??= SensitiveNames.From(PluginInstances);
}
