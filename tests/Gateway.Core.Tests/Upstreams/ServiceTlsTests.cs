using System.Net;
using System.Security.Cryptography.X509Certificates;
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

    /// <summary>The upstream demands a certificate of one authority.</summary>
    [Theory]
    [InlineData("its authority's", HttpStatusCode.OK)]
    [InlineData("another's", HttpStatusCode.BadGateway)]
    [InlineData("none", HttpStatusCode.BadGateway)]
    public async Task ClientCertificate_ThatTheUpstreamDemands_DecidesWhetherTheCallSucceeds(string shown, HttpStatusCode status)
    {
        using var other = new TestAuthority("Other authority");
        await using var upstream = await FakeUpstream.StartAsync(
            certificate: _authority.Issue("127.0.0.1").Load(), accepts: c => c.Issuer == X509Certificate2.CreateFromPem(_authority.Certificate).Subject);
        var client = Certificate((shown == "another's" ? other : _authority).Issue("gateway"));
        await using var gateway = await GatewayHost.StartAsync(
            Config(upstream, s => s with { ClientCertificate = shown == "none" ? null : new EntityReference(client.Id) }) with { Certificates = [client] });

        Assert.Equal(status, (await gateway.Client.GetAsync("/a", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(status == HttpStatusCode.OK ? 1 : 0, upstream.Requests.Count);
    }

    /// <summary>A refused certificate answers 502 to the client, and says why to the reader of the record.</summary>
    [Theory]
    [InlineData("127.0.0.1", "its own", true, null)]
    [InlineData("127.0.0.1", "another", true, "tls_error:untrusted")]
    [InlineData("127.0.0.1", "the machine's", true, "tls_error:untrusted")]
    [InlineData("127.0.0.1", "a deleted one", true, "tls_error:untrusted")]
    [InlineData("other.example", "its own", true, "tls_error:wrong_name")]
    [InlineData("127.0.0.1", "its own", true, "tls_error:expired", true)]
    [InlineData("other.example", "another", false, null)]
    [InlineData("other.example", "another", null, null, true)]
    public async Task Verification_TrustsTheAuthoritiesOfTheService(string name, string trusted, bool? verifies, string? fault, bool isExpired = false)
    {
        using var other = new TestAuthority();
        await using var upstream = await StartAsync(_authority.Issue(name, isExpired));
        CaCertificateConfig[] known = [Authority(_authority), Authority(other)];
        Guid[]? ids = trusted switch
        {
            "its own" => [known[0].Id],
            "another" => [known[1].Id],
            "a deleted one" => [Guid.NewGuid()],
            _ => null,
        };
        await using var gateway = await GatewayHost.StartAsync(Config(upstream, s => s with { TlsVerify = verifies, CaCertificates = ids }) with { CaCertificates = known });

        await AssertAsync(gateway, fault);
        Assert.Equal(fault is null ? 1 : 0, upstream.Requests.Count);
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
    [InlineData(null, null)]
    [InlineData(1, null)]
    [InlineData(0, "tls_error:chain_too_long")]
    public async Task Depth_ShorterThanTheChain_Refuses(int? depth, string? fault)
    {
        using var middle = _authority.IssueAuthority("Middle");
        await using var upstream = await StartAsync(middle.Issue("127.0.0.1"));
        CaCertificateConfig[] known = [Authority(_authority), Authority(middle)];
        await using var gateway = await GatewayHost.StartAsync(
            Config(upstream, s => s with { TlsVerify = true, TlsVerifyDepth = depth, CaCertificates = [known[0].Id, known[1].Id] }) with { CaCertificates = known });

        await AssertAsync(gateway, fault);
    }

    /// <summary>A model behind an authority of one's own. Without a word about it a provider's certificate is verified.</summary>
    [Theory]
    [InlineData(true, null, null)]
    [InlineData(true, true, null)]
    [InlineData(false, null, "tls_error:untrusted")]
    [InlineData(false, false, null)]
    public async Task Model_IsCalledWithTheSettingsOfTheService(bool isKnown, bool? verifies, string? fault)
    {
        using var other = new TestAuthority();
        string? shown = null;
        await using var upstream = await FakeUpstream.StartAsync(
            http =>
            {
                shown = http.Connection.ClientCertificate?.Thumbprint;
                return http.Response.WriteAsync("{}");
            },
            certificate: _authority.Issue("127.0.0.1").Load());
        var (known, client) = (Authority(isKnown ? _authority : other), Certificate(_authority.Issue("gateway")));
        var config = Config(upstream, s => s with { TlsVerify = verifies, CaCertificates = [known.Id], ClientCertificate = new EntityReference(client.Id) });
        await using var gateway = await GatewayHost.StartAsync(config with
        {
            CaCertificates = [known],
            Certificates = [client],
            Plugins = [Forwarding.Plugin("ai-proxy", $$"""{"route_type":"llm/v1/chat","model":{"provider":"openai","name":"m","options":{"upstream_url":"{{upstream.Address}}v1/chat/completions"} } }""")],
        });

        var answer = await gateway.Client.PostAsync("/a", new StringContent("""{"messages":[{"role":"user","content":"x"}]}""", null, "application/json"), TestContext.Current.CancellationToken);

        Assert.Equal(fault is null ? HttpStatusCode.OK : HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal((fault, fault is null ? Thumbprint(client) : null), ((await gateway.NextRecordAsync()).OutcomeDetail, shown));
    }

    /// <param name="fault">As the record names it; null: the call succeeds.</param>
    private static async Task AssertAsync(GatewayHost gateway, string? fault)
    {
        var answer = await gateway.Client.GetAsync("/a", TestContext.Current.CancellationToken);

        Assert.Equal(fault is null ? HttpStatusCode.OK : HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(fault, (await gateway.NextRecordAsync()).OutcomeDetail);
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
