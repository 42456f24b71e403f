using Gateway.E2E.Harness;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser;

/// <summary>State files brought in by a browser, and the forms under what gets in the way of them: another person, a restart, a slip.</summary>
public sealed class TransferJourneyTests : IAsyncLifetime
{
    private const string Password = "correct horse battery staple";

    private const string StateFile = """
        _format_version: "3.0"
        services:
        - name: codex-service
          url: http://localhost:80
          routes:
          - name: codex-route
            paths:
            - /codex
            plugins:
            - name: request-transformer
              config:
                remove:
                  headers:
                  - x-api-key
          plugins:
          - name: correlation-id
        """;

    private GatehouseProcess? _gatehouse;
    private BrowserSession? _browser;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IPage Page => _browser!.Page;

    public async ValueTask InitializeAsync()
    {
        _gatehouse = await GatehouseProcess.StartAsync();
        _browser = await BrowserSession.OpenAsync(_gatehouse.ConsoleUrl);
        await _browser.CreateAdministratorAsync(_gatehouse.SetupLink, Password);
        await Page.ArriveAsync(url => !url.Contains("/setup", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        if (_gatehouse is not null)
        {
            await _gatehouse.DisposeAsync();
        }
    }

    [Fact]
    public async Task Import_ThenAgainThenLess_ShowsCreatesNothingAndDeletions()
    {
        await Page.GotoAsync("/config");
        await LookAtAsync(StateFile);
        await Page.GetByTestId("summary").GetByText("4 to create", new() { Exact = true }).WaitForAsync();
        await _browser!.AssertAccessible();
        await Page.GetByTestId("apply").ClickAsync();
        await Page.GetByTestId("applied").WaitForAsync();
        Assert.Equal("/codex", (await _gatehouse!.AdminAsync("/routes/codex-route", Cancellation))["paths"]![0]!.ToString());

        await Page.GetByTestId("look").ClickAsync();
        await Page.GetByTestId("import-preview").GetByText("No changes").WaitForAsync();

        await Page.GetByTestId("mode-sync").CheckAsync(new() { Force = true });
        await LookAtAsync("_format_version: \"3.0\"\nservices:\n- name: codex-service\n  url: http://localhost:80\n");
        await Page.GetByTestId("summary").GetByText("3 to delete", new() { Exact = true }).WaitForAsync();
        Assert.True(await Page.GetByTestId("apply").IsDisabledAsync());
        await Page.GetByTestId("confirm-text").FillAsync("delete 3");
        await Page.GetByTestId("apply").ClickAsync();
        await Page.GetByTestId("applied").WaitForAsync();
        Assert.Empty((await _gatehouse.AdminAsync("/routes", Cancellation))["data"]!.AsArray());
        await _browser.AssertQuiet();
    }

    [Fact]
    public async Task Import_DocumentsOfTheWalkthroughs_CreateOnceThenChangeNothing()
    {
        var isKnown = false;
        foreach (var walkthrough in new[] { "codex", "claude" })
        {
            foreach (var document in Documents(walkthrough))
            {
                await Page.GetByRole(AriaRole.Link, new() { Name = "Import / export", Exact = true }).ClickAsync();
                await LookAtAsync(document);
                if (!isKnown && document.Contains("DECK_OPENAI_API_KEY", StringComparison.Ordinal))
                {
                    // What was typed once is used again for as long as the page is open.
                    isKnown = true;
                    await Page.GetByTestId("problems").GetByText("DECK_OPENAI_API_KEY").WaitForAsync();
                    await Page.GetByLabel("Value of DECK_OPENAI_API_KEY").FillAsync(TestKeys.Provider);
                    await Page.GetByTestId("look").ClickAsync();
                }

                await Page.GetByTestId("import-preview").GetByText("What will change").WaitForAsync();
                Assert.Matches("^[1-9] to create$", await Page.GetByTestId("summary").InnerTextAsync());
                await Page.GetByTestId("apply").ClickAsync();
                await Page.GetByTestId("applied").WaitForAsync();
                await Page.GetByTestId("look").ClickAsync();
                await Page.GetByTestId("import-preview").GetByText("No changes").WaitForAsync();
            }
        }

        Assert.Equal(["ai-proxy", "ai-proxy-advanced", "file-log", "file-log", "request-transformer"], await NamesAsync("plugins"));
        Assert.Equal(["codex-route", "example-route"], await NamesAsync("routes"));
        Assert.DoesNotContain(TestKeys.Provider, await Page.ContentAsync(), StringComparison.Ordinal);
        await _browser!.AssertQuiet();
    }

    [Fact]
    public async Task Import_BrokenFile_MarksTheLine()
    {
        await Page.GotoAsync("/config");
        await LookAtAsync("_format_version: \"3.0\"\nservices:\n- name: first\n   host: up.example\n");
        await Page.GetByTestId("problems").GetByRole(AriaRole.Button, new() { Name = "line 4, column" }).WaitForAsync();

        await LookAtAsync("_format_version: \"3.0\"\nservices:\n- name: ${{ env \"DECK_NOT_SET_HERE\" }}\n");
        await Page.GetByTestId("problems").GetByText("DECK_NOT_SET_HERE").WaitForAsync();

        await LookAtAsync("_format_version: \"3.0\"\nservices:\n- name: first\n  hots: up.example\n");
        await Page.GetByTestId("problems").GetByText("did you mean 'host'?").WaitForAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "line 4, column 3" }).ClickAsync();

        await Page.WaitForFunctionAsync("(() => { const a = document.activeElement; return a.id === 'state-text' && a.value.slice(a.selectionStart, a.selectionEnd) === 'hots: up.example'; })()");
        await _browser!.AssertQuiet();
    }

