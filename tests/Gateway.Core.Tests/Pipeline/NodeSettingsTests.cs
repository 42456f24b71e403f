using System.Net;
using System.Net.Sockets;
using Gateway.Core.Pipeline;
using Gateway.Core.Tests.Upstreams;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Tests.Pipeline;

/// <summary>What an operator sets for every answer of the node.</summary>
public sealed class NodeSettingsTests
{
    private static readonly string[] Ours =
    [
        "Server", "Via", "X-Kong-Proxy-Latency", "X-Kong-Request-Id",
        "X-Kong-Response-Latency", "X-Kong-Upstream-Latency", "X-Kong-Upstream-Status",
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("off", "", "")]
    [InlineData("server_tokens", "Server Via", "Server")]
    [InlineData("latency_tokens, x-kong-upstream-status", "X-Kong-Proxy-Latency X-Kong-Upstream-Latency X-Kong-Upstream-Status", "X-Kong-Response-Latency")]
    [InlineData("Via,X-Kong-Request-Id", "Via X-Kong-Request-Id", "X-Kong-Request-Id")]
    public async Task Headers_AreThoseThatAreSet(string setting, string proxied, string answered)
    {
        await using var upstream = await FakeUpstream.StartAsync(201, "made");
        await using var gateway = await StartAsync(upstream.Port, "Headers", setting);

        using var made = await gateway.Client.GetAsync("/a", Ct);
        using var refused = await gateway.Client.GetAsync("/nowhere", Ct);

        Assert.Equal((HttpStatusCode.Created, proxied), (made.StatusCode, OursIn(made)));
        Assert.Equal((HttpStatusCode.NotFound, answered), (refused.StatusCode, OursIn(refused)));
        if (made.Headers.TryGetValues("X-Kong-Upstream-Status", out var status))
        {
            Assert.Equal(["201"], status);
        }
    }

    [Fact]
    public async Task Headers_NoServerToken_LeaveTheUpstreamsOwn()
    {
        await using var upstream = new RawUpstream("HTTP/1.1 200 OK\r\nServer: theirs/1\r\nX-Kong-Request-Id: theirs\r\nContent-Length: 0\r\n\r\n");
        await using var gateway = await StartAsync(upstream.Port, "Headers", "off");

        using var answer = await gateway.Client.GetAsync("/a", Ct);

        Assert.Equal("theirs/1", answer.Headers.Server.ToString());
        Assert.Equal("Server", OursIn(answer));
    }

    [Theory]
    [InlineData("true", "1", true)]
    [InlineData("true", "0", false)]
    [InlineData("false", "1", false)]
    public async Task Debug_AskedAndAllowed_NamesRouteAndService(string allowed, string asked, bool isTold)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = Forwarding.Config(Forwarding.Service(upstream.Port));
        await using var gateway = await GatewayHost.StartAsync(config, ("Gateway:Proxy:AllowDebugHeader", allowed));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/a") { Headers = { { "Kong-Debug", asked } } };

        using var answer = await gateway.Client.SendAsync(request, Ct);

        string[] expected = isTold
            ?
            [
                $"Kong-Route-Id {config.Routes[0].Id}", "Kong-Route-Name some-route", $"Kong-Service-Id {config.Services[0].Id}", "Kong-Service-Name some-service",
            ]
            : [];
        Assert.Equal(expected, answer.Headers.Where(h => h.Key.StartsWith("Kong-", StringComparison.Ordinal)).Select(h => $"{h.Key} {h.Value.Single()}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("application/json", "", "application/json")]
    [InlineData("text/html", "", "text/html")]
    [InlineData("application/xml", "application/json", "application/json")]
    public async Task Error_OfTheTransport_HasTheTypeSetUnlessTheRequestNamesOne(string setting, string contentType, string expected)
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        await using var gateway = await StartAsync(port, "ErrorDefaultType", setting);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/a") { Content = new ByteArrayContent([]) };
        if (contentType.Length > 0)
        {
            request.Content.Headers.ContentType = new(contentType);
        }

        using var answer = await gateway.Client.SendAsync(request, Ct);

        Assert.Equal((HttpStatusCode.BadGateway, expected), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task PortMap_TellsTheUpstreamThePortThatClientsSee()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var ports = new Dictionary<int, int>();
        await using var gateway = await GatewayHost.StartAsync(
            Forwarding.Config(Forwarding.Service(upstream.Port)), null, services => services.AddSingleton(NodeSettings.Default with { Ports = ports }));
        ports[gateway.Address.Port] = 443;

        using var answer = await gateway.Client.GetAsync("/a", Ct);

        Assert.Equal("443", upstream.Requests[0].Headers["X-Forwarded-Port"]);
    }

    [Fact]
    public void PortMap_PairsOfPorts_AreSeenAndListened() =>
        Assert.Equal(
            new Dictionary<int, int> { [8000] = 80, [8443] = 443 },
            NodeSettings.Read(new ProxyOptions { PortMap = "80:8000, 443:8443" }, (_, text) => Assert.Fail(text)).Ports);

    [Theory]
    [InlineData("Headers", "server_tokens, X-Powered-By")]
    [InlineData("Headers", "off, Via")]
    [InlineData("ErrorDefaultType", "image/png")]
    [InlineData("PortMap", "80")]
    [InlineData("PortMap", "80:70000")]
    [InlineData("PortMap", "80:8000,81:8000")]
    public void Setting_ThatIsNone_IsNamed(string name, string value)
    {
        var options = new ProxyOptions();
        typeof(ProxyOptions).GetProperty(name)!.SetValue(options, value);
        var faults = new List<string>();

        NodeSettings.Read(options, (setting, _) => faults.Add(setting));

        Assert.Equal([name], faults);
    }

    private static Task<GatewayHost> StartAsync(int port, string name, string value) =>
        Forwarding.StartAsync(port, null, ($"Gateway:Proxy:{name}", value));

    private static string OursIn(HttpResponseMessage answer) =>
        string.Join(' ', answer.Headers.Select(h => h.Key).Intersect(Ours, StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase));
}
