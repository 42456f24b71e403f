using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Gateway.E2E.Harness;
using Gateway.E2E.Sdks;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser;

/// <summary>A person's way through the console in a real browser: account, a call watched while it runs, pause, detail, tokens.</summary>
public sealed class ConsoleJourneyTests(SdkGateway gateway) : IClassFixture<SdkGateway>
{
    private const string Password = "a gate that is watched";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Journey_FromSetUpLinkToRevokedToken_WorksAndStaysQuiet()
    {
        await using var session = await BrowserSession.OpenAsync(gateway.Gatehouse.ConsoleUrl);
        var page = session.Page;
        await session.CreateAdministratorAsync(gateway.Gatehouse.SetupLink, Password);
        Assert.DoesNotContain("token", page.Url, StringComparison.Ordinal);
        await SignOutAndInAsync(session);

        await WatchOneCallAsync(session);
        await PauseAsync(page);
        await OpenDetailAsync(session);
        await UseTokenAsync(session);
        await DarkAndNarrowAsync(session);

        await session.AssertQuiet();
    }

    private static async Task SignOutAndInAsync(BrowserSession session)
    {
        var page = session.Page;
        await page.GetByTestId("user-menu").ClickAsync();
        await page.GetByTestId("sign-out").ClickAsync();
        await page.GetByLabel("User name or e-mail").WaitForAsync();
        await session.AssertAccessible();
        await page.GetByLabel("User name or e-mail").FillAsync("ada");
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.GetByTestId("gateway-status").WaitForAsync();
    }

    private async Task WatchOneCallAsync(BrowserSession session)
    {
        var page = session.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Requests", Exact = true }).ClickAsync();
        await page.GetByTestId("empty-state").WaitForAsync();
        foreach (var path in new[] { "/connect/codex", "/connect/claude-code" })
        {
            await page.GetByTestId("empty-state").Locator($"a[href='{path}']").First.WaitForAsync();
        }

        Assert.Contains("curl ", await page.GetByTestId("first-curl").InnerTextAsync(), StringComparison.Ordinal);

        var call = CallAsync("Tell me the slow story", isStream: true);
        var row = page.GetByTestId("request-row");
        await row.Filter(new() { HasText = "streaming" }).WaitForAsync();
        var id = await row.GetAttributeAsync("data-id");
        var first = await CountAsync(page);
        await page.WaitForFunctionAsync("first => Number(document.querySelector('.caret')?.textContent ?? 0) > first || !document.querySelector('.caret')", first);
        await ExpectClockRunsAsync(page);
        Assert.False(call.IsCompleted, "The call was over before its tokens were seen to grow.");

        Assert.Equal(HttpStatusCode.OK, await call);
        // At its beginning: a time of day has such digits too.
        await row.Filter(new() { HasTextRegex = new Regex(@"^\s*200") }).WaitForAsync();
        Assert.Equal(id, await row.GetAttributeAsync("data-id"));
        Assert.Contains("$", await row.InnerTextAsync(), StringComparison.Ordinal);
        var columns = await page.GetByTestId("request-list").Locator("th").AllTextContentsAsync();
        var cells = await row.Locator("td").AllTextContentsAsync();
        foreach (var column in new[] { "Out", "TTFT" })
        {
            Assert.Matches("[1-9]", cells[columns.ToList().IndexOf(column)]);
        }

        await session.AssertAccessible();
    }

    /// <summary>The time of a running row goes on.</summary>
    private static async Task ExpectClockRunsAsync(IPage page)
    {
        const string clock = "document.querySelector('[data-testid=request-row] [data-since]')?.textContent";
        var first = await (await page.WaitForFunctionAsync($"() => {clock}")).JsonValueAsync<string>();
        await page.WaitForFunctionAsync($"first => {clock} && {clock} !== first", first);
    }

    private async Task PauseAsync(IPage page)
    {
        await page.GetByTestId("pause").ClickAsync();
        await CallAsync("Ping");
        await page.GetByTestId("resume").Filter(new() { HasText = "1 new" }).WaitForAsync();
        Assert.Equal(1, await page.GetByTestId("request-row").CountAsync());

        await page.GetByTestId("resume").ClickAsync();
        await page.GetByTestId("request-row").Nth(1).WaitForAsync();
    }

