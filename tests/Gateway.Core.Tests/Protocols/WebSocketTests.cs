using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Gateway.Core.Configuration;
using Gateway.Core.Tests.Pipeline;
using Gateway.Core.Tests.Upstreams;
using Gateway.Shared.Contracts;
using Gateway.Shared.Logging;
using Gateway.Testing;

namespace Gateway.Core.Tests.Protocols;

/// <summary>WebSockets through routes of http and https, between a real client and a real server.</summary>
public sealed class WebSocketTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Over HTTP/2 a browser opens its WebSocket by CONNECT; the server behind still sees an upgrade of HTTP/1.1.</summary>
    [Theory]
    [InlineData("ws", "1.1")]
    [InlineData("wss", "1.1")]
    [InlineData("wss", "2.0")]
    public async Task Messages_BothWays_ArriveWhole(string scheme, string version)
    {
        await using var upstream = await SocketEcho.StartAsync();
        using var certificate = TestCertificate.Create();
        var config = Forwarding.Config(Forwarding.Service(upstream.Port), Forwarding.Route() with { Methods = ["GET"] });
        await using var gateway = await GatewayHost.StartAsync(config, scheme == "wss" ? certificate : null);
        using var http = GatewayTls.Client(gateway, certificate);
        using var client = new ClientWebSocket { Options = { HttpVersion = Version.Parse(version), HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact } };
        client.Options.AddSubProtocol("chat.v2");
        var big = RandomNumberGenerator.GetBytes(1_000_000);

        await client.ConnectAsync(new Uri($"{scheme}://localhost:{gateway.Address.Port}/a/socket?q=1"), http, Ct);
        Assert.Equal("chat.v2", client.SubProtocol);
        Assert.Equal("größer", await SocketEcho.AskAsync(client, "größer"));
        await client.SendAsync(big, WebSocketMessageType.Binary, endOfMessage: true, Ct);
        var (kind, bytes, _) = await SocketEcho.ReceiveAsync(client, Ct);
        Assert.Equal(WebSocketMessageType.Binary, kind);
        Assert.Equal(big, bytes);
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Ct);

        var request = Assert.Single(upstream.Requests);
        Assert.Equal(("GET", "/socket?q=1"), (request.Method, request.Target));
        Assert.Equal("websocket", request.Headers["Upgrade"], ignoreCase: true);
        Assert.Contains("Upgrade", request.Headers["Connection"], StringComparison.OrdinalIgnoreCase);
        Assert.Equal(scheme == "wss" ? "https" : "http", request.Headers["X-Forwarded-Proto"]);
        var record = await gateway.NextRecordAsync();
        Assert.Equal(RequestOutcome.Ok, record.Outcome);
        Assert.Equal(version == "2.0" ? 200 : 101, record.Status);
    }

    [Fact]
    public async Task Close_OfTheClient_ReachesTheServerAndItsAnswerTheClient()
    {
        await using var upstream = await SocketEcho.StartAsync();
        await using var gateway = await Forwarding.StartAsync(upstream.Port);
        using var client = await ConnectAsync(gateway);

        await client.CloseAsync((WebSocketCloseStatus)4000, "moving on", Ct);

        Assert.Equal((WebSocketCloseStatus)4000, client.CloseStatus);
        Assert.Equal("heard moving on", client.CloseStatusDescription);
    }

    [Fact]
    public async Task Close_OfTheServer_ReachesTheClient()
    {
        await using var upstream = await SocketEcho.StartAsync();
        await using var gateway = await Forwarding.StartAsync(upstream.Port);
        using var client = await ConnectAsync(gateway);

        Assert.Equal("enough", await SocketEcho.AskAsync(client, "bye"));

        Assert.Equal((WebSocketCloseStatus)4321, client.CloseStatus);
    }

    [Fact]
    public async Task Server_BreaksOff_ClientNoticesAtOnce()
    {
        await using var upstream = await SocketEcho.StartAsync();
        await using var gateway = await Forwarding.StartAsync(upstream.Port);
        using var client = await ConnectAsync(gateway);

        await Assert.ThrowsAsync<WebSocketException>(() => SocketEcho.AskAsync(client, "die").WaitAsync(TimeSpan.FromSeconds(10), Ct));

        Assert.Equal(101, (await gateway.NextRecordAsync()).Status);
    }

    /// <summary>Pings, pongs and whatever else the two sides have agreed upon are theirs: every byte passes.</summary>
    [Fact]
    public async Task Frames_OfEveryKind_PassByteForByte()
    {
        byte[] frames = [0x89, 0x82, 1, 2, 3, 4, (byte)('h' ^ 1), (byte)('i' ^ 2), 0x8A, 0x00, 0xC1, 0x01, 0xFF];
        await using var upstream = new RawUpstream(async (stream, cancellationToken) =>
        {
            await stream.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Mine: 1\r\n\r\n"u8.ToArray(), cancellationToken);
            await stream.WriteAsync(frames, cancellationToken);
            var buffer = new byte[frames.Length];
            await stream.ReadExactlyAsync(buffer, cancellationToken);
            await stream.WriteAsync(buffer, cancellationToken);
        });
        await using var gateway = await Forwarding.StartAsync(upstream.Port);
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, gateway.Address.Port, Ct);
        await using var stream = client.GetStream();

        await stream.WriteAsync("GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n"u8.ToArray(), Ct);
        await stream.WriteAsync(frames, Ct);
        using var received = new MemoryStream();
        await stream.CopyToAsync(received, Ct);

        var text = Encoding.Latin1.GetString(received.ToArray());
        Assert.StartsWith("HTTP/1.1 101 Switching Protocols\r\n", text, StringComparison.Ordinal);
        Assert.Contains("\r\nUpgrade: websocket\r\n", text, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Mine: 1\r\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n" + Encoding.Latin1.GetString([.. frames, .. frames]), text, StringComparison.Ordinal);
    }

    /// <summary>A socket lives on under the configuration it was opened with; the next one meets the new configuration.</summary>
    [Fact]
    public async Task Configuration_Changes_LiveSocketGoesOn()
    {
        await using var upstream = await SocketEcho.StartAsync();
        await using var gateway = await Forwarding.StartAsync(upstream.Port);
        using var client = await ConnectAsync(gateway);

        gateway.Apply(new GatewayConfig(2, [], [], [], []));

        Assert.Equal("still here", await SocketEcho.AskAsync(client, "still here"));
        Assert.Equal(HttpStatusCode.NotFound, await RefusalAsync(gateway));
    }

    [Fact]
    public async Task Handshake_WithoutCredential_IsRefusedAndWithOneTellsTheServerWho()
    {
        await using var upstream = await SocketEcho.StartAsync();
        var consumer = new ConsumerConfig { Id = Guid.NewGuid(), Username = "some-user" };
        var config = Forwarding.Config(Forwarding.Service(upstream.Port), null, Forwarding.Plugin("key-auth", "{}")) with
        {
            Consumers = [consumer],
            KeyAuthCredentials = [new KeyAuthCredentialConfig { Id = Guid.NewGuid(), Consumer = new EntityReference(consumer.Id), Key = "some-key" }],
        };
        await using var gateway = await GatewayHost.StartAsync(config);

        Assert.Equal(HttpStatusCode.Unauthorized, await RefusalAsync(gateway));
        using var client = await ConnectAsync(gateway, "?apikey=some-key");

        Assert.Equal("in", await SocketEcho.AskAsync(client, "in"));
        Assert.Equal("some-user", Assert.Single(upstream.Requests).Headers["X-Consumer-Username"]);
    }

    [Fact]
    public async Task Handshake_AboveTheLimit_IsRefused()
    {
        await using var upstream = await SocketEcho.StartAsync();
        await using var gateway = await GatewayHost.StartAsync(Forwarding.Config(Forwarding.Service(upstream.Port), null, Forwarding.Plugin("rate-limiting", """{"hour":1}""")));
        using var client = await ConnectAsync(gateway);

        Assert.Equal(HttpStatusCode.TooManyRequests, await RefusalAsync(gateway));

        Assert.Equal("in", await SocketEcho.AskAsync(client, "in"));
    }

    [Fact]
    public async Task Handshake_TheServerRefuses_ItsAnswerPasses()
    {
        await using var upstream = await FakeUpstream.StartAsync(403, "no sockets");
        await using var gateway = await Forwarding.StartAsync(upstream.Port);

        Assert.Equal(HttpStatusCode.Forbidden, await RefusalAsync(gateway));
    }

    private static async Task<ClientWebSocket> ConnectAsync(GatewayHost gateway, string query = "")
    {
        var client = new ClientWebSocket();
        await client.ConnectAsync(Address(gateway, query), Ct);
        return client;
    }

    private static async Task<HttpStatusCode> RefusalAsync(GatewayHost gateway)
    {
        using var client = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };
        await Assert.ThrowsAsync<WebSocketException>(() => client.ConnectAsync(Address(gateway, ""), Ct));
        return client.HttpStatusCode;
    }

    private static Uri Address(GatewayHost gateway, string query) => new($"ws://127.0.0.1:{gateway.Address.Port}/a{query}");
}
