using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser;

/// <summary>
/// A real Chromium with one page. Console errors, page errors and requests to other hosts are collected; <see cref="AssertQuiet"/> fails on any.
/// <c>E2E_CHROMIUM</c> names the browser when it is not <c>/usr/bin/chromium</c>.
/// </summary>
internal sealed class BrowserSession : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly List<string> _complaints = [];

    private BrowserSession(IPlaywright playwright, IBrowser browser, IPage page)
    {
        _playwright = playwright;
        _browser = browser;
        Page = page;
    }

    public IPage Page { get; }

    /// <param name="baseUrl">The console's address; a request to any other host is a complaint.</param>
    /// <param name="dark">Ask for the dark theme.</param>
    /// <param name="partner">Another host to which the console may send the browser.</param>
    public static async Task<BrowserSession> OpenAsync(string baseUrl, bool dark = false, int width = 1440, int height = 900, string? partner = null)
    {
        var program = Environment.GetEnvironmentVariable("E2E_CHROMIUM") ?? "/usr/bin/chromium";
        Assert.True(File.Exists(program), $"No browser at {program}: install the package 'chromium' or set E2E_CHROMIUM.");
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = program,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"],
        });
        var page = await browser.NewPageAsync(new()
        {
            BaseURL = baseUrl,
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            TimezoneId = "Europe/Berlin",
            Locale = "en-GB",
        });
        var session = new BrowserSession(playwright, browser, page);
        session.Watch(new Uri(baseUrl), partner);

        return session;
    }

    /// <summary>Makes the first account, <c>ada</c>, and is signed in with it.</summary>
    public async Task CreateAdministratorAsync(string setupLink, string password)
    {
        await Page.GotoAsync(setupLink);
        await Page.GetByLabel("User name or e-mail").FillAsync("ada");
        await Page.GetByLabel("Password", new() { Exact = true }).FillAsync(password);
        await Page.GetByLabel("Password again").FillAsync(password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create administrator" }).ClickAsync();
        await Page.GetByTestId("gateway-status").WaitForAsync();
    }

    /// <summary>Fails on anything the page complained about, and on Blazor's error bar.</summary>
    public async Task AssertQuiet()
    {
        Assert.False(await Page.Locator("#blazor-error-ui").IsVisibleAsync(), "Blazor's error bar is shown.");
        Assert.True(_complaints.Count == 0, string.Join(Environment.NewLine, _complaints));
    }

    /// <summary>Fails on serious and critical findings of axe on the page as it stands.</summary>
    public async Task AssertAccessible()
    {
        // A message that fades has no contrast of its own.
        await Page.Locator(".mud-snackbar").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        var findings = await Page.RunAxe();
        var serious = findings.Violations.Where(violation => violation.Impact is "serious" or "critical").ToList();
        Assert.True(serious.Count == 0, string.Join(Environment.NewLine, serious.Select(Describe)));
    }

    /// <summary>Closes the browser; <c>E2E_PICTURES</c> names a folder that gets a picture of the page as it was left.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Environment.GetEnvironmentVariable("E2E_PICTURES") is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{TestContext.Current.TestMethod?.MethodName ?? "page"}.png") });
        }

        await _browser.CloseAsync();
        _playwright.Dispose();
    }

    private static string Describe(AxeResultItem violation) =>
        $"{violation.Id}: {violation.Help} ({string.Join("; ", violation.Nodes.Select(node => node.Html))})";

    private void Watch(Uri console, string? partner)
    {
        Page.Console += (_, message) =>
        {
            // That a page is not there is told by the browser too, and is no fault of it.
            if (message.Type == "error" && !message.Text.Contains("404 (Not Found)", StringComparison.Ordinal))
            {
                _complaints.Add($"console: {message.Text}");
            }
        };
        Page.PageError += (_, error) => _complaints.Add($"page: {error}");
        Page.Request += (_, request) =>
        {
            if (Uri.TryCreate(request.Url, UriKind.Absolute, out var url) && url.Scheme.StartsWith("http", StringComparison.Ordinal) && url.Host != console.Host && url.Host != partner)
            {
                _complaints.Add($"request to another host: {request.Url}");
            }
        };
    }
}
