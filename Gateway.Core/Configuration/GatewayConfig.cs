using Gateway.Shared.Contracts;

namespace Gateway.Core.Configuration;

/// <summary>
/// Everything a person declared, as read from the store: the input of a <see cref="GatewaySnapshot"/>. A list that did not change is the
/// same object as before, so that what was made of it can be kept.
/// </summary>
/// <param name="Version">Number of the configuration version; grows with each change.</param>
internal sealed record GatewayConfig(
    long Version,
    IReadOnlyList<ServiceConfig> Services,
    IReadOnlyList<RouteConfig> Routes,
    IReadOnlyList<PluginConfig> Plugins,
    IReadOnlyList<ConsumerConfig> Consumers)
{
    public static GatewayConfig Empty { get; } = new(0, [], [], [], []);

    public IReadOnlyList<ConsumerGroupConfig> ConsumerGroups { get; init; } = [];

    public IReadOnlyList<ConsumerGroupMemberConfig> ConsumerGroupMembers { get; init; } = [];

    public IReadOnlyList<KeyAuthCredentialConfig> KeyAuthCredentials { get; init; } = [];

    public IReadOnlyList<BasicAuthCredentialConfig> BasicAuthCredentials { get; init; } = [];

    public IReadOnlyList<JwtSecretConfig> JwtSecrets { get; init; } = [];

    public IReadOnlyList<HmacAuthCredentialConfig> HmacAuthCredentials { get; init; } = [];

    public IReadOnlyList<AclConfig> Acls { get; init; } = [];

    public IReadOnlyList<UpstreamConfig> Upstreams { get; init; } = [];

    public IReadOnlyList<TargetConfig> Targets { get; init; } = [];

    public IReadOnlyList<CertificateConfig> Certificates { get; init; } = [];

    public IReadOnlyList<SniConfig> Snis { get; init; } = [];

    public IReadOnlyList<CaCertificateConfig> CaCertificates { get; init; } = [];

    public IReadOnlyList<VaultConfig> Vaults { get; init; } = [];
}

/// <summary>Where the data plane gets its configuration. Implemented by the control plane.</summary>
internal interface IGatewayConfigSource
{
    /// <summary>Reads the whole configuration, secrets decrypted, consistent as of one version.</summary>
    Task<GatewayConfig> LoadAsync(CancellationToken cancellationToken);
}
