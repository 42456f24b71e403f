using System.Net;
using Gateway.Core.Tests.Pipeline;
using Gateway.Core.Tests.Upstreams;
using Gateway.Testing;

namespace Gateway.Core.Tests.Protocols;

/// <summary>Clients of HTTP/2 before an upstream of HTTP/1.1.</summary>
public sealed class Http2Tests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>With a length and without; above the size that is kept for another try, and below.</summary>
    [Theory]
    [InlineData(10, true)]
    [InlineData(10, false)]
    [InlineData(3_000_000, true)]
    [InlineData(3_000_000, false)]
    public async Task Request_WithABody_ArrivesAndIsAnswered(int size, bool hasLength)
    {
        var body = new byte[size];
        Random.Shared.NextBytes(body);
        await using var upstream = await FakeUpstream.StartAsync(200, new string('x', size), ("X-Own", "1"), ("Connection", "X-Own"));
        using var certificate = TestCertificate.Create();
        await using var gateway = await GatewayHost.StartAsync(Forwarding.Config(Forwarding.Service(upstream.Port)), certificate);
        using var client = GatewayTls.Client(gateway, certificate);
        using var request = Request(gateway, HttpMethod.Post);
        request.Content = hasLength ? new ByteArrayContent(body) : new StreamContent(new Unsized(body));

        using var response = await client.SendAsync(request, Ct);

        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (response.StatusCode, response.Version));
        Assert.Equal(size, (await response.Content.ReadAsByteArrayAsync(Ct)).Length);
        Assert.False(response.Headers.Contains("X-Own"));
        var received = Assert.Single(upstream.Requests);
        Assert.Equal(body, received.Body);
        Assert.Equal($"127.0.0.1:{upstream.Port}", received.Headers["Host"]);
        Assert.Equal("localhost", received.Headers["X-Forwarded-Host"]);
        Assert.StartsWith("2 kong/", received.Headers["Via"], StringComparison.Ordinal);
        Assert.DoesNotContain(received.Headers, header => header.Key.StartsWith(':'));
    }

    [Fact]
    public async Task Head_HasTheLengthAndNoBody()
    {
        await using var upstream = await FakeUpstream.StartAsync(http =>
        {
            http.Response.ContentLength = 1234;
            return Task.CompletedTask;
        });
        using var certificate = TestCertificate.Create();
        await using var gateway = await GatewayHost.StartAsync(Forwarding.Config(Forwarding.Service(upstream.Port)), certificate);
        using var client = GatewayTls.Client(gateway, certificate);

        using var response = await client.SendAsync(Request(gateway, HttpMethod.Head), Ct);

        Assert.Equal(1234, response.Content.Headers.ContentLength);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Ct));
    }

    /// <summary>One connection carries many calls; an answer that is long in coming delays none of the others.</summary>
    [Fact]
    public async Task Calls_OnOneConnection_DoNotWaitForEachOther()
    {
        using var release = new SemaphoreSlim(0);
        await using var upstream = await FakeUpstream.StartAsync(async http =>
        {
            if (http.Request.Path == "/slow")
            {
                await release.WaitAsync(http.RequestAborted);
            }
        });
        using var certificate = TestCertificate.Create();
        await using var gateway = await GatewayHost.StartAsync(Forwarding.Config(Forwarding.Service(upstream.Port)), certificate);
        using var client = GatewayTls.Client(gateway, certificate);

        var slow = client.SendAsync(Request(gateway, HttpMethod.Get, "/a/slow"), Ct);
        for (var i = 0; i < 50; i++)
        {
            using var quick = await client.SendAsync(Request(gateway, HttpMethod.Get), Ct);
            Assert.Equal(HttpStatusCode.OK, quick.StatusCode);
        }

        Assert.False(slow.IsCompleted);
        release.Release();
        Assert.Equal(HttpStatusCode.OK, (await slow).StatusCode);
    }

    private static HttpRequestMessage Request(GatewayHost gateway, HttpMethod method, string path = "/a") =>
        new(method, $"https://localhost:{gateway.Address.Port}{path}") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    /// <summary>Hides its length, so that the request carries none.</summary>
    private sealed class Unsized(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
