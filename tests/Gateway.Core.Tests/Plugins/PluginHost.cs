using Gateway.Core.Configuration;
using Gateway.Core.Tests.Pipeline;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Tests.Plugins;

/// <summary>A gateway with plugins in front of a real upstream, which answers on the gateway's path <c>/ai</c>.</summary>
internal sealed class PluginHost(GatewayHost gateway, FakeUpstream upstream) : IAsyncDisposable
{
    public GatewayHost Gateway => gateway;

    public HttpClient Client => gateway.Client;

    /// <summary>What the upstream received so far, oldest first.</summary>
    public IReadOnlyList<ReceivedRequest> Forwarded => upstream.Requests;

    public static async Task<PluginHost> StartAsync(params (string Name, string Config)[] plugins) =>
        await StartAsync(GatewayHost.Config(plugins), await FakeUpstream.StartAsync());

    /// <param name="upstream">Takes the place of the service's address; disposed with the host.</param>
    public static Task<PluginHost> StartAsync(GatewayConfig config, FakeUpstream upstream, params (string Key, string Value)[] settings) =>
        StartAsync(config, upstream, TimeProvider.System, settings);

    /// <param name="time">The gateway's clock.</param>
    public static async Task<PluginHost> StartAsync(
        GatewayConfig config, FakeUpstream upstream, TimeProvider time, params (string Key, string Value)[] settings) =>
        new(await GatewayHost.StartAsync(AtUpstream(config, upstream), null, services => services.AddSingleton(time), settings), upstream);

    /// <summary>Serves another configuration from now on.</summary>
    public void Apply(GatewayConfig config) => gateway.Apply(AtUpstream(config, upstream));

    public async ValueTask DisposeAsync()
    {
        await gateway.DisposeAsync();
        await upstream.DisposeAsync();
    }

    private static GatewayConfig AtUpstream(GatewayConfig config, FakeUpstream upstream) =>
        config with { Services = [.. config.Services.Select(s => s with { Host = "127.0.0.1", Port = upstream.Port })] };
}
