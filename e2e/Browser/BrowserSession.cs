using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser;

/// <summary>
/// A person's browser with one page: cookies of its own, signed in nowhere. Console errors, page errors, parts of a page that are not there and
/// requests to other hosts are collected; <see cref="AssertQuiet"/> fails on any.
/// </summary>
internal sealed class BrowserSession : IAsyncDisposable
{
    private readonly List<string> _complaints = [];

    private BrowserSession(IPage page) => Page = page;

    public IPage Page { get; }

    /// <param name="baseUrl">The console's address; a request to any other host or port is a complaint.</param>
    /// <param name="dark">Ask for the dark theme.</param>
    /// <param name="partner">Another host, with its port, to which the console may send the browser.</param>
    public static async Task<BrowserSession> OpenAsync(
        string baseUrl, bool dark = false, int width = 1440, int height = 900, string? partner = null, string zone = "Europe/Berlin", string locale = "en-GB")
    {
        var browser = await Chromium.OpenAsync();
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = baseUrl,
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            TimezoneId = zone,
            Locale = locale,
        });
        var session = new BrowserSession(await context.NewPageAsync());
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

    /// <summary>Signs in on the page that asks for it, and is on the page that was wanted.</summary>
    public async Task SignInAsync(string name, string password, string path = "/")
    {
        await Page.GotoAsync(path);
        await Page.GetByLabel("User name or e-mail").FillAsync(name);
        await Page.GetByLabel("Password").FillAsync(password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Page.GetByTestId("gateway-status").WaitForAsync();
    }

    /// <summary>Signs in where a page asks for it; elsewhere nothing is to be done.</summary>
    public async Task SignInIfAskedAsync(string name, string password)
    {
        await Page.Locator("[data-testid=gateway-status], input[type=password]").First.WaitForAsync();
        if (await Page.GetByTestId("gateway-status").CountAsync() == 0)
        {
            await SignInAsync(name, password);
        }
    }

    /// <summary>Goes there as a link does, without a new document, and waits until the page is drawn. What an earlier test has left unsaved in a form is given up.</summary>
    /// <param name="arrives">Where it ends, when that is elsewhere.</param>
    public async Task GoAsync(string path, string? arrives = null)
    {
        Page.Dialog += Accept;
        try
        {
            if (await Page.GetByTestId("gateway-status").CountAsync() == 0)
            {
                await Page.GotoAsync(path);
            }
            else
            {
                // The page that is shown already would stay as it is, with all that was typed.
                if (new Uri(Page.Url).PathAndQuery == path)
                {
                    // Left means that the address has changed: the question about leaving is answered before that, and going on earlier would take the leaving back.
                    var elsewhere = path == "/settings/health" ? "/audit" : "/settings/health";
                    await FollowAsync(elsewhere);
                    await Page.ArriveAsync(url => new Uri(url).PathAndQuery == elsewhere);
                }

                await FollowAsync(path);
            }

            await Page.ArriveAsync(url => new Uri(url).PathAndQuery == (arrives ?? path));
        }
        finally
        {
            Page.Dialog -= Accept;
        }

        // On a phone an opened record covers the heading of the list.
        await Page.Locator("main h1, [data-testid=request-detail]").Filter(new() { Visible = true }).First.WaitForAsync();
        await SettleAsync();
    }

    /// <summary>All that the menu leads to, whatever it will be.</summary>
    public async Task<string[]> ListMenuAsync()
    {
        await GoAsync("/");

        return await Page.Locator("nav[aria-label=Main] a").EvaluateAllAsync<string[]>("all => all.map(a => a.getAttribute('href'))");
    }

    /// <summary>Fails when axe finds anything on these pages in the light theme, or a colour in the dark one, or when a page complained.</summary>
    public async Task AssertFlawlessAsync(IEnumerable<string> paths)
    {
        var findings = new List<string>();
        foreach (var path in paths)
        {
            await GoAsync(path);
            findings.AddRange(await ListFindingsInBothThemesAsync());
        }

        Assert.True(findings.Count == 0, string.Join(Environment.NewLine, findings));
        await AssertQuiet();
    }

    /// <summary>Waits until the page has been drawn and its script serves it: nothing has changed for a quarter of a second.</summary>
    public Task SettleAsync() => Page.EvaluateAsync(
        """
        () => new Promise(done => {
          let timer = setTimeout(end, 250);
          const limit = setTimeout(end, 3000);
          const watcher = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(end, 250); });
          watcher.observe(document.body, { childList: true, subtree: true, attributes: true });
          function end() { clearTimeout(limit); watcher.disconnect(); done(); }
        })
        """);

    /// <summary>Fails on anything the page complained about, and on Blazor's error bar.</summary>
    public async Task AssertQuiet()
    {
        Assert.False(await Page.Locator("#blazor-error-ui").IsVisibleAsync(), "Blazor's error bar is shown.");
        Assert.True(_complaints.Count == 0, string.Join(Environment.NewLine, _complaints));
    }

    /// <summary>Fails on serious and critical findings of axe on the page as it stands.</summary>
    public async Task AssertAccessible()
    {
        await CloseMessagesAsync();
        var findings = await Page.RunAxe();
        var serious = findings.Violations.Where(violation => violation.Impact is "serious" or "critical").ToList();
        Assert.True(serious.Count == 0, string.Join(Environment.NewLine, serious.Select(Describe)));
    }

    /// <summary>Fails on any finding of axe under WCAG 2.2 AA and on serious ones of its other rules.</summary>
    /// <param name="coloursOnly">Only what depends on the theme.</param>
    public async Task<IReadOnlyList<string>> ListFindingsAsync(bool coloursOnly = false)
    {
        await CloseMessagesAsync();
        // What passed is of no interest, and saying it at length takes most of the time.
        var options = new AxeRunOptions { ResultTypes = [ResultType.Violations] };
        if (coloursOnly)
        {
            options.RunOnly = RunOnlyOptions.Rules("color-contrast");
        }

        var findings = await Page.RunAxe(options);

        return [.. findings.Violations
            .Where(v => v.Impact is "serious" or "critical" || v.Tags.Any(tag => tag is "wcag2a" or "wcag2aa" or "wcag21aa" or "wcag22aa"))
            .Select(v => $"{new Uri(Page.Url).PathAndQuery}: {Describe(v)}")];
    }

    /// <summary>Any finding in the light theme, and those of colours in the dark one; the page is left light.</summary>
    public async Task<IReadOnlyList<string>> ListFindingsInBothThemesAsync()
    {
        var findings = new List<string>(await ListFindingsAsync());
        await TurnAsync(ColorScheme.Dark);
        findings.AddRange((await ListFindingsAsync(coloursOnly: true)).Select(f => $"dark {f}"));
        await TurnAsync(ColorScheme.Light);

        return findings;
    }

    /// <summary>Closes the page; <c>E2E_PICTURES</c> names a folder that gets a picture of the page as it was left.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Environment.GetEnvironmentVariable("E2E_PICTURES") is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{TestContext.Current.TestMethod?.MethodName ?? "page"}.png") });
        }

        await Page.Context.CloseAsync();
    }

    private async Task TurnAsync(ColorScheme scheme)
    {
        await Page.EmulateMediaAsync(new() { ColorScheme = scheme });
        // The pages before the sign-in look once, when they are loaded.
        if (await Page.EvaluateAsync<bool>("typeof Blazor === 'undefined'"))
        {
            await Page.ReloadAsync();
        }

        await Page.WaitForFunctionAsync("theme => document.documentElement.dataset.theme === theme", scheme == ColorScheme.Dark ? "dark" : "light");
    }

    /// <summary>A message that fades has no contrast of its own. It may leave by itself before it is closed.</summary>
    private async Task CloseMessagesAsync()
    {
        await Page.EvaluateAsync("() => document.querySelectorAll('.mud-snackbar-close-button').forEach(close => close.click())");
        await Assertions.Expect(Page.Locator(".mud-snackbar")).ToHaveCountAsync(0, new() { Timeout = 30_000 });
    }

    private Task FollowAsync(string path) => Page.EvaluateAsync("path => Blazor.navigateTo(path)", path);

    private static void Accept(object? sender, IDialog dialog) => _ = dialog.AcceptAsync();

    private static string Describe(AxeResultItem violation) =>
        $"{violation.Id}: {violation.Help} ({string.Join("; ", violation.Nodes.Select(node => node.Html))})";

    private void Watch(Uri console, string? partner)
    {
        Page.Console += (_, message) =>
        {
            // This text does not say whether it is a page that is not there, or a part of one; the answers themselves are looked at below.
            if (message.Type == "error" && !message.Text.Contains("404 (Not Found)", StringComparison.Ordinal))
            {
                _complaints.Add($"console: {message.Text}");
            }
        };
        Page.Response += (_, response) =>
        {
            // A page that is not there may be what was asked for. What a page loads has to be there.
            if (response.Status == 404 && response.Request.ResourceType != "document")
            {
                _complaints.Add($"not found: {response.Url}");
            }
        };
        Page.PageError += (_, error) => _complaints.Add($"page: {error}");
        Page.Request += (_, request) =>
        {
            if (Uri.TryCreate(request.Url, UriKind.Absolute, out var url) && url.Scheme.StartsWith("http", StringComparison.Ordinal) && url.Authority != console.Authority && url.Authority != partner)
            {
                _complaints.Add($"request to another host: {request.Url}");
            }
        };
    }
}
