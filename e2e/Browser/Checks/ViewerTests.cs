using Microsoft.Playwright;

namespace Gateway.E2E.Browser.Checks;

/// <summary>The list of requests: what is typed stays, what is filtered is in the address, what is opened comes back, and what was missed is caught up.</summary>
public sealed class ViewerTests(CheckConsole console) : IClassFixture<CheckConsole>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IPage Page => console.Page;

    private ILocator Rows => Page.GetByTestId("request-row");

    [Fact]
    public async Task Filter_HalfTyped_OutlivesWhatArrivesMeanwhile()
    {
        await console.CallAsync("Ping");
        await console.GoAsync("/logs");
        await Rows.First.WaitForAsync();
        await Page.GetByTestId("filter").ClickAsync();
        await Page.Keyboard.TypeAsync("model:gpt");

        // Rows come in while the cursor is in the field, and after it has left.
        await console.CallAsync("Hello");
        await console.CallAsync("Ping");
        await Page.Locator("main h1").ClickAsync();
        var before = await Rows.First.GetAttributeAsync("data-id");
        await console.CallAsync("Hello");
        await CheckConsole.ExpectAsync(async () => await Rows.First.GetAttributeAsync("data-id") != before, "the new request is in the list");
        Assert.Equal("model:gpt", await Page.GetByTestId("filter").InputValueAsync());

        await Page.GetByTestId("filter").PressAsync("Enter");
        await Page.ArriveAsync("**/logs?q=model*");
        await console.Session.AssertQuiet();
    }

    [Fact]
    public async Task Filter_InTheAddress_ShowsTheSameInAnotherBrowserAndSaysWhatIsWrong()
    {
        await console.CallAsync("Ping");
        await console.CallAsync("nobody knows this", model: "gpt-5-mini");
        await console.Gatehouse.LogsAsync("&model=gpt-5-mini", 1, Cancellation);
        await console.GoAsync("/logs");
        // A slash within the field would be part of what is typed.
        await Page.Locator("main h1").ClickAsync();
        await Page.Keyboard.PressAsync("/");
        await Page.Keyboard.TypeAsync("status:4xx model:gpt-5*");
        await Page.Keyboard.PressAsync("Enter");
        await Page.ArriveAsync("**/logs?q=*");
        await Assertions.Expect(Page.Locator(".chip")).ToHaveCountAsync(2);
        await CheckConsole.ExpectAsync(async () => await Rows.AllInnerTextsAsync() is { Count: > 0 } rows && rows.All(row => row.Contains("404", StringComparison.Ordinal)), "only what the filter names is listed");
        var ids = await IdsAsync(Page);

        await Page.ReloadAsync();
        await Rows.First.WaitForAsync();
        Assert.Equal(ids, await IdsAsync(Page));
        await using (var other = await BrowserSession.OpenAsync(console.Gatehouse.ConsoleUrl))
        {
            await other.SignInAsync("ada", CheckConsole.Password, new Uri(Page.Url).PathAndQuery);
            await other.Page.GetByTestId("request-row").First.WaitForAsync();
            Assert.Equal(ids, await IdsAsync(other.Page));
        }

        await console.GoAsync("/logs?q=status:4xx%20stauts:500");
        await Page.Locator(".filter-error").WaitForAsync();
        Assert.Contains("stauts", await Page.Locator(".filter-error").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(["stauts:500"], await Page.Locator(".chip.bad").AllTextContentsAsync());
        var shown = await Rows.AllTextContentsAsync();
        Assert.NotEmpty(shown);
        // At its beginning: a time of day has such digits too.
        Assert.All(shown, row => Assert.Matches(@"^\s*4[0-9]{2}", row));
    }

    [Fact]
    public async Task Record_OpenedByAddress_MovesByKeysAndClosesBackToItsRow()
    {
        foreach (var text in new[] { "Ping", "Hello", "Ping" })
        {
            await console.CallAsync(text, session: "three-in-a-row");
        }

        await console.Gatehouse.LogsAsync("&session_id=three-in-a-row", 3, Cancellation);
        await console.GoAsync("/logs?q=session:three-in-a-row");
        await Rows.Nth(2).WaitForAsync();
        var ids = await IdsAsync(Page);

        await Page.GotoAsync($"/logs/{ids[0]}?q=session:three-in-a-row");
        await Page.GetByTestId("request-detail").GetByText("Timing").WaitForAsync();
        await console.Session.SettleAsync();
        foreach (var id in ids[1..])
        {
            await Page.Keyboard.PressAsync("j");
            await Page.ArriveAsync($"**/logs/{id}?*");
        }

        await Page.Keyboard.PressAsync("k");
        await Page.ArriveAsync($"**/logs/{ids[1]}?*");
        await console.Session.SettleAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Page.ArriveAsync(url => new Uri(url).AbsolutePath == "/logs");
        await Assertions.Expect(Page.Locator($"tr.sel[data-id='{ids[1]}']")).ToBeFocusedAsync();

        // The arrows go on from there, and Enter opens.
        await Page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(Page.Locator($"tr.sel[data-id='{ids[2]}']")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Page.ArriveAsync($"**/logs/{ids[2]}?*");
        await console.Session.AssertQuiet();
    }

    [Fact]
    public async Task Connection_CutForAWhile_SaysSoThenCatchesUp()
    {
        await console.CallAsync("Ping");
        // A browser of its own: what it complains about meanwhile is the point.
        await using var session = await BrowserSession.OpenAsync(console.Gatehouse.ConsoleUrl);
        var page = session.Page;
        // An open socket goes on without a network here, so that it has to be cut by itself.
        var sockets = new List<IWebSocketRoute>();
        await page.RouteWebSocketAsync(url => new Uri(url).AbsolutePath == "/_blazor", socket =>
        {
            socket.ConnectToServer();
            sockets.Add(socket);
        });
        await session.SignInAsync("ada", CheckConsole.Password, "/logs");
        await page.GetByTestId("request-row").First.WaitForAsync();
        await page.EvaluateAsync("window.isSamePage = true");
        // The time is taken in the page: between it and here lies whatever else this machine does.
        await page.EvaluateAsync(
            """
            () => {
              const dialog = document.getElementById('components-reconnect-modal');
              window.addEventListener('offline', () => (window.cutAt = performance.now()));
              new MutationObserver(() => dialog.open && (window.saidAt ??= performance.now())).observe(dialog, { attributes: true });
            }
            """);
        var cutAt = DateTimeOffset.UtcNow;
        await page.Context.SetOfflineAsync(true);
        await sockets[^1].CloseAsync(new() { Code = 3001, Reason = "cut" });
        var missed = await console.CallAsync("Hello");
        await console.Gatehouse.LogsAsync($"&q=id:{missed}", 1, Cancellation);
        var dialog = page.Locator("#components-reconnect-modal");

        await page.WaitForFunctionAsync("() => window.saidAt");
        Assert.InRange(await page.EvaluateAsync<double>("window.saidAt - window.cutAt"), 900, 2500);
        Assert.Contains("no network", await dialog.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(await session.ListFindingsAsync());
        await Task.Delay(TimeSpan.FromSeconds(10) - (DateTimeOffset.UtcNow - cutAt), Cancellation);
        Assert.NotNull(await dialog.GetAttributeAsync("open"));
        Assert.Equal(0, await page.Locator($"tr[data-id='{missed}']").CountAsync());
        await page.Context.SetOfflineAsync(false);

        await CheckConsole.ExpectAsync(async () => await dialog.GetAttributeAsync("open") is null, "the dialog has gone");
        await page.Locator($"tr[data-id='{missed}']").WaitForAsync();
        Assert.True(await page.EvaluateAsync<bool>("window.isSamePage === true"), "The page was loaded again.");
        var next = await console.CallAsync("Ping");
        await page.Locator($"tr[data-id='{next}']").WaitForAsync();
    }

    [Fact]
    public async Task Zone_OfTheBrowser_IsTheOneOfTimesAndExportsStayUtc()
    {
        var id = await console.CallAsync("Ping");
        var record = (await console.Gatehouse.LogsAsync($"&q=id:{id}", 1, Cancellation))[0];
        var started = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(record["started_at"]!.ToString(), System.Globalization.CultureInfo.InvariantCulture));
        await using var tokyo = await BrowserSession.OpenAsync(console.Gatehouse.ConsoleUrl, zone: "Asia/Tokyo", locale: "de-DE");
        await tokyo.SignInAsync("ada", CheckConsole.Password, "/logs");

        var row = tokyo.Page.Locator($"tr[data-id='{id}']");
        await row.WaitForAsync();
        await tokyo.SettleAsync();
        Assert.Contains(started.ToOffset(TimeSpan.FromHours(9)).ToString("HH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture), await row.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("Asia/Tokyo", await tokyo.Page.Locator(".stat").InnerTextAsync(), StringComparison.Ordinal);

        // The same download as in any other zone: the moment in UTC.
        var export = await tokyo.Page.EvaluateAsync<string>("query => fetch('/logs/export' + query).then(answer => answer.text())", $"?q=id:{id}&format=csv");
        Assert.Contains(started.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture) + "Z", export, StringComparison.Ordinal);
        await tokyo.AssertQuiet();
    }

    private static Task<string[]> IdsAsync(IPage page) =>
        page.GetByTestId("request-row").EvaluateAllAsync<string[]>("rows => rows.map(r => r.dataset.id)");
}
