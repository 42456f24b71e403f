using Gateway.Core.Configuration;
using Gateway.Shared.Contracts;

namespace ConsoleWeb.Features.Entities;

/// <summary>Hands the control plane's state to the data plane.</summary>
internal sealed class GatewayActivator(SnapshotBuilder builder, SnapshotHolder holder)
{
    public GatewaySnapshot Build(ConfigState state) => builder.Build(
        new GatewayConfig(
            state.Version,
            Typed<ServiceConfig>(state, "services"),
            Typed<RouteConfig>(state, "routes"),
            Typed<PluginConfig>(state, "plugins"),
            Typed<ConsumerConfig>(state, "consumers")),
        holder.Current);

    public void Swap(GatewaySnapshot snapshot) => holder.Swap(snapshot);

    public void Activate(ConfigState state) => Swap(Build(state));

    private static List<T> Typed<T>(ConfigState state, string kind) =>
        state.Kinds.TryGetValue(kind, out var documents) ? [.. documents.Values.Select(d => (T)d.Typed)] : [];
}
