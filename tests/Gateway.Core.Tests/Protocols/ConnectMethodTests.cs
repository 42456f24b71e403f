using Gateway.Core.Tests.Pipeline;
using Gateway.Core.Tests.Upstreams;
using Gateway.Testing;

namespace Gateway.Core.Tests.Protocols;

public sealed class ConnectMethodTests
{
    /// <summary>The gateway is no tunnel to anywhere.</summary>
    [Fact]
    public async Task Connect_ToSomewhere_IsRefused()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await Forwarding.StartAsync(upstream.Port, Forwarding.Route("/"));

        var answer = await RawClient.SendAsync(gateway, $"CONNECT localhost:{gateway.Address.Port} HTTP/1.1");

        Assert.Equal("HTTP/1.1 405 Method Not Allowed", answer.StatusLine);
        Assert.Empty(upstream.Requests);
    }
}
