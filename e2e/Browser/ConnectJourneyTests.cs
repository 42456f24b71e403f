using System.Text.RegularExpressions;
using Gateway.E2E.Harness;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser;

/// <summary>A stranger's first minutes: set-up, an agent connected, the real program run, every point of the checklist green; then all of it removed.</summary>
public sealed class ConnectJourneyTests : IAsyncLifetime
{
    private const string Password = "a gate that is watched";
    private const string Question = "Tell me about Procopius' Secret History.";

    private GatehouseProcess? _gatehouse;
    private MockProvider? _provider;
    private CodingAgents? _agents;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private GatehouseProcess Gatehouse => _gatehouse!;

    public async ValueTask InitializeAsync()
    {
        _provider = await MockProvider.StartAsync();
        _gatehouse = await GatehouseProcess.StartAsync(GatehouseProcess.ProvidersAt(_provider.BaseUrl));
        _agents = new CodingAgents();
    }

    public async ValueTask DisposeAsync()
    {
        _agents?.Dispose();
        if (_gatehouse is not null)
        {
            await _gatehouse.DisposeAsync();
        }

        if (_provider is not null)
        {
            await _provider.DisposeAsync();
        }
    }

    [Fact]
    public async Task FirstRun_ClaudeCodeThenCodex_TurnGreenByWhatTheRealProgramsSend()
    {
        await using var session = await BrowserSession.OpenAsync(Gatehouse.ConsoleUrl);
        var page = session.Page;
        await SetUpAsync(page);

        await page.GetByTestId("connect-claude-code").ClickAsync();
        await ConnectAsync(session, typesKey: true);
        var line = await page.GetByTestId("start-line").InnerTextAsync();
        Assert.Equal($"ANTHROPIC_BASE_URL={Gatehouse.ProxyUrl}/claude ANTHROPIC_AUTH_TOKEN=sk-xxx ANTHROPIC_MODEL=gpt-5-mini claude", line);
        var claude = await _agents!.Claude21330Async($"{Gatehouse.ProxyUrl}/claude", Question, Cancellation);
        Assert.Contains("Procopius of Caesarea wrote", claude.EnsureSuccess().Output, StringComparison.Ordinal);
        await AllGreenAsync(session);
        await WatchClaudeAsync(session);

        await page.GotoAsync("/connect/codex");
        await ConnectAsync(session, typesKey: false);
        foreach (var codex in new[]
        {
            await _agents.Codex055Async($"{Gatehouse.ProxyUrl}/codex", Question, Cancellation),
            await _agents.Codex0169Async($"{Gatehouse.ProxyUrl}/codex", Question, Cancellation),
        })
        {
            Assert.Contains("Procopius of Caesarea wrote", codex.EnsureSuccess().Output, StringComparison.Ordinal);
        }

        await AllGreenAsync(session);
        await RemoveAsync(page);

        await page.SetViewportSizeAsync(420, 900);
        await page.GotoAsync("/connect/codex");
        await page.GetByTestId("create").WaitForAsync();
        Assert.Equal(420, await page.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, window.innerWidth)"));
        await session.AssertAccessible();
        await session.AssertQuiet();
    }

    private async Task SetUpAsync(IPage page)
    {
        await page.GotoAsync(Gatehouse.SetupLink);
        await page.GetByLabel("User name or e-mail").FillAsync("ada");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await page.GetByLabel("Password again").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create administrator" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Connect an agent" }).WaitForAsync();
    }

    private static async Task ConnectAsync(BrowserSession session, bool typesKey)
    {
        var page = session.Page;
        await page.GetByTestId("create").WaitForAsync();
        if (typesKey)
        {
            await page.GetByLabel("Key", new() { Exact = true }).FillAsync(TestKeys.Provider);
        }

        await page.GetByTestId("check-key").ClickAsync();
        await page.GetByTestId("key-verdict").GetByText("took the key").WaitForAsync();
        await session.AssertAccessible();
        await page.GetByTestId("create").ClickAsync();
        await page.GetByTestId("checklist").WaitForAsync();
        Assert.DoesNotContain(TestKeys.Provider, await page.ContentAsync(), StringComparison.Ordinal);
        await page.Locator("[data-testid=check-reached][data-state=waiting]").WaitForAsync();
        await session.AssertAccessible();
    }

    private static async Task AllGreenAsync(BrowserSession session)
    {
        var page = session.Page;
        await page.GetByTestId("done").WaitForAsync();
        var states = await page.Locator("[data-testid^=check-][data-state]").EvaluateAllAsync<string[]>("all => all.map(e => `${e.dataset.testid} ${e.dataset.state}`)");
        Assert.Equal(
            ["check-reached ok", "check-path ok", "check-key ok", "check-streamed ok", "check-usage ok", "check-priced ok", "check-session ok"], states);
        await session.AssertAccessible();
    }

    /// <summary>The list of requests while Claude Code runs: its row streams, grows, ends in place, and leads to its session.</summary>
    private async Task WatchClaudeAsync(BrowserSession session)
    {
        var page = session.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Live log" }).ClickAsync();
        await page.ArriveAsync("**/logs");
        var run = _agents!.Claude21330Async($"{Gatehouse.ProxyUrl}/claude", "Tell me the slow story", Cancellation);
        var row = page.GetByTestId("request-row").Filter(new() { HasText = "streaming" }).Filter(new() { HasText = "Claude Code" });
        await row.First.WaitForAsync();
        var id = await row.First.GetAttributeAsync("data-id");
        Assert.False(run.IsCompleted, "Claude Code had ended before its request was seen.");

        Assert.Contains("behind his ear", (await run).EnsureSuccess().Output, StringComparison.Ordinal);
        var ended = page.Locator($"[data-testid=request-row][data-id='{id}']").Filter(new() { HasTextRegex = new Regex(@"^\s*200") });
        await ended.ClickAsync();
        await page.GetByTestId("request-detail").Locator("a[href^='/sessions/']").ClickAsync();
        await page.GetByTestId("turns").WaitForAsync();
        await session.AssertAccessible();
    }

    private async Task RemoveAsync(IPage page)
    {
        await page.GetByTestId("remove").ClickAsync();
        await page.GetByTestId("delete-name").FillAsync("codex-route");
        await page.GetByTestId("confirm-delete").ClickAsync();
        await page.GetByTestId("connections").WaitForAsync();
        var services = (await Gatehouse.AdminAsync("/services", Cancellation))["data"]!.AsArray();
        Assert.Equal("claude-service", Assert.Single(services).Text("name"));
    }
}
