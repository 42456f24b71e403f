using System.Net;
using System.Text.Json.Nodes;
using Gateway.Core.Tests.Plugins;
using Gateway.Shared.Contracts;
using Gateway.Testing;

namespace Gateway.Core.Tests.Pipeline;

public sealed class ListenerGuardTests
{
    private const string Loopback = "http://127.0.0.1:8000";
    private const string Foreign = "https://app.example";

    [Theory]
    [InlineData(null, HttpStatusCode.OK)]
    [InlineData("vscode-webview://abc", HttpStatusCode.OK)]
    [InlineData(Foreign, HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("file://", HttpStatusCode.Forbidden)]
    public async Task Origin_OfAWebPage_IsRefusedOnLoopback(string? origin, HttpStatusCode expected)
    {
        await using var host = await StartAsync(Loopback, null);

        Assert.Equal(expected, await SendAsync(host, origin));
    }

    [Theory]
    [InlineData("{}", Foreign, HttpStatusCode.OK)]
    [InlineData("""{"origins":["*"]}""", Foreign, HttpStatusCode.OK)]
    [InlineData("""{"origins":["https://app.example"]}""", Foreign, HttpStatusCode.OK)]
    [InlineData("""{"origins":["https://app.example"]}""", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("""{"origins":["https://[a-z]+[.]example","https://b.test"]}""", Foreign, HttpStatusCode.OK)]
    [InlineData("""{"origins":["https://[a-z]+[.]example","https://b.test"]}""", "https://app.example.evil.test", HttpStatusCode.Forbidden)]
    public async Task Origin_ThatCorsAllows_MayCall(string cors, string origin, HttpStatusCode expected)
    {
        await using var host = await StartAsync(Loopback, cors);

        Assert.Equal(expected, await SendAsync(host, origin));
        Assert.Equal(expected, await SendAsync(host, origin, HttpMethod.Options));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Origin_ThatCorsAllowsElsewhereOrNotAnyMore_IsRefused(bool isElsewhere, bool isDisabled)
    {
        await using var host = await StartAsync(Loopback, "{}", cors => cors with
        {
            Route = isElsewhere ? new EntityReference(Guid.NewGuid()) : null,
            Enabled = !isDisabled,
        });

        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(host, Foreign));
    }

    [Fact]
    public async Task Origin_OnAPublicListener_IsNobodysBusiness()
    {
        await using var host = await StartAsync("http://0.0.0.0:8000", null);

        Assert.Equal(HttpStatusCode.OK, await SendAsync(host, Foreign));
    }

    private static async Task<PluginHost> StartAsync(string url, string? cors, Func<PluginConfig, PluginConfig>? change = null)
    {
        var config = GatewayHost.Config([]);
        if (cors is not null)
        {
            var plugin = new PluginConfig { Id = Guid.NewGuid(), Name = "cors", Config = JsonNode.Parse(cors)!.AsObject() };
            config = config with { Plugins = [change is null ? plugin : change(plugin)] };
        }

        return await PluginHost.StartAsync(config, await FakeUpstream.StartAsync(), ("Gateway:Proxy:Url", url));
    }

    private static async Task<HttpStatusCode> SendAsync(PluginHost host, string? origin, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, "/ai");
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        if (method == HttpMethod.Options)
        {
            request.Headers.Add("Access-Control-Request-Method", "POST");
        }

        using var answer = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
