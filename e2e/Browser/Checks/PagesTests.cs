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

    private const int Phone = 390;

    private IPage Page => console.Page;

    [Fact]
    public async Task EveryPage_WithData_AxeFindsNothingInEitherTheme() => await console.Session.AssertFlawlessAsync(await ListDataPagesAsync());

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
        foreach (var tab in new[] { "chat", "request", "response", "record", "overview" })
        {
            await page.GetByTestId($"tab-{tab}").ClickAsync();
            await Assertions.Expect(page.GetByTestId($"tab-{tab}")).ToHaveAttributeAsync("aria-selected", "true");
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
        var id = await console.CallAsync("Hello", session: "pages-with-data");
        await console.CallAsync("nobody knows this", session: "pages-with-data");
        await console.Gatehouse.LogsAsync("&session_id=pages-with-data", 2, TestContext.Current.CancellationToken);
        var paths = new List<string>(await console.Session.ListMenuAsync()) { $"/logs/{id}", "/sessions/pages-with-data", "/logs?q=status:4xx", "/analytics?range=1h" };
        paths.AddRange([$"/logs/{id}/replay", .. Unlisted]);
        foreach (var collection in new[] { "services", "routes", "plugins" })
        {
            var first = (await console.Gatehouse.AdminAsync($"/{collection}?size=1", TestContext.Current.CancellationToken))["data"]![0]!;
            paths.Add($"/{collection}/{first["id"]}");
        }

        return [.. paths.Distinct()];
    }
}
