using Gateway.E2E.Harness;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser.Checks;

/// <summary>A product that nobody has used yet: who gets in, who does not, and what its empty pages say.</summary>
public sealed class FirstRunTests
{
    private const string Password = CheckConsole.Password;

    [Fact]
    public async Task SetUp_ByTheLinkOnly_OnceThenDeepLinksRestartsAndEmptyPages()
    {
        await using var gatehouse = await GatehouseProcess.StartAsync();
        await using var session = await BrowserSession.OpenAsync(gatehouse.ConsoleUrl);
        var page = session.Page;
        var link = gatehouse.SetupLink;

        // Before: nothing but the way to the link.
        await page.GotoAsync("/services");
        Assert.Equal("/setup", new Uri(page.Url).AbsolutePath);
        Assert.Contains($"Open {link} to create the administrator.", gatehouse.ReadServerLog(), StringComparison.Ordinal);
        foreach (var path in new[] { "/setup", "/setup?token=wrong" })
        {
            await page.GotoAsync(path);
            await page.GetByRole(AriaRole.Heading).First.WaitForAsync();
            Assert.Equal(["Open the set-up link"], await page.GetByRole(AriaRole.Heading).AllInnerTextsAsync());
            Assert.Equal(0, await page.GetByRole(AriaRole.Textbox).CountAsync());
            Assert.Equal(0, await page.GetByLabel("Password", new() { Exact = true }).CountAsync());
        }

        Assert.Empty(await session.ListFindingsInBothThemesAsync());

        // Who sends something is told so: a redirect would look as if it had been taken.
        var refused = await page.APIRequest.PostAsync("/login");
        Assert.Equal(503, refused.Status);
        Assert.Contains("Gatehouse is not set up", await refused.TextAsync(), StringComparison.Ordinal);

        // With it: an administrator, and the page that leads on.
        await page.GotoAsync(link);
        await page.GetByLabel("Password again").WaitForAsync();
        Assert.Empty(await session.ListFindingsInBothThemesAsync());
        await session.CreateAdministratorAsync(link, Password);
        await page.GetByRole(AriaRole.Heading, new() { Name = "Connect an agent" }).WaitForAsync();
        Assert.DoesNotContain("token=", page.Url, StringComparison.Ordinal);
        await using (var other = await BrowserSession.OpenAsync(gatehouse.ConsoleUrl))
        {
            await other.Page.GotoAsync(link);
            Assert.Equal(0, await other.Page.GetByLabel("Password again").CountAsync());

            await other.Page.GotoAsync("/login");
            Assert.Empty(await other.ListFindingsInBothThemesAsync());

            // A deep link survives the way through the sign-in page, an address elsewhere does not.
            await other.SignInAsync("ada", Password, "/logs?q=status:4xx");
            Assert.Equal("/logs?q=status:4xx", Uri.UnescapeDataString(new Uri(other.Page.Url).PathAndQuery));
        }

        await using (var third = await BrowserSession.OpenAsync(gatehouse.ConsoleUrl))
        {
            await third.SignInAsync("ada", Password, "/login?returnUrl=//evil.example");
            Assert.Equal(new Uri(gatehouse.ConsoleUrl).Authority, new Uri(third.Page.Url).Authority);
        }

        // A restart asks nobody to sign in again.
        await page.GotoAsync("about:blank");
        await gatehouse.KillAsync();
        await gatehouse.RestartAsync();
        await page.GotoAsync("/logs?q=status:5xx");
        await page.GetByTestId("gateway-status").WaitForAsync();
        Assert.Equal("/logs?q=status:5xx", Uri.UnescapeDataString(new Uri(page.Url).PathAndQuery));

        await session.AssertFlawlessAsync([.. await session.ListMenuAsync(), .. PagesTests.Forms]);

        // The line that the empty list gives makes a first request, which is shown without a reload.
        await session.GoAsync("/logs");
        var line = await page.GetByTestId("first-curl").InnerTextAsync();
        Assert.Contains("no Route matched", (await new Command("bash", "-c", line).RunAsync(TestContext.Current.CancellationToken)).EnsureSuccess().Output, StringComparison.Ordinal);
        await page.GetByTestId("request-row").GetByText("/hello").WaitForAsync();
        await session.AssertQuiet();
    }

    [Fact]
    public async Task Administrator_OfTheSettings_SignsInWithoutALinkAndGuessesAreSlowedDown()
    {
        await using var gatehouse = await GatehouseProcess.StartAsync("-e", "Gateway__Console__AdminUser=ada", "-e", $"Gateway__Console__AdminPassword={Password}");
        Assert.False(File.Exists(Path.Combine(gatehouse.DataFolder, "setup-link")));
        Assert.DoesNotContain("/setup?token", gatehouse.ReadServerLog(), StringComparison.Ordinal);
        await using var session = await BrowserSession.OpenAsync(gatehouse.ConsoleUrl, dark: true);
        var page = session.Page;

        var texts = new List<string>();
        foreach (var name in new[] { "ada", "nobody" })
        {
            await page.GotoAsync("/login");
            await TryAsync(page, name, "not the password");
            texts.Add(await page.GetByRole(AriaRole.Alert).InnerTextAsync());
            Assert.Empty(await session.ListFindingsAsync());
        }

        Assert.Equal(texts[0], texts[1]);
        var wait = "";
        for (var guess = 0; guess < 7 && !wait.Contains("second", StringComparison.Ordinal); guess++)
        {
            await TryAsync(page, "ada", "not the password");
            wait = await page.GetByRole(AriaRole.Alert).InnerTextAsync();
        }

        Assert.Contains("second", wait, StringComparison.Ordinal);

        await CheckConsole.ExpectAsync(
            async () =>
            {
                await TryAsync(page, "ada", Password);
                return new Uri(page.Url).AbsolutePath != "/login";
            },
            "the right password is accepted after the wait");
        await page.GetByTestId("gateway-status").WaitForAsync();
    }

    private static async Task TryAsync(IPage page, string name, string password)
    {
        await page.GetByLabel("User name or e-mail").FillAsync(name);
        await page.GetByLabel("Password").FillAsync(password);
        // The answer is another document; what the last one said must not be taken for it.
        await page.EvaluateAsync("window.isOld = true");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.WaitForFunctionAsync("() => !window.isOld && document.querySelector('[role=alert], [data-testid=gateway-status]')");
    }
}
