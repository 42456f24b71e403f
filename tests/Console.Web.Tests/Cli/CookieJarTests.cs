using Gateway.Testing;

namespace ConsoleWeb.Tests.Cli;

/// <summary><c>--kong-cookie-jar-path</c>: an Admin API behind something that asks for cookies.</summary>
public sealed class CookieJarTests
{
    private const string Day2100 = "4102444800";

    [Fact]
    public async Task Ping_WithACookieJar_SendsTheCookiesOfThatServer()
    {
        await using var server = await StartAsync();

        var run = await PingAsync(server, $"""
            # Netscape HTTP Cookie File

            127.0.0.1	FALSE	/	FALSE	{Day2100}	session	abc
            #HttpOnly_127.0.0.1	FALSE	/	FALSE	0	login	d/e=f
            127.0.0.1	FALSE	/	TRUE	{Day2100}	only-tls	no
            127.0.0.1	FALSE	/elsewhere	FALSE	{Day2100}	other-path	no
            127.0.0.1	FALSE	/	FALSE	1	over	no
            other.example	TRUE	/	FALSE	{Day2100}	other-host	no
            """);

        Assert.Equal("", run.Stderr);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("login=d/e=f; session=abc", string.Join("; ", server.Requests[0].Headers["Cookie"].Split("; ").Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Ping_LineThatIsNoCookie_NamesTheLineAndNoValue()
    {
        await using var server = await StartAsync();

        var run = await PingAsync(server, $"127.0.0.1\tFALSE\t/\tFALSE\t{Day2100}\tgood\tone\n127.0.0.1\tsession\tsecret-value\n");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("line 2 is not a cookie", run.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-value", run.Stderr, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    private static Task<FakeUpstream> StartAsync() => FakeUpstream.StartAsync(200, """{"version":"3.10.0"}""");

    private static async Task<CliRun> PingAsync(FakeUpstream server, string jar)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, jar, TestContext.Current.CancellationToken);
            return await CliRun.RunAsync(null, ["gateway", "ping", "--kong-cookie-jar-path", file], variables: ("DECK_KONG_ADDR", server.Address.ToString().TrimEnd('/')));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
