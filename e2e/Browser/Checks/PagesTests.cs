using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser.Checks;

/// <summary>What every page owes everybody: no finding of axe in either theme, no call to another host, no error in the browser's console, no sideways scrolling.</summary>
public sealed class PagesTests(CheckConsole console) : IClassFixture<CheckConsole>
{
    internal static readonly string[] Forms =
    [
        "/services/new", "/routes/new", "/plugins/new", "/plugins/new/ai-proxy-advanced", "/plugins/new/request-transformer", "/plugins/new/file-log",
        "/consumers/new", "/upstreams/new", "/vaults/new", "/certificates/new", "/partials/new",
        "/keys/new", "/connect/codex", "/connect/claude-code", "/connect/other", "/account", "/nothing-here",
    ];

    /// <summary>What the menu does not lead to by itself.</summary>
    private static readonly string[] Unlisted =
    [
        "/config", "/config/export", "/settings", "/settings/backup", "/settings/data", "/settings/health", "/settings/listeners", "/settings/redaction",
        "/logs/files", "/logs/compare", "/audit/1", "/history/1", "/password", "/reference",
    ];

    private static readonly string[] RecordTabs = ["chat", "request", "response", "record", "overview"];

    private const int Phone = 390;

    private IPage Page => console.Page;

    [Fact]
    public async Task EveryPage_WithData_AxeFindsNothingInEitherTheme() => await console.Session.AssertFlawlessAsync(await ListDataPagesAsync());

    [Fact]
    public async Task Record_EachOfItsTabs_AxeFindsNothingInEitherTheme()
    {
        var id = await console.CallAsync("Hello");
        await console.GoAsync($"/logs/{id}");
        var findings = new List<string>();
        foreach (var tab in RecordTabs)
        {
            await ShowTabAsync(Page, tab);
            findings.AddRange((await console.Session.ListFindingsInBothThemesAsync()).Select(f => $"{tab}: {f}"));
        }

        Assert.Empty(findings);
        await console.Session.AssertQuiet();
    }

    [Fact]
    public async Task FirstVisit_OverTheWire_IsSmall()
    {
        await using var session = await BrowserSession.OpenAsync(console.Gatehouse.ConsoleUrl);
        var devTools = await session.Page.Context.NewCDPSessionAsync(session.Page);
        await devTools.SendAsync("Network.enable");
        var bytes = 0.0;
        devTools.Event("Network.loadingFinished").OnEvent += (_, data) => bytes += data!.Value.GetProperty("encodedDataLength").GetDouble();

        await session.SignInAsync("ada", CheckConsole.Password, "/logs");
        await session.SettleAsync();

        Assert.InRange(bytes, 50_000, 400 * 1024);
    }

    [Fact]
    public async Task EveryPage_OnAPhone_ScrollsDownOnly()
    {
        var paths = await ListDataPagesAsync();
        await using var phone = await OpenPhoneAsync();
        var wide = new List<string>();
        foreach (var path in paths.Concat(Forms))
        {
            await phone.GoAsync(path);
            foreach (var width in new[] { 420, Phone })
            {
                await phone.Page.SetViewportSizeAsync(width, 844);
                if (await WidthAsync(phone.Page) is var needed && needed > width)
                {
                    wide.Add($"{path} at {width}: {needed}");
                }
            }
        }

        Assert.Empty(wide);
        await phone.AssertQuiet();
    }

