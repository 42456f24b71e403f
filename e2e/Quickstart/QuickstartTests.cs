using System.Net;
using System.Net.Sockets;
using Gateway.E2E.Harness;

namespace Gateway.E2E.Quickstart;

/// <summary>The quickstart as a person uses it: lines to paste, run again, stop, remove, and what goes wrong.</summary>
public sealed class QuickstartTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Quickstart_FreshData_PrintsLinesThatABareShellReads()
    {
        await using var gatehouse = await GatehouseProcess.StartAsync();

        var shell = await new Command("sh", "-c", $"{Lines(gatehouse.Exports)}\nprintf '%s %s' \"$DECK_KONG_ADDR\" \"$DECK_HEADERS\"").RunAsync(Cancellation);

        Assert.Equal(
            ["DECK_HEADERS", "DECK_KONG_ADDR", "GATEHOUSE_CONSOLE_URL", "KONNECT_CONTROL_PLANE_URL", "KONNECT_PROXY_URL", "KONNECT_TOKEN", "PATH"],
            gatehouse.Exports.Keys.Order(StringComparer.Ordinal));
        Assert.Matches("^kpat_[A-Za-z0-9]{49}$", gatehouse.Token);
        Assert.Equal($"{gatehouse.AdminUrl} Authorization:Bearer {gatehouse.Token}", shell.EnsureSuccess().Output);
        Assert.Equal(Private, File.GetUnixFileMode(Path.Combine(gatehouse.DataFolder, "quickstart.env")));
        Assert.Equal(Private | UnixFileMode.UserExecute, File.GetUnixFileMode(gatehouse.DataFolder));
    }

    [Fact]
    public async Task Quickstart_RunAgain_PrintsTheSameLines()
    {
        await using var gatehouse = await GatehouseProcess.StartAsync();

        var again = await GatehouseProcess.Quickstart(gatehouse.DataFolder, "--deck-output").RunAsync(Cancellation);

        Assert.Equal(gatehouse.Exports, GatehouseProcess.ParseExports(again.EnsureSuccess().Output));
    }

    [Fact]
    public async Task Quickstart_WithATokenOfTheConsole_PrintsTheKonnectForm()
    {
        await using var gatehouse = await GatehouseProcess.StartAsync();

        var result = await GatehouseProcess.Quickstart(gatehouse.DataFolder, "-k", gatehouse.Token, "--deck-output").RunAsync(Cancellation);

        var exports = GatehouseProcess.ParseExports(result.EnsureSuccess().Output);
        Assert.Equal(gatehouse.Token, exports["DECK_KONNECT_TOKEN"]);
        Assert.Equal("quickstart", exports["DECK_KONNECT_CONTROL_PLANE_NAME"]);
        Assert.Equal(gatehouse.AdminUrl, exports["DECK_KONNECT_ADDR"]);
        Assert.DoesNotContain("DECK_KONG_ADDR", exports.Keys);
        Assert.DoesNotContain("DECK_HEADERS", exports.Keys);
    }

    [Fact]
    public async Task Quickstart_WithAForeignToken_SaysSo()
    {
        await using var gatehouse = await GatehouseProcess.StartAsync();

        var result = await GatehouseProcess.Quickstart(gatehouse.DataFolder, "-k", "kpat_unknown", "--deck-output").RunAsync(Cancellation);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("-k", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task Quickstart_WhenReady_AllThreeListenersAnswer()
    {
        await using var gatehouse = await GatehouseProcess.StartAsync();
        using var http = new HttpClient();

        Assert.NotNull(await gatehouse.AdminAsync("/status", Cancellation));
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"{gatehouse.AdminUrl}/status/ready", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"{gatehouse.ConsoleUrl}/healthz", Cancellation)).StatusCode);
        var unrouted = await http.GetAsync($"{gatehouse.ProxyUrl}/nothing", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, unrouted.StatusCode);
        Assert.Contains("no Route matched with those values", await unrouted.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quickstart_StoppedAndStartedAgain_KeepsConfigurationAndToken()
    {
        await using var gatehouse = await GatehouseProcess.StartAsync();
        await gatehouse.ApplyAsync("_format_version: \"3.0\"\nservices:\n- name: kept\n  url: http://localhost\n", Cancellation);

        (await GatehouseProcess.Quickstart(gatehouse.DataFolder, "--stop").RunAsync(Cancellation)).EnsureSuccess();
        var again = await GatehouseProcess.Quickstart(
            gatehouse.DataFolder, "--deck-output", "--proxy-port", "0", "--admin-port", "0", "--console-port", "0").RunAsync(Cancellation);

        var exports = GatehouseProcess.ParseExports(again.EnsureSuccess().Output);
        Assert.Equal(gatehouse.Token, exports["KONNECT_TOKEN"]);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("Kong-Admin-Token", gatehouse.Token);
        Assert.Contains("kept", await http.GetStringAsync($"{exports["KONNECT_CONTROL_PLANE_URL"]}/services/kept", Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quickstart_Destroyed_LeavesNothing()
    {
        await using var gatehouse = await GatehouseProcess.StartAsync();

        (await GatehouseProcess.Quickstart(gatehouse.DataFolder, "-d", "-y").RunAsync(Cancellation)).EnsureSuccess();

        Assert.False(Directory.Exists(gatehouse.DataFolder));
        using var http = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync($"{gatehouse.ProxyUrl}/", Cancellation));
    }

    [Fact]
    public async Task Quickstart_DestroyOfAForeignFolder_RemovesNothing()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("letter.txt"), "keep me", Cancellation);

        var result = await GatehouseProcess.Quickstart(folder.Path, "-d", "-y").RunAsync(Cancellation);

        Assert.NotEqual(0, result.ExitCode);
        Assert.True(File.Exists(folder.File("letter.txt")));
    }

    [Fact]
    public async Task Quickstart_PortInUse_NamesItAndTheFlag()
    {
        using var folder = new TemporaryFolder();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var result = await GatehouseProcess.Quickstart(
            folder.File("data"), "--deck-output", "--proxy-port", $"{port}", "--admin-port", "0", "--console-port", "0").RunAsync(Cancellation);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains($"port {port} is in use; choose another with --proxy-port", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quickstart_SettingOutOfRange_SaysWhatTheServerSaid()
    {
        using var folder = new TemporaryFolder();

        var result = await GatehouseProcess.Quickstart(
            folder.File("data"), "--deck-output", "--proxy-port", "0", "--admin-port", "0", "--console-port", "0",
            "-e", "Gateway__Logs__Retention__MaxAgeDays=-5").RunAsync(Cancellation);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("MaxAgeDays", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    private static UnixFileMode Private => UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static string Lines(IReadOnlyDictionary<string, string> exports) =>
        string.Join('\n', exports.Select(export => $"export {export.Key}='{export.Value}'"));
}
