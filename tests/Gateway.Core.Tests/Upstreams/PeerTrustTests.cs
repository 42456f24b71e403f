using Gateway.Core.Tests.Pipeline;

namespace Gateway.Core.Tests.Upstreams;

public sealed class PeerTrustTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>On one connection: what one request said does not stick to the next.</summary>
    [Theory]
    [InlineData("127.0.0.1", "198.51.100.7", "https")]
    [InlineData("127.0.0.0/8", "198.51.100.7", "https")]
    [InlineData("10.0.0.0/8", "127.0.0.1", "http")]
    public async Task Record_RequestOfAProxy_TellsTheClientWhenTheProxyIsTrusted(string trusted, string client, string scheme)
    {
        await using var gateway = await GatewayHost.StartAsync(
            GatewayHost.Config("request-transformer", "{}"), ("Gateway:Forwarding:TrustedIps:0", trusted));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nothing");
        request.Headers.Add("X-Real-IP", "198.51.100.7");
        request.Headers.Add("X-Forwarded-Proto", "https");

        using var first = await gateway.Client.SendAsync(request, Ct);
        var proxied = await gateway.NextRecordAsync();
        using var second = await gateway.Client.GetAsync("/nothing", Ct);
        var direct = await gateway.NextRecordAsync();

        Assert.Equal(client, proxied.ClientIp);
        Assert.StartsWith($"{scheme}://", proxied.BaseUrl, StringComparison.Ordinal);
        Assert.Equal("127.0.0.1", direct.ClientIp);
        Assert.StartsWith("http://", direct.BaseUrl, StringComparison.Ordinal);
    }
}
