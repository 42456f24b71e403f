using System.Collections.Immutable;
using Gateway.Core.Configuration;
using Gateway.Core.Plugins;
using Gateway.Shared.Contracts;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Entities;

/// <summary>Hands the control plane's state to the data plane.</summary>
internal sealed class GatewayActivator(SnapshotBuilder builder, SnapshotHolder holder, PluginCatalog catalog)
{
    /// <summary>The list last made of a kind, and of what: the data plane keeps what it made of an unchanged list.</summary>
    private readonly Dictionary<string, (ImmutableSortedDictionary<Guid, EntityDocument> Source, object List)> _lists = [];

    /// <summary>The plugins last made, and of what.</summary>
    private (ImmutableSortedDictionary<Guid, EntityDocument> Plugins, ImmutableSortedDictionary<Guid, EntityDocument> Partials, List<PluginConfig> List)? _plugins;

    /// <summary>Called by one thread at a time.</summary>
    public GatewaySnapshot Build(ConfigState state) => builder.Build(
        new GatewayConfig(
            state.Version,
            List<ServiceConfig>(state, EntityKinds.Services),
            List<RouteConfig>(state, EntityKinds.Routes),
            Plugins(state),
            List<ConsumerConfig>(state, EntityKinds.Consumers))
        {
            ConsumerGroups = List<ConsumerGroupConfig>(state, EntityKinds.ConsumerGroups),
            ConsumerGroupMembers = List<ConsumerGroupMemberConfig>(state, EntityKinds.ConsumerGroupMembers),
            KeyAuthCredentials = List<KeyAuthCredentialConfig>(state, EntityKinds.KeyAuthCredentials),
            BasicAuthCredentials = List<BasicAuthCredentialConfig>(state, EntityKinds.BasicAuthCredentials),
            JwtSecrets = List<JwtSecretConfig>(state, EntityKinds.JwtSecrets),
            HmacAuthCredentials = List<HmacAuthCredentialConfig>(state, EntityKinds.HmacAuthCredentials),
            Acls = List<AclConfig>(state, EntityKinds.Acls),
            Upstreams = List<UpstreamConfig>(state, EntityKinds.Upstreams),
            Targets = List<TargetConfig>(state, EntityKinds.Targets),
            Certificates = List<CertificateConfig>(state, EntityKinds.Certificates),
            Snis = List<SniConfig>(state, EntityKinds.Snis),
            CaCertificates = List<CaCertificateConfig>(state, EntityKinds.CaCertificates),
            Vaults = List<VaultConfig>(state, EntityKinds.Vaults),
        },
        holder.Current);

    public void Swap(GatewaySnapshot snapshot) => holder.Swap(snapshot);

    /// <summary>Whether a secret kept elsewhere has another value than the one that serves.</summary>
    public bool HaveSecretsChanged() => holder.Current?.Secrets?.HaveChanged() == true;

    public void Activate(ConfigState state) => Swap(Build(state));

    /// <summary>The plugins with the pieces of configuration that they share.</summary>
    private List<PluginConfig> Plugins(ConfigState state)
    {
        var (plugins, partials) = (state.Of(EntityKinds.Plugins), state.Of(EntityKinds.Partials));
        if (_plugins is not { } known || !ReferenceEquals(known.Plugins, plugins) || !ReferenceEquals(known.Partials, partials))
        {
            _plugins = known = (plugins, partials, [.. plugins.Values.Select(p => SharedPieces.Join(p, partials, catalog))]);
        }

        return known.List;
    }

    private List<T> List<T>(ConfigState state, EntityKind kind)
    {
        var source = state.Of(kind);
        if (_lists.TryGetValue(kind.Name, out var known) && ReferenceEquals(known.Source, source))
        {
            return (List<T>)known.List;
        }

        List<T> list = [.. source.Values.Select(d => (T)d.Typed)];
        _lists[kind.Name] = (source, list);
        return list;
    }
}
