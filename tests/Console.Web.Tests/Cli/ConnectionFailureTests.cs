using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace ConsoleWeb.Tests.Cli;

/// <summary>What a person reads when the connection or a file is at fault: one line that says what to change.</summary>
public sealed class ConnectionFailureTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("gatehouse-cli-").FullName;

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Ping_TlsServer_IsTrustedOnlyAsTold()
    {
        await using var server = await StartTlsAsync();
        var address = $"https://localhost:{server.Port}";
        var authority = Write("ca.pem", _authority.Certificate);

        var untrusted = await PingAsync(address);
        var trusted = await PingAsync(address, "--ca-cert-file", authority);
        var wrongName = await PingAsync(address, "--ca-cert-file", authority, "--tls-server-name", "other.example");
        var skipped = await PingAsync(address, "--tls-skip-verify");

        var otherAddress = await PingAsync($"https://127.0.0.1:{server.Port}", "--ca-cert-file", authority);
        var otherName = await PingAsync($"https://127.0.0.1:{server.Port}", "--ca-cert-file", authority, "--tls-server-name", "localhost");

        Assert.Equal((1, 0, 1, 0), (untrusted.ExitCode, trusted.ExitCode, wrongName.ExitCode, skipped.ExitCode));
        Assert.Equal((1, 0), (otherAddress.ExitCode, otherName.ExitCode));
        AssertSays(untrusted, "cannot trust the Admin API at https://localhost:", "--ca-cert-file", "--tls-skip-verify");
        AssertSays(wrongName, "cannot trust the Admin API", "--tls-server-name");
    }

    [Fact]
    public async Task Ping_WrongScheme_NamesTheOther()
    {
        await using var tls = await StartTlsAsync();
        await using var plain = await FakeUpstream.StartAsync();

        AssertSays(await PingAsync($"https://127.0.0.1:{plain.Port}"), "cannot speak TLS", "http://");
        AssertSays(await PingAsync($"http://127.0.0.1:{tls.Port}"), "does not answer in HTTP", "https://");
    }

    [Fact]
    public async Task Ping_SomethingElseAnswers_SaysThatItIsNoAdminApi()
    {
        await using var server = await FakeUpstream.StartAsync();

        AssertSays(await PingAsync($"http://127.0.0.1:{server.Port}"), $"http://127.0.0.1:{server.Port} does not answer as an Admin API");
    }

    [Theory]
    [InlineData("localhost:8001", "write it as http://host:port")]
    [InlineData("http://127.0.0.1:1", "./quickstart", "--kong-addr")]
    [InlineData("http://no-such-host.invalid:8001", "check the name", "DECK_KONG_ADDR")]
    public async Task Ping_WrongAddress_SaysWhatToDo(string address, params string[] expected) =>
        AssertSays(await PingAsync(address), expected);

    [Fact]
    public async Task Ping_CertificateFiles_AreCheckedBeforeTheCall()
    {
        var empty = Write("empty.pem", "not PEM");
        var pair = _authority.Issue("client");
        var certificate = Write("client.pem", pair.Certificate);

        AssertSays(await PingAsync("https://127.0.0.1:1", "--ca-cert-file", empty), "holds no certificate");
        AssertSays(await PingAsync("https://127.0.0.1:1", "--ca-cert-file", Path.Combine(_folder, "none.pem")), "none.pem");
        AssertSays(await PingAsync("https://127.0.0.1:1", "--tls-client-cert-file", certificate), "--tls-client-key-file");
        AssertSays(
            await PingAsync("https://127.0.0.1:1", "--tls-client-cert-file", certificate, "--tls-client-key-file", empty),
            "not a certificate and its key");
    }

    [Fact]
    public async Task Files_ThatCannotBeUsed_AreNamed()
    {
        await using var api = await FakeAdminApi.StartAsync(TestContext.Current.CancellationToken);
        Task<CliRun> Sync(string file) => CliRun.RunAsync(api, ["gateway", "sync", file]);

        AssertSays(await Sync(Path.Combine(_folder, "none.yaml")), "none.yaml: no such file or directory");
        AssertSays(await Sync(Write("blank.yaml", " \n")), "must not begin with a whitespace");
        AssertSays(await Sync(_folder), "blank.yaml");
        AssertSays(await Sync(Write("unset.yaml", "_format_version: \"3.0\"\nservices: [{name: '${{ env \"DECK_NONE\" }}'}]")), "'DECK_NONE'", "not set");
        AssertSays(
            await CliRun.RunAsync(api, ["gateway", "dump", "-o", Path.Combine(_folder, "no", "such", "folder.yaml")]), "folder.yaml");
        Assert.Empty(api.Writes);
    }

    private static Task<CliRun> PingAsync(string address, params string[] more)
        => CliRun.RunAsync(null, ["gateway", "ping", "--kong-addr", address, .. more]);

    private Task<FakeUpstream> StartTlsAsync() => FakeUpstream.StartAsync(
        async http => await http.Response.WriteAsync("""{"version":"3.10.0"}"""), certificate: _authority.Issue("localhost").Load());

    private static void AssertSays(CliRun run, params string[] expected)
    {
        Assert.Equal((1, ""), (run.ExitCode, run.Stdout));
        Assert.StartsWith("Error: ", run.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Stderr, StringComparison.Ordinal);
        Assert.All(expected, text => Assert.Contains(text, run.Stderr, StringComparison.Ordinal));
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
