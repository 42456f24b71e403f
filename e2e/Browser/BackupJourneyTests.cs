using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.E2E.Harness;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser;

/// <summary>Everything of one gateway in a file, brought to another that knows nothing: people, tokens, entities, keys that still work, requests, and the audit log of it all.</summary>
public sealed class BackupJourneyTests : IAsyncLifetime
{
    private const string Password = "a gate that is watched";
    private const string Passphrase = "four words do fit";

    private readonly TemporaryFolder _folder = new();
    private MockProvider? _provider;
    private GatehouseProcess? _old;
    private GatehouseProcess? _new;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private GatehouseProcess Old => _old!;

    private GatehouseProcess New => _new!;

    public async ValueTask InitializeAsync()
    {
        _provider = await MockProvider.StartAsync();
        _old = await GatehouseProcess.StartAsync(GatehouseProcess.ProvidersAt(_provider.BaseUrl));
        _new = await GatehouseProcess.StartAsync(GatehouseProcess.ProvidersAt(_provider.BaseUrl));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in new IAsyncDisposable?[] { _old, _new, _provider })
        {
            if (one is not null)
            {
                await one.DisposeAsync();
            }
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task Backup_RestoredElsewhere_BringsAllOfItAndTheAuditLogKnows()
    {
        var file = _folder.File("backup.tar.gz");
        string call;
        await using (var session = await BrowserSession.OpenAsync(Old.ConsoleUrl))
        {
            await session.CreateAdministratorAsync(Old.SetupLink, Password);
            call = await UseAsync(session);
            await DownloadAsync(session.Page, file);
            await ExpectAuditedAsync(session, "Backup made", "Backup downloaded");
            await session.AssertQuiet();
        }

        await using (var session = await BrowserSession.OpenAsync(New.ConsoleUrl))
        {
            await session.CreateAdministratorAsync(New.SetupLink, "another pass phrase");
            await RestoreAsync(session.Page, file);
        }

        await using var restored = await BrowserSession.OpenAsync(New.ConsoleUrl);
        await restored.SignInAsync("ada", Password, $"/logs/{call}");
        await restored.Page.GetByTestId("request-detail").GetByText("example-route").First.WaitForAsync();
        Assert.Equal(call, await CallAsync(New.ProxyUrl, existing: call));
        Assert.Equal(HttpStatusCode.OK, await ListWithOldTokenAsync());
        await AuditAsync(restored);
        await restored.AssertQuiet();
    }

    /// <summary>A service made and changed, a route, a key that the provider takes, and one call.</summary>
    /// <returns>Id of the call.</returns>
    private async Task<string> UseAsync(BrowserSession session)
    {
        var page = session.Page;
        await session.GoAsync("/services/new");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("example-service");
        await page.GetByLabel("Host", new() { Exact = true }).FillAsync("localhost");
        await SaveNewAsync(page, "services");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Timeouts" }).ClickAsync();
        await page.GetByLabel("Retries", new() { Exact = true }).FillAsync("1");
        await page.GetByTestId("save").ClickAsync();
        await page.GetByTestId("save-state").GetByText("Saved", new() { Exact = true }).WaitForAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Route", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "New route" }).WaitForAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("example-route");
        await page.GetByLabel("Paths", new() { Exact = true }).FillAsync("/anything");
        await SaveNewAsync(page, "routes");

        await session.GoAsync("/plugins/new/ai-proxy");
        await page.GetByLabel("Provider", new() { Exact = true }).SelectOptionAsync("openai");
        await page.GetByLabel("Model", new() { Exact = true }).FillAsync("gpt-4o");
        await page.GetByLabel("Key", new() { Exact = true }).FillAsync(TestKeys.Provider);
        await SaveNewAsync(page, "plugins");

        return await CallAsync(Old.ProxyUrl);
    }

    private async Task DownloadAsync(IPage page, string file)
    {
        await Old.LogsAsync("", 1, Cancellation);
        await page.GetByRole(AriaRole.Link, new() { Name = "Settings", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Backup", Exact = true }).ClickAsync();
        await page.GetByTestId("with-keys").CheckAsync();
        await page.GetByLabel("Passphrase", new() { Exact = true }).FillAsync(Passphrase);
        await page.GetByTestId("make-backup").ClickAsync();
        var kept = page.GetByTestId("backups").GetByRole(AriaRole.Listitem);
        await kept.GetByText("keys under a passphrase").WaitForAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => kept.GetByTestId("download").ClickAsync());
        await download.SaveAsAsync(file);
    }

    private async Task RestoreAsync(IPage page, string file)
    {
        await page.GotoAsync("/settings/backup");
        await page.Locator("input[type=file]").SetInputFilesAsync(file);
        var kept = page.GetByTestId("backups").GetByRole(AriaRole.Listitem);
        await kept.GetByTestId("restore").ClickAsync();
        await page.GetByLabel("Passphrase of its keys").FillAsync("not the passphrase");
        await page.GetByTestId("stage").ClickAsync();
        await page.GetByTestId("backup-error").WaitForAsync();
        await page.GetByLabel("Passphrase of its keys").FillAsync(Passphrase);
        await page.GetByTestId("stage").ClickAsync();
        await page.GetByTestId("restart").ClickAsync();
        await page.GetByTestId("confirm").ClickAsync();

        // How long it takes is for a benchmark to say; here it has to come back.
        var clock = Stopwatch.StartNew();
        using var http = new HttpClient();
        while (!await HasRestoredAsync(http))
        {
            Assert.InRange(clock.Elapsed.TotalSeconds, 0, 60);
            await Task.Delay(100, Cancellation);
        }

        // So is the page by itself; whoever made this gateway is unknown now.
        await page.ArriveAsync("**/login**");
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 70);
    }

    /// <summary>Whether the route of the other gateway answers here; while it starts again nothing does.</summary>
    private async Task<bool> HasRestoredAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync($"{New.ProxyUrl}/anything", Cancellation);
            return answer.StatusCode != HttpStatusCode.NotFound;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task AuditAsync(BrowserSession session)
    {
        var page = session.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Audit log", Exact = true }).ClickAsync();
        await page.GetByTestId("chain").GetByText("chain verified").WaitForAsync();
        foreach (var (target, field, before, after) in new[]
        {
            ("update service example-service", "retries", "5", "1"),
            ("create route example-route", "paths", "–", "/anything"),
            ("create plugin ai-proxy", "config.auth.header_value", "–", "********"),
        })
        {
            await page.GetByTestId("filter").FillAsync(target);
            var entry = page.Locator("tr[data-entry]").Filter(new() { HasText = target });
            await entry.GetByRole(AriaRole.Link).ClickAsync();
            var row = page.GetByTestId("entry").Locator($"tr[data-field^='{field}']").First;
            await row.WaitForAsync();
            var cells = await row.Locator("td").AllInnerTextsAsync();
            Assert.Contains(before, cells[1], StringComparison.Ordinal);
            Assert.Contains(after, cells[2], StringComparison.Ordinal);
            Assert.Contains("ada", await entry.InnerTextAsync(), StringComparison.Ordinal);
        }

        await ExpectAuditedAsync(session, "Backup restored", "Signed in");
        Assert.DoesNotContain(TestKeys.Provider, await page.ContentAsync(), StringComparison.Ordinal);
    }

    private static async Task ExpectAuditedAsync(BrowserSession session, params string[] done)
    {
        foreach (var text in done)
        {
            await session.GoAsync("/audit");
            await session.Page.Locator("tr[data-entry]").Filter(new() { HasText = text }).First.WaitForAsync();
        }
    }

    private async Task<HttpStatusCode> ListWithOldTokenAsync()
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{New.AdminUrl}/services/example-service");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Old.Token);
        using var answer = await http.SendAsync(request, Cancellation);

        return answer.StatusCode;
    }

    /// <param name="existing">Given back when the call is answered; null: its own id is.</param>
    private static async Task<string> CallAsync(string proxy, string? existing = null)
    {
        using var http = new HttpClient();
        using var content = new StringContent("""{"model":"gpt-4o","messages":[{"role":"user","content":"Ping"}]}""", Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync($"{proxy}/anything", content, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.Equal("Pong from the mock provider.", JsonNode.Parse(text).Text("choices.0.message.content"));

        return existing ?? answer.Headers.GetValues("X-Kong-Request-Id").Single();
    }

    private static async Task SaveNewAsync(IPage page, string collection)
    {
        await page.GetByTestId("save").ClickAsync();
        await page.ArriveAsync(new System.Text.RegularExpressions.Regex($"/{collection}/[0-9a-f-]{{36}}$"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).WaitForAsync();
    }
}
