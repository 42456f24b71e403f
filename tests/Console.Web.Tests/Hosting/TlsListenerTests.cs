using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using ConsoleWeb.Features;
using ConsoleWeb.Hosting;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Hosting;

/// <summary>Handshakes of the proxy listener, with the certificates that the Admin API was given.</summary>
public sealed class TlsListenerTests : IDisposable
{
    private const string TlsUrl = "Gateway:Proxy:TlsUrl=https://127.0.0.1:0";

    /// <summary>As of a client that connects to an address.</summary>
    private const string NoServerName = "";

    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Handshake_ServerName_ChoosesTheCertificate()
    {
        await using var host = await TestHost.StartAsync(TlsUrl);
        var exact = await AddAsync(host, "www.example.com");
        var left = await AddAsync(host, "*.example.com");
        var right = await AddAsync(host, "www.example.*");

        Assert.Equal(exact.Thumbprint, await ShownAsync(host, "www.example.com"));
        Assert.Equal(left.Thumbprint, await ShownAsync(host, "api.example.com"));
        Assert.Equal(right.Thumbprint, await ShownAsync(host, "www.example.org"));
        var fallback = await ShownAsync(host, "other.example.net");
        Assert.DoesNotContain(fallback, new[] { exact.Thumbprint, left.Thumbprint, right.Thumbprint });
        Assert.Equal(fallback, await ShownAsync(host, NoServerName));

        var any = await AddAsync(host, "*");
        Assert.Equal(any.Thumbprint, await ShownAsync(host, "other.example.net"));
        Assert.Equal(any.Thumbprint, await ShownAsync(host, NoServerName));

        await host.DeleteAsync("/snis/www.example.com");
        Assert.Equal(left.Thumbprint, await ShownAsync(host, "www.example.com"));
    }

    [Fact]
    public async Task Certificate_Changed_IsShownWithoutARestart()
    {
        await using var host = await TestHost.StartAsync(TlsUrl);
        var before = await AddAsync(host, "www.example.com");
        var after = _authority.Issue("www.example.com");

        Assert.Equal(before.Thumbprint, await ShownAsync(host, "www.example.com"));
        var patched = await host.PatchAsync("/certificates/www.example.com", Body(after).ToJsonString());
        Assert.Equal(HttpStatusCode.OK, patched.Status);
        Assert.Equal(after.Thumbprint, await ShownAsync(host, "www.example.com"));

        await host.DeleteAsync("/certificates/www.example.com");
        Assert.DoesNotContain(await ShownAsync(host, "www.example.com"), new[] { before.Thumbprint, after.Thumbprint });
    }

    /// <summary>What a connection was begun with, it keeps; who connects anew sees the new one.</summary>
    [Fact]
    public async Task Certificate_ChangedDuringACall_LeavesTheConnectionAlone()
    {
        var mayGoOn = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync(async http =>
        {
            await http.Response.WriteAsync("first ");
            await http.Response.Body.FlushAsync();
            await mayGoOn.Task;
            await http.Response.WriteAsync("second");
        });
        await using var host = await TestHost.StartAsync(TlsUrl);
        await AddRouteAsync(host, upstream);
        var before = await AddAsync(host, "localhost");
        var after = _authority.Issue("localhost");
        var shown = new ConcurrentQueue<string>();
        using var client = Client(shown.Enqueue);

        using var response = await client.SendAsync(Get(host, "2.0"), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await host.PatchAsync("/certificates/localhost", Body(after).ToJsonString());
        mayGoOn.SetResult();
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        using var next = await client.SendAsync(Get(host, "2.0"), TestContext.Current.CancellationToken);

        Assert.Equal(("first second", HttpStatusCode.OK), (text, next.StatusCode));
        Assert.Equal([before.Thumbprint], shown);
        Assert.Equal(after.Thumbprint, await ShownAsync(host, "localhost"));
    }

    /// <summary>A client that knows only the root must be sent what stands between.</summary>
    [Fact]
    public async Task Handshake_SendsTheWholeChain()
    {
        using var middle = _authority.IssueAuthority("Middle");
        await using var host = await TestHost.StartAsync(TlsUrl);
        var pair = middle.Issue("www.example.com");
        await AddAsync(host, pair with { Certificate = pair.Certificate + "\n" + middle.Certificate }, "www.example.com");

        await using var stream = await ConnectAsync(host, new SslClientAuthenticationOptions
        {
            TargetHost = "www.example.com",
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { X509Certificate2.CreateFromPem(_authority.Certificate) },
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            },
        });

        Assert.True(stream.IsAuthenticated);
    }

    [Theory]
    [InlineData("2.0")]
    [InlineData("1.1")]
    public async Task Request_OverTls_IsProxied(string version)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await TestHost.StartAsync(TlsUrl);
        await AddRouteAsync(host, upstream);
        using var client = Client(_ => { });

