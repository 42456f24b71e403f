using System.Text.RegularExpressions;
using Gateway.E2E.Harness;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser.Checks;

/// <summary>The keys of every page, the palette, and whole forms, with the keyboard only.</summary>
public sealed class KeyboardTests(CheckConsole console) : IClassFixture<CheckConsole>
{
    /// <summary>The most stops of the Tab key on the way to a field.</summary>
    private const int FarthestStop = 150;

    /// <summary>What the five forms should have made.</summary>
    private const string Codex = """
        _format_version: "3.0"
        services:
        - name: codex-service
          url: http://localhost
          routes:
          - name: codex-route
            paths: ["/codex"]
          plugins:
          - name: ai-proxy-advanced
            config:
              genai_category: text/generation
              llm_format: openai
              max_request_body_size: 131072
              model_name_header: true
              response_streaming: allow
              balancer: { algorithm: round-robin, tokens_count_strategy: total-tokens, latency_strategy: tpot, retries: 3 }
              targets:
              - route_type: llm/v1/responses
                auth: { header_name: Authorization, header_value: 'Bearer ${{ env "DECK_OPENAI_API_KEY" }}' }
                logging: { log_payloads: false, log_statistics: true }
                model: { provider: openai }
          - name: request-transformer
            config: { replace: { uri: / } }
          - name: file-log
            config: { path: /tmp/file.json }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IPage Page => console.Page;

    private ILocator Palette => Page.GetByTestId("palette");

    [Fact]
    public async Task Palette_TypedAndEntered_LeadsToPagesEntitiesAndFormsWithoutWaiting()
    {
        await console.GoAsync("/logs");
        await Page.Keyboard.PressAsync("Control+k");
        // All at once: Enter comes long before the server has seen the last letter.
        await Page.Keyboard.TypeAsync("translated");
        await Page.Keyboard.PressAsync("Enter");
        await Page.ArriveAsync(new Regex("/(services|routes)/[0-9a-f-]{36}$"));
        await Page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "translated" }).WaitForAsync();
        Assert.False(await Palette.IsVisibleAsync());

        await Page.Keyboard.PressAsync("Control+k");
        await Page.Keyboard.TypeAsync("new serv");
        await Page.Keyboard.PressAsync("Enter");
        await Page.ArriveAsync("**/services/new");

        await Page.Keyboard.PressAsync("Control+k");
        await Palette.GetByRole(AriaRole.Option, new() { Name = "translated" }).First.WaitForAsync();
        await Page.Keyboard.TypeAsync("anal");
        await Page.Keyboard.PressAsync("Enter");
        await Page.ArriveAsync("**/analytics");
        await console.Session.AssertQuiet();
    }

    [Fact]
    public async Task Palette_Open_IsAComboboxThatAxeAcceptsInBothThemes()
    {
        await console.GoAsync("/services");
        await Page.Keyboard.PressAsync("Control+k");
        await Page.Keyboard.TypeAsync("chat");
        // The answer to the last letter: one that comes later begins at its first line again.
        await Page.Locator("#palette-list[data-for=chat] [role=option]").First.WaitForAsync();
        await Page.Keyboard.PressAsync("ArrowDown");
        var active = await Page.GetByTestId("palette-input").GetAttributeAsync("aria-activedescendant");
        Assert.Equal("true", await Page.Locator($"#{active}").GetAttributeAsync("aria-selected"));
        Assert.Equal(1, await Palette.Locator("[aria-selected=true]").CountAsync());

        Assert.Empty(await console.Session.ListFindingsAsync());
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        Assert.Empty(await console.Session.ListFindingsAsync(coloursOnly: true));
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });

        await Page.Keyboard.PressAsync("Escape");
        Assert.False(await Palette.IsVisibleAsync());
    }

    [Fact]
    public async Task Palette_IdOfARequestOrASessionPasted_LeadsToItsPage()
    {
        const string session = "0b6f1c9e-8d57-4c3a-9b1e-2f60a9d4c7aa";
        var id = await console.CallAsync("Ping", session: session);
        await console.Gatehouse.LogsAsync($"&session_id={session}", 1, Cancellation);
        await console.GoAsync("/services");

        await Page.Keyboard.PressAsync("Control+k");
        await Page.Keyboard.InsertTextAsync(id);
        await Page.Keyboard.PressAsync("Enter");
        await Page.ArriveAsync($"**/logs/{id}");
        await Page.GetByTestId("request-detail").GetByText("Timing").WaitForAsync();

        await Page.Keyboard.PressAsync("Control+k");
        await Page.Keyboard.InsertTextAsync(session);
        await Page.Keyboard.PressAsync("Enter");
        await Page.ArriveAsync($"**/sessions/{session}");
    }

    [Fact]
    public async Task Palette_Actions_CopyTheProxyUrlAndSwitchTheTheme()
    {
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await console.GoAsync("/routes");
        await Page.Keyboard.PressAsync("Control+k");
        await Page.Keyboard.TypeAsync("copy prox");
        await Page.Keyboard.PressAsync("Enter");
        await Page.GetByText("Copied http").WaitForAsync();
        Assert.Equal(console.Gatehouse.ProxyUrl, await Page.EvaluateAsync<string>("navigator.clipboard.readText()"));

        foreach (var theme in new[] { "dark", "light" })
        {
            await Page.Keyboard.PressAsync("Control+k");
            await Page.Keyboard.TypeAsync("theme");
            await Page.Keyboard.PressAsync("Enter");
            await Page.WaitForFunctionAsync("theme => document.documentElement.dataset.theme === theme", theme);
        }
    }

    [Fact]
    public async Task Keys_OnPages_GoFilterMakeAndShowTheSheet()
    {
        await console.GoAsync("/");
        foreach (var (keys, path) in new[] { ("gl", "/logs"), ("gs", "/services"), ("gr", "/routes"), ("gp", "/plugins"), ("gc", "/consumers"), ("gk", "/keys"), ("ga", "/analytics"), ("go", "/") })
        {
            await Page.Keyboard.TypeAsync(keys);
            await Page.ArriveAsync(url => new Uri(url).AbsolutePath == path);
        }

        await console.GoAsync("/services");
        await Page.Keyboard.PressAsync("/");
        await Page.Keyboard.TypeAsync("gl?");
        Assert.Equal("gl?", await Page.GetByTestId("filter").InputValueAsync());
        Assert.Contains("/services", Page.Url, StringComparison.Ordinal);
        Assert.False(await Page.GetByTestId("keys-sheet").IsVisibleAsync());

        await console.GoAsync("/services");
        await Page.Locator("main h1").FocusAsync();
        await Page.Keyboard.PressAsync("?");
        await Page.GetByTestId("keys-sheet").GetByText("go to", new() { Exact = false }).First.WaitForAsync();
        Assert.Empty(await console.Session.ListFindingsAsync());
        await Page.Keyboard.TypeAsync("gl");
        await Page.Keyboard.PressAsync("Escape");
        Assert.EndsWith("/services", Page.Url, StringComparison.Ordinal);

        await Page.Keyboard.PressAsync("n");
        await Page.ArriveAsync("**/services/new");
        await console.Session.AssertQuiet();
    }

    [Fact]
    public async Task Keys_SwitchedOff_DoNothingButCtrlK()
    {
        await console.GoAsync("/routes");
        await Page.Locator("main h1").FocusAsync();
        await Page.Keyboard.PressAsync("?");
        await Page.GetByTestId("keys-switch").UncheckAsync();
        await Page.Keyboard.PressAsync("Escape");

        await Page.Keyboard.TypeAsync("gl?n");
        await Page.Keyboard.PressAsync("Control+k");
        await Palette.GetByRole(AriaRole.Option).First.WaitForAsync();
        Assert.EndsWith("/routes", Page.Url, StringComparison.Ordinal);
        Assert.False(await Page.GetByTestId("keys-sheet").IsVisibleAsync());

        await Page.Keyboard.TypeAsync("shortcuts");
        await Page.Keyboard.PressAsync("Enter");
        await Page.GetByTestId("keys-switch").CheckAsync();
        await Page.Keyboard.PressAsync("Escape");
    }

    /// <summary>The Codex tutorial in the five forms. The pointer is never used.</summary>
    [Fact]
    public async Task Forms_OfTheCodexTutorial_FilledWithTheKeyboard_MakeItsConfiguration()
    {
        await console.GoAsync("/services");
        await Page.Keyboard.PressAsync("n");
        await Page.GetByRole(AriaRole.Heading, new() { Name = "New service" }).WaitForAsync();
        await console.Session.SettleAsync();
        await TypeAsync("#f-name", "codex-service");
        await TypeAsync("#f-url", "http://localhost");
        await SaveAsync("services");

        await OpenAsync("new route", "/routes/new");
        await TypeAsync("#f-name", "codex-route");
        await TypeAsync("#f-service", "codex-service");
        await TypeAsync("#f-paths", "/codex");
        await SaveAsync("routes");

        await OpenAsync("new ai-proxy-advanced", "/plugins/new/ai-proxy-advanced");
        await ChooseServiceAsync();
        await TypeAsync("#f-config-targets-1-model-provider", "openai");
        await TypeAsync("#f-config-targets-1-route_type", "Responses");
        await TypeAsync("#f-config-targets-1-auth-header_value", TestKeys.Provider);
        await UnfoldAsync("Limits");
        await TypeAsync("#f-config-max_request_body_size", "131072");
        await UnfoldAsync("More settings");
        await UnfoldAsync("Balancer");
        await TypeAsync("#f-config-balancer-retries", "3");
        await SaveAsync("plugins");

        await OpenAsync("new request-transformer", "/plugins/new/request-transformer");
        await ChooseServiceAsync();
        await UnfoldAsync("Replace");
        await TypeAsync("#f-config-replace-uri", "/");
        await SaveAsync("plugins");

        await OpenAsync("new file-log", "/plugins/new/file-log");
        await ChooseServiceAsync();
        await TypeAsync("#f-config-path", "/tmp/file.json");
        await SaveAsync("plugins");

        var difference = await new Command(Path.Combine(RepositoryPaths.Root, "bin", "deck"), "gateway", "apply", "-")
            .With(console.Gatehouse.Exports).With("DECK_OPENAI_API_KEY", TestKeys.Provider).Reading(Codex).RunAsync(Cancellation);
        Assert.Matches(@"Created: 0\s+Updated: 0", difference.EnsureSuccess().Output);
        await console.Session.AssertQuiet();
    }

    private async Task OpenAsync(string words, string path)
    {
        await Page.Keyboard.PressAsync("Control+k");
        await Page.Keyboard.TypeAsync(words);
        await Page.Keyboard.PressAsync("Enter");
        await Page.ArriveAsync(url => new Uri(url).AbsolutePath == path);
        await Page.GetByTestId("save-state").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await console.Session.SettleAsync();
    }

    /// <summary>The radio group has one stop; an arrow moves within it.</summary>
    private async Task ChooseServiceAsync()
    {
        await ReachAsync("input[name=scope]");
        await Page.Keyboard.PressAsync("ArrowDown");
        await Page.Locator("#f-service").WaitForAsync();
        await TypeAsync("#f-service", "codex-service");
    }

    private async Task UnfoldAsync(string title)
    {
        await ReachAsync("summary", title);
        await Page.Keyboard.PressAsync("Enter");
        var state = await Page.EvaluateAsync<string>("document.activeElement.parentElement.outerHTML.slice(0, 300)");
        Assert.True(state.StartsWith("<details", StringComparison.Ordinal) && state.Contains(" open", StringComparison.Ordinal), $"{title} did not open, the focus is in {state}");
    }

    /// <summary>Types into a field, or the first letters of a choice.</summary>
    private async Task TypeAsync(string field, string text)
    {
        await ReachAsync(field);
        await Page.Keyboard.TypeAsync(text);
    }

    private async Task SaveAsync(string collection)
    {
        await Page.Keyboard.PressAsync("Control+s");
        await Page.ArriveAsync(new Regex($"/{collection}/[0-9a-f-]{{36}}"));
        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).WaitForAsync();
    }

    /// <summary>Presses Tab until the focus is there.</summary>
    /// <param name="title">A text within it.</param>
    private async Task ReachAsync(string selector, string title = "")
    {
        for (var presses = 0; !await Page.EvaluateAsync<bool>("([selector, title]) => document.activeElement.matches(selector) && document.activeElement.textContent.includes(title)", new[] { selector, title }); presses++)
        {
            Assert.True(presses < FarthestStop, $"{selector} {title} cannot be reached with the Tab key.");
            await Page.Keyboard.PressAsync("Tab");
        }
    }
}
