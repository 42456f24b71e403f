using System.Net;
using System.Net.Http.Headers;
using Gateway.Core.Configuration;
using Gateway.Core.Tests.Pipeline;
using Gateway.Shared.Contracts;
using Gateway.Testing;
using static Gateway.Core.Tests.Routing.Routes;

namespace Gateway.Core.Tests.Routing;

/// <summary>What a route demands of the connection, seen by a client. The routes have no service: 503 means that the request went on.</summary>
public sealed class ProtocolRuleTests
{
    private const HttpStatusCode WentOn = HttpStatusCode.ServiceUnavailable;
    private static readonly (string, string) TrustsLoopback = ("Gateway:Forwarding:TrustedIps:0", "127.0.0.0/8");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task HttpsOnly_PlainRequest_IsRedirectedToTheSameTarget(int status)
    {
        await using var gateway = await StartAsync(HttpsOnly with { HttpsRedirectStatusCode = status });

        using var response = await gateway.Client.SendAsync(Raw(gateway, "/a/%2e/b%20c?x=%41&y"), Ct);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("https://127.0.0.1/a/%2e/b%20c?x=%41&y", response.Headers.NonValidated["Location"].ToString());
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Ct));
    }

    [Fact]
    public async Task HttpsOnly_PlainRequestByDefault_IsToldToUpgrade()
    {
        await using var gateway = await StartAsync(HttpsOnly);

        using var response = await gateway.Client.GetAsync("/a", Ct);

        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
        Assert.Equal(["TLS/1.2", "HTTP/1.1"], response.Headers.Upgrade.Select(u => u.ToString()));
        Assert.Contains("Upgrade", response.Headers.Connection);
        Assert.Contains("\"message\":\"Please use HTTPS protocol\"", await response.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    /// <summary>Only a proxy that is trusted may say that the client used TLS, and how it called the host.</summary>
    [Theory]
    [InlineData(true, "https", WentOn, null)]
    [InlineData(true, "http", HttpStatusCode.Found, "https://shop.example/a")]
    [InlineData(false, "https", HttpStatusCode.Found, "https://127.0.0.1/a")]
    public async Task HttpsOnly_BehindAProxy_BelievesItWhenTrusted(bool isTrusted, string scheme, HttpStatusCode status, string? location)
    {
        await using var gateway = await StartAsync(HttpsOnly with { HttpsRedirectStatusCode = 302 }, isTrusted ? [TrustsLoopback] : []);
        gateway.Client.DefaultRequestHeaders.Add("X-Forwarded-Proto", scheme);
        gateway.Client.DefaultRequestHeaders.Add("X-Forwarded-Host", "shop.example");

        using var response = await gateway.Client.GetAsync("/a", Ct);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(location, response.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("application/grpc", HttpStatusCode.UpgradeRequired, "Please use HTTP2 protocol")]
    [InlineData("application/grpc+proto", HttpStatusCode.UpgradeRequired, "Please use HTTP2 protocol")]
    [InlineData("application/json", HttpStatusCode.UnsupportedMediaType, "Non-gRPC request matched gRPC route")]
    public async Task Grpc_OverHttp1_IsRefused(string contentType, HttpStatusCode status, string message)
    {
        await using var gateway = await StartAsync(Route("r") with { Protocols = ["grpc"], Paths = ["/a"], StripPath = false });
        using var content = new ByteArrayContent([]);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);

        using var response = await gateway.Client.PostAsync("/a", content, Ct);

        Assert.Equal(status, response.StatusCode);
        // Who speaks gRPC reads a header, others a body.
        var told = response.Headers.TryGetValues("grpc-message", out var values) ? Uri.UnescapeDataString(values.Single()) : await response.Content.ReadAsStringAsync(Ct);
        Assert.Contains(message, told, StringComparison.Ordinal);
    }

    /// <summary>The server name of the handshake decides; on a connection without TLS there is none to demand.</summary>
    [Theory]
    [InlineData("a.localhost", "a")]
    [InlineData("x.b.localhost", "b")]
    [InlineData("B.localhost", null)]
    [InlineData("localhost", null)]
    public async Task Snis_Handshake_ChoosesTheRoute(string serverName, string? route)
    {
        using var certificate = TestCertificate.Create();
        var config = Config(
            Route("a") with { Protocols = ["https"], Snis = ["A.localhost"] },
            Route("b") with { Protocols = ["https"], Snis = ["*.b.localhost"] });
        await using var gateway = await GatewayHost.StartAsync(config, certificate);
        using var client = GatewayTls.Client(gateway, certificate);

        using var response = await client.GetAsync($"https://{serverName}:{gateway.Address.Port}/", Ct);

        Assert.Equal(route is null ? HttpStatusCode.NotFound : WentOn, response.StatusCode);
        Assert.Equal(route, (await gateway.NextRecordAsync()).Route?.Name);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task Tls_RouteOfEitherProtocol_IsServed(string protocol)
    {
        using var certificate = TestCertificate.Create();
        await using var gateway = await GatewayHost.StartAsync(Config(Route("r") with { Protocols = [protocol], Paths = ["/"] }), certificate);
        using var client = GatewayTls.Client(gateway, certificate);

        using var response = await client.GetAsync($"https://localhost:{gateway.Address.Port}/", Ct);

        Assert.Equal(WentOn, response.StatusCode);
    }

    /// <summary>Read a second time these would name another path than the one the rules have seen.</summary>
    [Theory]
    [InlineData("/%%341", HttpStatusCode.BadRequest)]
    [InlineData("/a/%%32%65/b", HttpStatusCode.BadRequest)]
    [InlineData("/%%32f", HttpStatusCode.BadRequest)]
    [InlineData("/%2541", WentOn)]
    [InlineData("/100%", WentOn)]
    [InlineData("/%41", WentOn)]
    public async Task Path_ThatCanBeReadTwice_IsRefused(string target, HttpStatusCode status)
    {
        await using var gateway = await StartAsync(Route("r") with { Paths = ["/"] });

        using var response = await gateway.Client.SendAsync(Raw(gateway, target), Ct);

        Assert.Equal(status, response.StatusCode);
    }

    [Theory]
    [InlineData("x-version")]
    [InlineData("X-VERSION")]
    public async Task Headers_NameInAnyCase_Matches(string name)
    {
        await using var gateway = await StartAsync(Route("r") with { Headers = new Dictionary<string, IReadOnlyList<string>> { ["X-Version"] = ["Two"] } });
        gateway.Client.DefaultRequestHeaders.Add(name, "tWO");

        using var response = await gateway.Client.GetAsync("/", Ct);

        Assert.Equal(WentOn, response.StatusCode);
    }

    [Theory]
    [InlineData("TRACE", HttpStatusCode.MethodNotAllowed)]
    [InlineData("PURGE", WentOn)]
    public async Task Method_Trace_IsRefusedBeforeRouting(string method, HttpStatusCode status)
    {
        await using var gateway = await StartAsync(Route("r") with { Paths = ["/"] });

        using var response = await gateway.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/"), Ct);

        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task Expression_PathThatRunsAway_FallsToTheNextRoute()
    {
        await using var gateway = await StartAsync(Route("slow") with { Paths = ["~/(a+)+$"] }, Route("next") with { Paths = ["/"] });

        using var response = await gateway.Client.GetAsync($"/{new string('a', 4000)}!", Ct);

        Assert.Equal(WentOn, response.StatusCode);
        Assert.Equal("next", (await gateway.NextRecordAsync()).Route?.Name);
    }

    private static RouteConfig HttpsOnly => Route("r") with { Protocols = ["https"], Paths = ["/a"] };

    private static GatewayConfig Config(params RouteConfig[] routes) => new(1, [], routes, [], []);

    private static Task<GatewayHost> StartAsync(params RouteConfig[] routes) => GatewayHost.StartAsync(Config(routes));

    private static Task<GatewayHost> StartAsync(RouteConfig route, (string, string)[] settings) => GatewayHost.StartAsync(Config(route), settings);

    /// <summary>A request whose target is sent as it is written.</summary>
    private static HttpRequestMessage Raw(GatewayHost gateway, string target) =>
        new(HttpMethod.Get, new Uri(gateway.Address.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
}
