using Gateway.Core.Configuration;
using Gateway.Core.Tests.Pipeline;
using Gateway.Testing;

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
    public static async Task<PluginHost> StartAsync(GatewayConfig config, FakeUpstream upstream, params (string Key, string Value)[] settings)
    {
        config = config with { Services = [.. config.Services.Select(s => s with { Host = "127.0.0.1", Port = upstream.Port })] };
        return new PluginHost(await GatewayHost.StartAsync(config, settings), upstream);
    }

    public async ValueTask DisposeAsync()
    {
        await gateway.DisposeAsync();
        await upstream.DisposeAsync();
    }
}