    private static async Task OpenDetailAsync(BrowserSession session)
    {
        var page = session.Page;
        await page.GetByTestId("request-row").First.ClickAsync();
        var detail = page.GetByTestId("request-detail");
        await detail.GetByText("Timing").WaitForAsync();
        Assert.Matches("/logs/[0-9a-f]{32}$", page.Url);
        await session.AssertAccessible();

        await page.GetByTestId("tab-chat").ClickAsync();
        await detail.GetByText("The conversation is not stored").WaitForAsync();
        await page.GetByTestId("tab-request").ClickAsync();
        await detail.GetByText("redacted").First.WaitForAsync();
        Assert.DoesNotContain(TestKeys.Client, await page.ContentAsync(), StringComparison.Ordinal);

        await page.ReloadAsync();
        await detail.GetByText("Timing").WaitForAsync();
        await CloseByKeyAsync(page, detail);
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("status:5xx");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByTestId("no-results").WaitForAsync();
        Assert.Contains("q=status", page.Url, StringComparison.Ordinal);
    }

    /// <summary>The keys of a page that was just drawn are heard a round trip later.</summary>
    private static async Task CloseByKeyAsync(IPage page, ILocator detail)
    {
        for (var attempt = 0; attempt < 20 && await detail.CountAsync() > 0; attempt++)
        {
            await page.Keyboard.PressAsync("Escape");
            await page.WaitForTimeoutAsync(250);
        }

        Assert.Equal(0, await detail.CountAsync());
    }

    private async Task UseTokenAsync(BrowserSession session)
    {
        var page = session.Page;
        await page.GotoAsync("/tokens");
        await page.GetByTestId("add-token").First.ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("browser");
        await page.GetByTestId("create-token").ClickAsync();
        var token = await page.GetByTestId("token-value").InnerTextAsync();
        await session.AssertAccessible();
        Assert.Equal(HttpStatusCode.OK, await ListServicesAsync(token));

        await page.ReloadAsync();
        var row = page.Locator("tr[data-name=browser]");
        await row.WaitForAsync();
        Assert.DoesNotContain(token, await page.ContentAsync(), StringComparison.Ordinal);
        await row.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await page.GetByTestId("confirm").ClickAsync();
        await row.GetByText("revoked").WaitForAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, await ListServicesAsync(token));
    }

    private static async Task DarkAndNarrowAsync(BrowserSession session)
    {
        var page = session.Page;
        await page.GetByTestId("theme").ClickAsync();
        await page.WaitForFunctionAsync("document.documentElement.dataset.theme === 'dark'");
        await session.AssertAccessible();
        await page.GotoAsync("/logs");
        await page.GetByTestId("request-row").First.WaitForAsync();
        Assert.Equal("dark", await page.EvaluateAsync<string>("document.documentElement.dataset.theme"));
        await session.AssertAccessible();

        await page.GotoAsync("/nothing-here");
        await page.GetByText("This page does not exist").WaitForAsync();
        await page.GotoAsync("/logs");

        await page.SetViewportSizeAsync(420, 900);
        await AssertNoSidewaysScroll(page);
        await page.GetByTestId("request-row").First.ClickAsync();
        await page.GetByTestId("request-detail").GetByText("Timing").WaitForAsync();
        await AssertNoSidewaysScroll(page);
        await session.AssertAccessible();
        await page.GotoAsync("/tokens");
        await page.Locator("tr[data-name=browser]").WaitForAsync();
        await AssertNoSidewaysScroll(page);
    }

    private static async Task AssertNoSidewaysScroll(IPage page) =>
        Assert.Equal(420, await page.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, window.innerWidth)"));

    private static Task<int> CountAsync(IPage page) => page.EvaluateAsync<int>("Number(document.querySelector('.caret')?.textContent ?? 0)");

    private async Task<HttpStatusCode> CallAsync(string text, bool isStream = false)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{gateway.Gatehouse.ProxyUrl}/chat/v1/chat/completions");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestKeys.Client);
        request.Content = new StringContent(
            $$"""{"model":"gpt-4o","stream":{{(isStream ? "true" : "false")}},"messages":[{"role":"user","content":"{{text}}"}]}""", Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, Cancellation);

        return answer.StatusCode;
    }

    private async Task<HttpStatusCode> ListServicesAsync(string token)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{gateway.Gatehouse.AdminUrl}/services");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.SendAsync(request, Cancellation);

        return answer.StatusCode;
    }
}
