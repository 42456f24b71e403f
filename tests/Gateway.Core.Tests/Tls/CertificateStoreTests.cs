using System.Security.Cryptography.X509Certificates;
using Gateway.Core.Configuration;
using Gateway.Core.Secrets;
using Gateway.Core.Tests.Pipeline;
using Gateway.Core.Tests.Secrets;
using Gateway.Shared.Contracts;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Tests.Tls;

/// <summary>Which certificate a server name selects.</summary>
public sealed class CertificateStoreTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData("www.example.com", "www.example.com")]
    [InlineData("WWW.Example.Com.", "www.example.com")]
    [InlineData("api.example.com", "*.example.com")]
    [InlineData("a.api.example.com", "*")]
    [InlineData("www.example.org", "www.example.*")]
    [InlineData("example.com", "*")]
    [InlineData("www.example.net", "www.example.*")]
    [InlineData("localhost", "*")]
    [InlineData("", "*")]
    [InlineData(null, "*")]
    public async Task Name_SelectsTheClosest(string? serverName, string sni)
    {
        await using var gateway = await StartAsync("www.example.com", "*.example.com", "www.example.*", "*");

        Assert.Equal(sni, Selected(gateway, serverName));
    }

    [Theory]
    [InlineData("other.example", null)]
    [InlineData(null, null)]
    [InlineData("www.example.com", "*.example.com")]
    public async Task Name_WithoutACatchAll_SelectsNoneWhenNoneFits(string? serverName, string? sni)
    {
        await using var gateway = await StartAsync("*.example.com");

        Assert.Equal(sni, Selected(gateway, serverName));
    }

    [Fact]
    public async Task Certificate_ThatCannotBeUsed_LeavesTheOthers()
    {
        var config = Config("good.example", "bad.example");
        await using var gateway = await GatewayHost.StartAsync(config with
        {
            Certificates = [config.Certificates[0], config.Certificates[1] with { Key = "{vault://env/absent}" }],
        });

        Assert.Equal(("good.example", null), (Selected(gateway, "good.example"), Selected(gateway, "bad.example")));
    }

    /// <summary>Certificate and key are replaced one after the other, and a look between the two finds a pair that does not fit.</summary>
    [Fact]
    public async Task Certificate_HalfReplaced_ServesAsBeforeUntilBothAre()
    {
        var memory = new MemoryVault();
        var (first, second) = (_authority.Issue("first"), _authority.Issue("second"));
        (memory.Secrets["cert"], memory.Secrets["key"]) = (first.Certificate, first.Key);
        var config = Config("www.example.com");
        config = config with { Certificates = [config.Certificates[0] with { Cert = "{vault://memory/cert}", Key = "{vault://memory/key}" }] };
        await using var gateway = await GatewayHost.StartAsync(config, null, services => services.AddSingleton<IVaultType>(memory));

        Assert.Equal("first", Selected(gateway, "www.example.com"));
        memory.Secrets["cert"] = second.Certificate;
        gateway.Apply(config);
        Assert.Equal("first", Selected(gateway, "www.example.com"));
        memory.Secrets["key"] = second.Key;
        gateway.Apply(config);
        Assert.Equal("second", Selected(gateway, "www.example.com"));
    }

    /// <summary>Its common name is the name of the SNI.</summary>
    private static string? Selected(GatewayHost gateway, string? serverName) =>
        gateway.Snapshot.Certificates.Find(serverName)?.Context.TargetCertificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);

    private Task<GatewayHost> StartAsync(params string[] snis) => GatewayHost.StartAsync(Config(snis));

    private GatewayConfig Config(params string[] snis)
    {
        var pairs = snis.Select(s => (Name: s, Id: Guid.NewGuid(), Pair: _authority.Issue(s))).ToList();
        return GatewayConfig.Empty with
        {
            Certificates = [.. pairs.Select(p => new CertificateConfig { Id = p.Id, Cert = p.Pair.Certificate, Key = p.Pair.Key })],
            Snis = [.. pairs.Select(p => new SniConfig { Id = Guid.NewGuid(), Name = p.Name, Certificate = new EntityReference(p.Id) })],
        };
    }
}