        using var response = await client.SendAsync(Get(host, version), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, version), (response.StatusCode, response.Version.ToString()));
        Assert.Equal("https", Assert.Single(upstream.Requests).Headers["X-Forwarded-Proto"]);
        Assert.Equal(HttpStatusCode.UpgradeRequired, (await host.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(host.ProxyUrl, "/tls")))).Status);
    }

    [Fact]
    public async Task Default_SelfSigned_IsMadeOnceAndPrivate()
    {
        var directory = Path.Combine(Path.GetTempPath(), "gatehouse-tests", Guid.NewGuid().ToString("N"));
        string first;
        await using (var host = await TestHost.StartInAsync(directory, keepsData: true, TlsUrl))
        {
            first = await ShownAsync(host, "localhost");
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Path.Combine(directory, "tls.pem")) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }

        await using (var host = await TestHost.StartInAsync(directory, keepsData: true, TlsUrl))
        {
            Assert.Equal(first, await ShownAsync(host, "localhost"));
        }

        // As after a start that was cut off while it wrote the file.
        await File.WriteAllTextAsync(Path.Combine(directory, "tls.pem"), "-----BEGIN CERT", TestContext.Current.CancellationToken);
        await using var last = await TestHost.StartInAsync(directory, keepsData: false, TlsUrl);
        Assert.NotEqual(first, await ShownAsync(last, "localhost"));
    }

    [Fact]
    public async Task Default_WithoutTls_IsNotMade()
    {
        await using var host = await TestHost.StartAsync();

        Assert.False(File.Exists(Path.Combine(host.Directory, "tls.pem")));
        Assert.Null(host.Services.GetRequiredService<ConsoleAddresses>().ProxyTls);
    }

    [Fact]
    public async Task Default_FromFiles_IsShownOnEveryListenerWithTls()
    {
        var directory = Directory.CreateTempSubdirectory("gatehouse-tests-").FullName;
        var pair = _authority.Issue("gateway.example");
        var (certificate, key) = (Path.Combine(directory, "c.pem"), Path.Combine(directory, "k.pem"));
        await File.WriteAllTextAsync(certificate, pair.Certificate, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(key, pair.Key, TestContext.Current.CancellationToken);

        await using var host = await TestHost.StartInAsync(
            directory, keepsData: false, TlsUrl, "Gateway:Proxy:Url=https://127.0.0.1:0", "Gateway:Console:Url=https://127.0.0.1:0", $"Gateway:Tls:Certificate={certificate}", $"Gateway:Tls:Key={key}");

        foreach (var port in new[] { Address(host).Port, host.ProxyUrl.Port, host.ConsoleUrl.Port })
        {
            Assert.Equal(pair.Thumbprint, await ShownAsync(port, "x.example"));
        }
    }

    [Theory]
    [InlineData("Gateway:Proxy:TlsUrl=http://127.0.0.1:0")]
    [InlineData("Gateway:Proxy:TlsUrl=8443")]
    [InlineData("Gateway:Proxy:GrpcUrl=https://127.0.0.1:0")]
    [InlineData(TlsUrl, "Gateway:Tls:Certificate=/nowhere/c.pem")]
    public void Settings_Faulty_StopTheStart(params string[] settings)
    {
        var directory = Directory.CreateTempSubdirectory("gatehouse-tests-").FullName;

        Assert.Null(GatehouseHost.Build([$"--Gateway:Data={directory}", .. settings.Select(s => "--" + s)]));

        Directory.Delete(directory, recursive: true);
    }

    /// <summary>On <c>/tls</c>, for TLS only.</summary>
    private static async Task AddRouteAsync(TestHost host, FakeUpstream upstream)
    {
        var service = (await host.PostAsync("/services", $$"""{"url":"{{upstream.Address}}"}"""))["id"];
        await host.PostAsync($"/services/{service}/routes", """{"paths":["/tls"],"protocols":["https"]}""");
    }

    private static HttpRequestMessage Get(TestHost host, string version) => new(HttpMethod.Get, new Uri(Address(host), "/tls"))
    {
        Version = Version.Parse(version),
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Headers = { Host = "localhost" },
    };

    /// <param name="onShown">Gets the thumbprint of the certificate of each new connection.</param>
    private static HttpClient Client(Action<string> onShown) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions =
        {
            RemoteCertificateValidationCallback = (_, presented, _, _) =>
            {
                onShown(presented!.GetCertHashString());
                return presented is not null;
            },
        },
    });

    private static JsonObject Body(TestPair pair) => new() { ["cert"] = pair.Certificate, ["key"] = pair.Key };

    private static Uri Address(TestHost host) => new(host.Services.GetRequiredService<ConsoleAddresses>().ProxyTls!);

    private async Task<TestPair> AddAsync(TestHost host, string name) => await AddAsync(host, _authority.Issue(name.Replace('*', 'x')), name);

    private static async Task<TestPair> AddAsync(TestHost host, TestPair pair, string name)
    {
        var body = Body(pair);
        body["snis"] = new JsonArray(name);
        var answer = await host.PostAsync("/certificates", body.ToJsonString());
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Text);
        return pair;
    }

    private static Task<string> ShownAsync(TestHost host, string serverName) => ShownAsync(Address(host).Port, serverName);

    /// <returns>Thumbprint of the certificate that the listener shows for a server name.</returns>
    private static async Task<string> ShownAsync(int port, string serverName)
    {
        await using var stream = await ConnectAsync(port, Trusting(serverName));
        return stream.RemoteCertificate!.GetCertHashString();
    }

    private static SslClientAuthenticationOptions Trusting(string serverName) => new()
    {
        TargetHost = serverName,
        RemoteCertificateValidationCallback = (_, presented, _, _) => presented is not null,
    };

    private static Task<SslStream> ConnectAsync(TestHost host, SslClientAuthenticationOptions options) => ConnectAsync(Address(host).Port, options);

    private static async Task<SslStream> ConnectAsync(int port, SslClientAuthenticationOptions options)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken);
        return stream;
    }
}
