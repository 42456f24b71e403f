using System.Net;
using Gateway.Core.Configuration;
using Gateway.Core.Tests.Pipeline;
using Gateway.Shared.Contracts;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Upstreams;

/// <summary>What the gateway shows to services with TLS, and what it demands of them.</summary>
public sealed class ServiceTlsTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task ClientCertificate_OfTheService_IsShown()
    {
        await using var upstream = await StartAsync(_authority.Issue("127.0.0.1"));
        var client = Certificate(_authority.Issue("gateway"));
        await using var gateway = await GatewayHost.StartAsync(Config(upstream, s => s with { ClientCertificate = new EntityReference(client.Id) }) with { Certificates = [client] });

        Assert.Equal(Thumbprint(client), await gateway.Client.GetStringAsync("/a", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ClientCertificate_None_IsShownByDefault()
    {
        await using var upstream = await StartAsync(_authority.Issue("127.0.0.1"));
        await using var gateway = await GatewayHost.StartAsync(Config(upstream, s => s) with { Certificates = [Certificate(_authority.Issue("gateway"))] });

        Assert.Equal("none", await gateway.Client.GetStringAsync("/a", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ClientCertificate_OfTheUpstream_IsShownUnlessTheServiceHasItsOwn(bool hasOwn)
    {
        await using var upstream = await StartAsync(_authority.Issue("127.0.0.1"));
        var (own, shared) = (Certificate(_authority.Issue("own")), Certificate(_authority.Issue("shared")));
        var pool = new UpstreamConfig { Id = Guid.NewGuid(), Name = "pool", ClientCertificate = new EntityReference(shared.Id) };
        await using var gateway = await GatewayHost.StartAsync(
            Config(upstream, s => s with { Host = "pool", ClientCertificate = hasOwn ? new EntityReference(own.Id) : null }) with
            {
                Certificates = [own, shared],
                Upstreams = [pool],
                Targets = [new TargetConfig { Id = Guid.NewGuid(), Target = $"127.0.0.1:{upstream.Port}", Upstream = new EntityReference(pool.Id) }],
            });

        Assert.Equal(Thumbprint(hasOwn ? own : shared), await gateway.Client.GetStringAsync("/a", TestContext.Current.CancellationToken));
    }

    /// <summary>A connection that is open already was made with the old one.</summary>
    [Fact]
    public async Task ClientCertificate_Changed_IsShownByTheNextCall()
    {
        await using var upstream = await StartAsync(_authority.Issue("127.0.0.1"));
        var first = Certificate(_authority.Issue("first"));
        var second = Certificate(_authority.Issue("second")) with { Id = first.Id };
        var config = Config(upstream, s => s with { ClientCertificate = new EntityReference(first.Id) });
        await using var gateway = await GatewayHost.StartAsync(config with { Certificates = [first] });

        var before = await gateway.Client.GetStringAsync("/a", TestContext.Current.CancellationToken);
        gateway.Apply(config with { Certificates = [second] });
        var after = await gateway.Client.GetStringAsync("/a", TestContext.Current.CancellationToken);

        Assert.Equal((Thumbprint(first), Thumbprint(second)), (before, after));
    }

    [Theory]
    [InlineData("127.0.0.1", "its own", true, HttpStatusCode.OK)]
    [InlineData("127.0.0.1", "another", true, HttpStatusCode.BadGateway)]
    [InlineData("127.0.0.1", "the machine's", true, HttpStatusCode.BadGateway)]
    [InlineData("127.0.0.1", "a deleted one", true, HttpStatusCode.BadGateway)]
    [InlineData("other.example", "its own", true, HttpStatusCode.BadGateway)]
    [InlineData("other.example", "another", false, HttpStatusCode.OK)]
    [InlineData("other.example", "another", null, HttpStatusCode.OK)]
    public async Task Verification_TrustsTheAuthoritiesOfTheService(string name, string trusted, bool? verifies, HttpStatusCode status)
    {
        using var other = new TestAuthority();
        await using var upstream = await StartAsync(_authority.Issue(name));
        CaCertificateConfig[] known = [Authority(_authority), Authority(other)];
        Guid[]? ids = trusted switch
        {
            "its own" => [known[0].Id],
            "another" => [known[1].Id],
            "a deleted one" => [Guid.NewGuid()],
            _ => null,
        };
        await using var gateway = await GatewayHost.StartAsync(Config(upstream, s => s with { TlsVerify = verifies, CaCertificates = ids }) with { CaCertificates = known });

        Assert.Equal(status, (await gateway.Client.GetAsync("/a", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(status == HttpStatusCode.OK ? 1 : 0, upstream.Requests.Count);
    }

    [Fact]
    public async Task Verification_TheGatewaysDefault_CountsWhereTheServiceSaysNothing()
    {
        using var other = new TestAuthority();
        await using var upstream = await StartAsync(_authority.Issue("127.0.0.1"));
        var known = Authority(other);
        await using var gateway = await GatewayHost.StartAsync(
            Config(upstream, s => s with { CaCertificates = [known.Id] }) with { CaCertificates = [known] }, ("Gateway:Forwarding:TlsVerify", "true"));

        Assert.Equal(HttpStatusCode.BadGateway, (await gateway.Client.GetAsync("/a", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Verification_AuthorityChanged_CountsForTheNextCall()
    {
        using var other = new TestAuthority();
        await using var upstream = await StartAsync(_authority.Issue("127.0.0.1"));
        var known = Authority(_authority);
        var config = Config(upstream, s => s with { TlsVerify = true, CaCertificates = [known.Id] });
        await using var gateway = await GatewayHost.StartAsync(config with { CaCertificates = [known] });

        var before = await gateway.Client.GetAsync("/a", TestContext.Current.CancellationToken);
        gateway.Apply(config with { CaCertificates = [Authority(other) with { Id = known.Id }] });
        var after = await gateway.Client.GetAsync("/a", TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadGateway), (before.StatusCode, after.StatusCode));
    }

    /// <summary>One authority stands between the upstream's certificate and the root.</summary>
    [Theory]
    [InlineData(null, HttpStatusCode.OK)]
    [InlineData(1, HttpStatusCode.OK)]
    [InlineData(0, HttpStatusCode.BadGateway)]
    public async Task Depth_ShorterThanTheChain_Refuses(int? depth, HttpStatusCode status)
    {
        using var middle = _authority.IssueAuthority("Middle");
        await using var upstream = await StartAsync(middle.Issue("127.0.0.1"));
        CaCertificateConfig[] known = [Authority(_authority), Authority(middle)];
        await using var gateway = await GatewayHost.StartAsync(
            Config(upstream, s => s with { TlsVerify = true, TlsVerifyDepth = depth, CaCertificates = [known[0].Id, known[1].Id] }) with { CaCertificates = known });

        Assert.Equal(status, (await gateway.Client.GetAsync("/a", TestContext.Current.CancellationToken)).StatusCode);
    }

    /// <summary>Answers with the thumbprint of the certificate that it was shown.</summary>
    private static Task<FakeUpstream> StartAsync(TestPair pair) => FakeUpstream.StartAsync(
        http => http.Response.WriteAsync(http.Connection.ClientCertificate?.Thumbprint ?? "none"), certificate: pair.Load());

    private static GatewayConfig Config(FakeUpstream upstream, Func<ServiceConfig, ServiceConfig> change) =>
        Forwarding.Config(change(Forwarding.Service(upstream.Port) with { Protocol = "https" }));

    private static CertificateConfig Certificate(TestPair pair) => new() { Id = Guid.NewGuid(), Cert = pair.Certificate, Key = pair.Key };

    private static CaCertificateConfig Authority(TestAuthority authority) => new() { Id = Guid.NewGuid(), Cert = authority.Certificate };

    private static string Thumbprint(CertificateConfig certificate) => new TestPair(certificate.Cert, certificate.Key).Thumbprint;
}