    [Fact]
    public async Task Delete_WithAllThatHangsOnIt_IsUndone()
    {
        await Page.GotoAsync("/config");
        await LookAtAsync(StateFile);
        await Page.GetByTestId("apply").ClickAsync();
        await Page.GetByTestId("applied").WaitForAsync();

        await Page.GotoAsync("/services");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete codex-service" }).ClickAsync();
        var dialog = Page.GetByTestId("delete-dialog");
        await dialog.GetByText("codex-route").WaitForAsync();
        Assert.Equal(["plugin correlation-id", "route codex-route", "plugin request-transformer"], await dialog.Locator(".deps li").AllInnerTextsAsync());

        // Neither the name nor the box is enough by itself.
        await dialog.GetByTestId("delete-name").FillAsync("codex-service");
        await _browser!.SettleAsync();
        Assert.True(await dialog.GetByTestId("confirm-delete").IsDisabledAsync());
        await dialog.GetByTestId("delete-name").FillAsync("");
        await dialog.GetByTestId("also-blocking").CheckAsync();
        await _browser.SettleAsync();
        Assert.True(await dialog.GetByTestId("confirm-delete").IsDisabledAsync());
        await dialog.GetByTestId("delete-name").FillAsync("codex-service");
        await dialog.GetByTestId("confirm-delete").ClickAsync();
        await Page.GetByTestId("empty-state").WaitForAsync();

        await Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "codex-service", Exact = true }).WaitForAsync();
        Assert.Equal(2, (await _gatehouse!.AdminAsync("/plugins", Cancellation))["data"]!.AsArray().Count);
        await _browser.AssertQuiet();
    }

    [Fact]
    public async Task Form_HalfFilledAndReloaded_OffersItsDraft()
    {
        await Page.GotoAsync("/services/new");
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync("half");
        await Page.GetByLabel("Host", new() { Exact = true }).FillAsync("half.example");
        await Page.GetByLabel("Name", new() { Exact = true }).FocusAsync();
        await Page.GetByTestId("save-state").GetByText("unsaved changes").WaitForAsync();
        Page.Dialog += async (_, dialog) => await dialog.AcceptAsync();

        await Page.ReloadAsync();
        await Page.GetByTestId("restore-draft").ClickAsync();

        await Assertions.Expect(Page.GetByLabel("Host", new() { Exact = true })).ToHaveValueAsync("half.example");
        await Page.GetByTestId("save").ClickAsync();
        await Page.ArriveAsync("**/services/*-*");
        Assert.Equal("half.example", (await _gatehouse!.AdminAsync("/services/half", Cancellation))["host"]!.ToString());
        await _browser!.AssertQuiet();
    }

    /// <summary>The state files of a walkthrough, in its order.</summary>
    private static IEnumerable<string> Documents(string walkthrough) => Directory.GetFiles(RepositoryPaths.Walkthrough("."), $"{walkthrough}-*.sh")
        .Order(StringComparer.Ordinal)
        .Select(File.ReadAllText)
        .Where(lines => lines.Contains("deck gateway apply", StringComparison.Ordinal))
        .Select(lines => lines.Split('\'')[1]);

    private async Task<IEnumerable<string>> NamesAsync(string collection) =>
        (await _gatehouse!.AdminAsync($"/{collection}", Cancellation))["data"]!.AsArray().Select(e => e!["name"]!.ToString()).Order(StringComparer.Ordinal);

    private async Task LookAtAsync(string text)
    {
        await Page.GetByTestId("state-text").FillAsync(text);
        await Page.GetByTestId("look").ClickAsync();
    }
}
