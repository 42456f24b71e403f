using Gateway.Shared.Contracts;

namespace Gateway.Core.Configuration;

/// <summary>Everything a person declared, as read from the store: the input of a <see cref="GatewaySnapshot"/>.</summary>
/// <param name="Version">Number of the configuration version; grows with each change.</param>
internal sealed record GatewayConfig(
    long Version,
    IReadOnlyList<ServiceConfig> Services,
    IReadOnlyList<RouteConfig> Routes,
    IReadOnlyList<PluginConfig> Plugins,
    IReadOnlyList<ConsumerConfig> Consumers)
{
    public static GatewayConfig Empty { get; } = new(0, [], [], [], []);
}

/// <summary>Where the data plane gets its configuration. Implemented by the control plane.</summary>
internal interface IGatewayConfigSource
{
    /// <summary>Reads the whole configuration, secrets decrypted, consistent as of one version.</summary>
    Task<GatewayConfig> LoadAsync(CancellationToken cancellationToken);
}