    [Fact]
    public async Task Phone_MakesAServiceAndReadsARecord()
    {
        var id = await console.CallAsync("Hello");
        await using var phone = await OpenPhoneAsync();
        var page = phone.Page;
        await phone.GoAsync("/services");
        await page.GetByRole(AriaRole.Link, new() { Name = "New service" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("from-a-phone");
        await page.GetByLabel("URL").FillAsync("http://phone.example/base");
        await page.GetByTestId("save").ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "from-a-phone" }).WaitForAsync();
        Assert.Equal(Phone, await WidthAsync(page));

        await page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Requests", Exact = true }).ClickAsync();
        await page.Locator($"tr[data-id='{id}']").ClickAsync();
        foreach (var tab in RecordTabs)
        {
            await ShowTabAsync(page, tab);
            Assert.Equal(Phone, await WidthAsync(page));
        }

        Assert.Empty(await phone.ListFindingsAsync());
        await page.GetByTestId("request-detail").GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await page.Locator($"tr[data-id='{id}']").WaitForAsync();
        await phone.AssertQuiet();
    }

    private async Task<BrowserSession> OpenPhoneAsync()
    {
        var phone = await BrowserSession.OpenAsync(console.Gatehouse.ConsoleUrl, width: Phone, height: 844);
        await phone.SignInAsync("ada", CheckConsole.Password);

        return phone;
    }

    /// <summary>The width that the page would like to have.</summary>
    private static Task<int> WidthAsync(IPage page) => page.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)");

    private async Task<List<string>> ListDataPagesAsync()
    {
        await ApplyOneOfEachAsync();
        var id = await console.CallAsync("Hello", session: "pages-with-data");
        await console.CallAsync("nobody knows this", session: "pages-with-data");
        await console.Gatehouse.LogsAsync("&session_id=pages-with-data", 2, TestContext.Current.CancellationToken);
        var paths = new List<string>(await console.Session.ListMenuAsync()) { $"/logs/{id}", "/sessions/pages-with-data", "/logs?q=status:4xx", "/logs?q=status:200%20stauts:500", "/analytics?range=1h" };
        paths.AddRange([$"/logs/{id}/replay", .. Unlisted]);
        foreach (var collection in new[] { "services", "routes", "plugins", "consumers", "upstreams", "vaults", "certificates", "partials" })
        {
            var first = (await console.Gatehouse.AdminAsync($"/{collection}?size=1", TestContext.Current.CancellationToken))["data"]![0]!;
            var path = $"/{collection}/{first["id"]}";
            await console.GoAsync(path);
            paths.AddRange([path, .. await Page.Locator("main nav[aria-label^='Parts of'] a").EvaluateAllAsync<string[]>("all => all.map(a => a.getAttribute('href'))")]);
        }

        return [.. paths.Distinct()];
    }

    private static async Task ShowTabAsync(IPage page, string tab)
    {
        await page.GetByTestId($"tab-{tab}").ClickAsync();
        await Assertions.Expect(page.GetByTestId($"tab-{tab}")).ToHaveAttributeAsync("aria-selected", "true");
    }

    /// <summary>One of each kind that the routes of the fixture do without, so that its page has something to show.</summary>
    private Task ApplyOneOfEachAsync()
    {
        using var key = RSA.Create(2048);
        var now = DateTimeOffset.UtcNow;
        using var certificate = new CertificateRequest("CN=pages.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(now.AddDays(-1), now.AddDays(30));

        return console.Gatehouse.ApplyAsync(
            $$"""
            _format_version: "3.0"
            consumers:
            - username: pages
              keyauth_credentials: [{ key: key-of-pages }]
            upstreams:
            - name: pages
              targets: [{ target: "localhost:9" }]
            vaults:
            - { prefix: pages, name: env, config: { prefix: PAGES_ } }
            certificates:
            - id: 6b1f6f8e-0d3f-4a4e-9f0b-6a3c1d2e4f50
              cert: {{JsonSerializer.Serialize(certificate.ExportCertificatePem())}}
              key: {{JsonSerializer.Serialize(key.ExportPkcs8PrivateKeyPem())}}
            partials:
            - { name: pages, type: redis-ce, config: { host: localhost } }
            plugins:
            - { name: file-log, config: { path: {{Path.Combine(console.Gatehouse.DataFolder, "pages.log")}} } }
            """,
            TestContext.Current.CancellationToken);
    }
}
