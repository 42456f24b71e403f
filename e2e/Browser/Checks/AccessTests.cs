using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Gateway.E2E.Harness;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser.Checks;

/// <summary>Tokens of the command line made and ended in the console, what a viewer may not do, and a session that ends in all its tabs.</summary>
public sealed class AccessTests(CheckConsole console) : IClassFixture<CheckConsole>
{
    private const string ViewerPassword = "a viewer who only looks";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IPage Page => console.Page;

    [Fact]
    public async Task Token_MadeInTheConsole_ServesDeckShowsItsUseAndEndsWhenRevoked()
    {
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await console.GoAsync("/tokens?new=true", arrives: "/tokens");
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync("laptop deck");
        await Page.GetByTestId("token-dialog").GetByRole(AriaRole.Button, new() { Name = "decK" }).ClickAsync();
        await Page.GetByTestId("create-token").ClickAsync();
        var token = await Page.GetByTestId("token-value").InnerTextAsync();

        // What is copied is the whole of it, though the page shows the token only once.
        var lines = Page.GetByTestId("new-token").Locator(".codebox");
        await lines.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
        await lines.GetByRole(AriaRole.Button, new() { Name = "Copied" }).WaitForAsync();
        var exports = await Page.EvaluateAsync<string>("navigator.clipboard.readText()");
        Assert.Contains($"export KONNECT_TOKEN='{token}'", exports, StringComparison.Ordinal);
        Assert.Contains("name: chat", (await DumpAsync(exports)).EnsureSuccess().Output, StringComparison.Ordinal);

        await Page.GetByTestId("close-new-token").ClickAsync();
        await Page.GetByTestId("new-token").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        var row = Page.Locator("tr[data-name='laptop deck']");
        Assert.DoesNotContain(token, await Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Contains(DayIn(30), await row.InnerTextAsync(), StringComparison.Ordinal);
        await Assertions.Expect(row.Locator(".used")).Not.ToContainTextAsync("never", new() { Timeout = 30_000 });

        await row.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Page.GetByTestId("confirm").ClickAsync();
        await row.GetByText("revoked").WaitForAsync();
        var refused = await DumpAsync(exports);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("401", refused.Output + refused.Error, StringComparison.Ordinal);
        await console.Session.AssertQuiet();
    }

    [Fact]
    public async Task Viewer_SeesEverythingChangesNothing_InPagesAndApi()
    {
        await using var viewer = await InviteAsync("vic");
        var page = viewer.Page;

        await viewer.GoAsync("/services");
        var button = page.Locator("main .head").GetByRole(AriaRole.Button, new() { Name = "New service" });
        Assert.True(await button.IsDisabledAsync());
        Assert.Contains("Editor", await button.GetAttributeAsync("title"), StringComparison.Ordinal);
        Assert.Equal(0, await page.GetByTestId("new-menu").CountAsync());
        await page.Keyboard.PressAsync("Control+k");
        await page.Keyboard.TypeAsync("new service");
        await page.GetByTestId("palette").GetByText("Search requests for “new service”").WaitForAsync();
        Assert.Equal(0, await page.GetByTestId("palette").GetByText("New service", new() { Exact = true }).CountAsync());
        await page.Keyboard.PressAsync("Escape");

        // No page leads to a form that could not be saved.
        var service = (await console.Gatehouse.AdminAsync("/services?size=1", Cancellation))["data"]![0]!["id"];
        foreach (var path in new[] { "/services", $"/services/{service}", "/plugins", "/keys" })
        {
            await viewer.GoAsync(path);
            Assert.Empty(await page.Locator("main a[href*='/new'], main a[href*='copy=']").EvaluateAllAsync<string[]>("all => all.map(a => a.outerHTML)"));
            Assert.NotEqual(0, await page.Locator("main button[disabled][title='Needs the role Editor']").CountAsync());
        }

        await viewer.GoAsync("/tokens");
        await page.GetByTestId("add-token").First.ClickAsync();
        await page.GetByTestId("scope-config:write").WaitForAsync();
        Assert.True(await page.GetByTestId("scope-config:write").IsDisabledAsync());
        Assert.True(await page.GetByTestId("scope-admin").IsDisabledAsync());
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("looks");
        await page.GetByTestId("scope-config:read").CheckAsync();
        await page.GetByTestId("create-token").ClickAsync();
        var token = await page.GetByTestId("token-value").InnerTextAsync();
        Assert.Equal(HttpStatusCode.OK, await ApiAsync(HttpMethod.Get, token, "/services"));
        Assert.Equal(HttpStatusCode.Forbidden, await ApiAsync(HttpMethod.Post, token, "/services", """{"name":"not-mine","url":"http://localhost"}"""));

        // Not by way of another token either.
        Assert.Equal(HttpStatusCode.Forbidden, await ApiAsync(HttpMethod.Post, token, "/v3/users/me/access-tokens", """{"name":"more","scopes":["config:read","config:write"]}"""));
        await viewer.AssertQuiet();
    }

    [Fact]
    public async Task Session_EndedInOneTab_EndsInTheOther()
    {
        await using var first = await InviteAsync("two-tabs");
        var second = await first.Page.Context.NewPageAsync();
        await second.GotoAsync("/routes");
        await second.GetByTestId("gateway-status").WaitForAsync();

        await first.Page.GetByTestId("user-menu").ClickAsync();
        await first.Page.GetByTestId("sign-out").ClickAsync();
        await first.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" }).WaitForAsync();

        // Nobody touches the other tab; its page notices by itself.
        await second.GetByText("You are signed out").WaitForAsync(new() { Timeout = 60_000 });
        await second.GetByLabel("User name or e-mail").FillAsync("two-tabs");
        await second.GetByLabel("Password").FillAsync(ViewerPassword);
        await second.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await second.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Routes" }).WaitForAsync();
    }

    /// <summary>Invites a viewer, who chooses a password in a browser of their own and is signed in there.</summary>
    private async Task<BrowserSession> InviteAsync(string name)
    {
        await console.GoAsync("/users?new=true", arrives: "/users");
        await Page.GetByLabel("User name or e-mail").FillAsync(name);
        await Page.GetByTestId("invite").ClickAsync();
        await Page.GetByTestId("password-link").GetByText($"“{name}”").WaitForAsync();
        var link = (await Page.GetByTestId("password-link").Locator("pre").InnerTextAsync()).Trim();

        var session = await BrowserSession.OpenAsync(console.Gatehouse.ConsoleUrl);
        await session.Page.GotoAsync(link);
        await session.Page.GetByLabel("Password", new() { Exact = true }).FillAsync(ViewerPassword);
        await session.Page.GetByLabel("Password again").FillAsync(ViewerPassword);
        await session.Page.GetByRole(AriaRole.Button, new() { Name = "Set password" }).ClickAsync();
        await session.Page.ArriveAsync(url => !url.Contains("/password", StringComparison.Ordinal));
        await session.SignInIfAskedAsync(name, ViewerPassword);

        return session;
    }

    /// <summary>The day on which something ends, as the page writes it for its browser.</summary>
    private static string DayIn(int days) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow.AddDays(days), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")).ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    private Task<CommandResult> DumpAsync(string exports) =>
        new Command("bash", "-c", $"{exports}\ndeck gateway dump -o -").With("PATH", console.Gatehouse.Exports["PATH"]).RunAsync(Cancellation);

    private async Task<HttpStatusCode> ApiAsync(HttpMethod method, string token, string path, string? body = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, console.Gatehouse.AdminUrl + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, Cancellation);

        return answer.StatusCode;
    }
}
