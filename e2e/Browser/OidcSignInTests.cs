using Gateway.E2E.Harness;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser;

/// <summary>Sign-in through a real OpenID provider in a real browser.</summary>
public sealed class OidcSignInTests(OidcConsole console) : IClassFixture<OidcConsole>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SignIn_Newcomer_HasTheMappedRoleAndFollowsIt()
    {
        await console.Provider.DescribeAsync("grace", new { name = "Grace H.", roles = new[] { "all", "unmapped" } }, Cancellation);
        await using var session = await OpenAsync();
        var page = session.Page;

        await page.GotoAsync("/logs?q=status%3A4xx");
        await page.GetByTestId("oidc").Filter(new() { HasText = "Continue with Example ID" }).WaitForAsync();
        await session.AssertAccessible();
        await page.GetByTestId("oidc").ClickAsync();
        await SignInAtProviderAsync(page, "grace");
        await page.GetByTestId("gateway-status").WaitForAsync();
        Assert.Equal($"{console.Gatehouse.ConsoleUrl}/logs?q=status:4xx", Uri.UnescapeDataString(page.Url));
        await page.GotoAsync("/users");
        await page.GetByText("Needs the role Admin.").WaitForAsync();

        await console.Provider.DescribeAsync("grace", new { roles = new[] { "all", "ops" } }, Cancellation);
        await page.ReloadAsync();
        await page.GetByText("Needs the role Admin.").WaitForAsync();
        await SignOutAsync(page);
        await page.GotoAsync("/users");
        await page.GetByTestId("oidc").ClickAsync();
        await page.Locator("tr[data-name=grace]").GetByText("Grace H.").WaitForAsync();
        Assert.Equal("Admin", await page.GetByLabel("Role of grace").InputValueAsync());
        await session.AssertQuiet();
    }

    [Fact]
    public async Task SignIn_WithoutAMappedRole_IsToldSoAndMayBeSomebodyElse()
    {
        await console.Provider.DescribeAsync("mallory", new { roles = new[] { "unmapped" } }, Cancellation);
        await console.Provider.DescribeAsync("alan", new { roles = new[] { "all" } }, Cancellation);
        await using var session = await OpenAsync();
        var page = session.Page;

        await page.GotoAsync("/login");
        await page.GetByTestId("oidc").ClickAsync();
        await SignInAtProviderAsync(page, "mallory");
        await page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "Example ID knows you, but gives you no role in this console" }).WaitForAsync();
        await session.AssertAccessible();
        await page.GotoAsync("/");
        await page.GetByLabel("Password").WaitForAsync();

        await page.GotoAsync("/login?reason=no-role");
        await page.GetByTestId("oidc").ClickAsync();
        await SignInAtProviderAsync(page, "alan");
        await page.GetByTestId("gateway-status").WaitForAsync();
        await session.AssertQuiet();
    }

    [Fact]
    public async Task Callback_TamperedOrOfAnotherBrowser_IsRefused()
    {
        await console.Provider.DescribeAsync("edsger", new { roles = new[] { "all" } }, Cancellation);
        await using var session = await OpenAsync();
        var page = session.Page;

        await page.GotoAsync("/login");
        await page.GetByTestId("oidc").ClickAsync();
        await page.GetByLabel("Login").WaitForAsync();
        var callback = await FindCallbackAsync(page, "edsger");
        await page.GotoAsync(callback.Replace("state=", "state=x", StringComparison.Ordinal));
        await RefusedAsync(page);

        await using var other = await OpenAsync();
        await other.Page.GotoAsync(callback);
        await RefusedAsync(other.Page);
        await other.Page.GotoAsync("/");
        await other.Page.GetByLabel("Password").WaitForAsync();

        await page.GotoAsync(callback);
        await page.GetByTestId("gateway-status").WaitForAsync();
        await page.GotoAsync(callback);
        await RefusedAsync(page);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    public async Task SignIn_ReturnAddressElsewhere_LeadsHome(string returnUrl)
    {
        await console.Provider.DescribeAsync("barbara", new { roles = new[] { "all" } }, Cancellation);
        await using var session = await OpenAsync();
        var page = session.Page;

        await page.GotoAsync($"/login/oidc?returnUrl={Uri.EscapeDataString(returnUrl)}");
        await SignInAtProviderAsync(page, "barbara");

        await page.GetByTestId("gateway-status").WaitForAsync();
        Assert.Equal($"{console.Gatehouse.ConsoleUrl}/", page.Url);
        await session.AssertQuiet();
    }

    [Fact]
    public async Task SignIn_ProviderDown_SaysSoAndPasswordsWork()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var gatehouse = await GatehouseProcess.StartAsync(OidcConsole.Flags(provider.Issuer));
        await using var session = await BrowserSession.OpenAsync(gatehouse.ConsoleUrl);
        var page = session.Page;

        await page.GotoAsync("/login?returnUrl=%2Fusers");
        await page.GetByTestId("oidc").ClickAsync();
        await page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "Example ID cannot be reached" }).WaitForAsync();
        await page.GetByLabel("User name or e-mail").FillAsync("ada");
        await page.GetByLabel("Password").FillAsync(OidcConsole.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();

        await page.Locator("tr[data-name=ada]").WaitForAsync();
        Assert.Contains("Gateway__Console__Oidc__Authority: the metadata of", gatehouse.ReadServerLog(), StringComparison.Ordinal);
        Assert.DoesNotContain(TestKeys.Provider, gatehouse.ReadServerLog(), StringComparison.Ordinal);
        await session.AssertQuiet();
    }

    private Task<BrowserSession> OpenAsync() => BrowserSession.OpenAsync(console.Gatehouse.ConsoleUrl, partner: new Uri(console.Provider.Issuer).Authority);

    private static Task RefusedAsync(IPage page) =>
        page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "belongs to no sign-in that this browser began" }).WaitForAsync();

    /// <summary>Signs in at the provider without following its last redirect, the one to the console.</summary>
    private async Task<string> FindCallbackAsync(IPage page, string login)
    {
        var form = page.APIRequest.CreateFormData();
        form.Set("login", login);
        var answer = await page.APIRequest.PostAsync(page.Url, new() { Form = form, MaxRedirects = 0 });
        while (!answer.Headers["location"].StartsWith(console.Gatehouse.ConsoleUrl, StringComparison.Ordinal))
        {
            answer = await page.APIRequest.GetAsync(answer.Headers["location"], new() { MaxRedirects = 0 });
        }

        return answer.Headers["location"];
    }

    private static async Task SignInAtProviderAsync(IPage page, string login)
    {
        await page.GetByLabel("Login").FillAsync(login);
        await page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
    }

    private static async Task SignOutAsync(IPage page)
    {
        await page.GetByTestId("user-menu").ClickAsync();
        await page.GetByTestId("sign-out").ClickAsync();
        await page.GetByLabel("Password").WaitForAsync();
    }
}
