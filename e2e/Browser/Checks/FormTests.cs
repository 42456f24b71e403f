using Gateway.E2E.Harness;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser.Checks;

/// <summary>What forms owe the person who fills them: faults where they are, the same thing in two spellings, nothing overwritten unseen.</summary>
public sealed class FormTests(CheckConsole console) : IClassFixture<CheckConsole>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IPage Page => console.Page;

    [Fact]
    public async Task Service_SavedEmpty_LeadsToTheFieldAndStoresNothing()
    {
        var before = await CountServicesAsync();
        await console.GoAsync("/services/new");
        await Page.GetByTestId("save").ClickAsync();
        await Assertions.Expect(Field("Host")).ToBeFocusedAsync();
        await Assertions.Expect(Field("Host")).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(Page.Locator("#f-host-help")).ToContainTextAsync("required");

        await Page.Locator("main h1").FocusAsync();
        await Page.GetByTestId("error-summary").GetByRole(AriaRole.Button, new() { Name = "host" }).ClickAsync();
        await Assertions.Expect(Field("Host")).ToBeFocusedAsync();
        Assert.Empty(await console.Session.ListFindingsAsync());
        Assert.Equal(before, await CountServicesAsync());
        await console.Session.AssertQuiet();
    }

    [Fact]
    public async Task Url_Typed_ShowsItsPartsAndTheyMakeTheSameUrl()
    {
        await console.GoAsync("/services/new");
        await FillAsync(Page.GetByLabel("URL"), "https://api.example.com:8443/v1/base");
        await Assertions.Expect(Field("Host")).ToHaveValueAsync("api.example.com");
        await Assertions.Expect(Field("Port")).ToHaveValueAsync("8443");
        await Assertions.Expect(Field("Path")).ToHaveValueAsync("/v1/base");
        await Assertions.Expect(Field("Protocol")).ToHaveValueAsync("https");

        await FillAsync(Field("Path"), "/v2");
        await Assertions.Expect(Page.GetByLabel("URL")).ToHaveValueAsync("https://api.example.com:8443/v2");
    }

    [Fact]
    public async Task Name_ThatIsTaken_IsSaidBeforeTheSave()
    {
        await console.GoAsync("/services/new");
        await FillAsync(Field("Name"), "chat");
        await Assertions.Expect(Page.Locator("#f-name-help")).ToContainTextAsync("Another service is called chat.");

        await FillAsync(Field("Name"), "chat-of-my-own");
        await Assertions.Expect(Page.Locator("#f-name-help")).Not.ToContainTextAsync("Another");
    }

    [Fact]
    public async Task Service_SavedByTwo_SecondSeesWhoDidWhatAndTakesTheBestOfBoth()
    {
        var id = await StoreAsync("two-editors", "first.example");
        await console.GoAsync($"/services/{id}?tab=settings");
        await using var other = await BrowserSession.OpenAsync(console.Gatehouse.ConsoleUrl);
        await other.SignInAsync("ada", CheckConsole.Password, $"/services/{id}?tab=settings");
        await FillAsync(Field("Host", other.Page), "mine.example");
        await FillAsync(Field("Path", other.Page), "/mine");
        await Assertions.Expect(other.Page.GetByTestId("save-state")).ToHaveTextAsync("unsaved changes");

        await FillAsync(Field("Host"), "theirs.example");
        await FillAsync(Field("Path"), "/theirs");
        await Page.Keyboard.PressAsync("Control+s");
        await Assertions.Expect(Page.GetByTestId("save-state")).ToHaveTextAsync("Saved");

        var note = other.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "changed meanwhile" });
        await Assertions.Expect(note).ToContainTextAsync("by ada");
        var table = other.Page.GetByTestId("conflict-table");
        await Assertions.Expect(table.Locator("tr[data-field=host]")).ToContainTextAsync("first.example");
        await Assertions.Expect(table.Locator("tr[data-field=host]")).ToContainTextAsync("theirs.example");
        await Assertions.Expect(Field("Host", other.Page)).ToHaveValueAsync("mine.example");
        Assert.Empty(await other.ListFindingsAsync());

        // A save as if nothing had happened changes nothing.
        await other.Page.GetByTestId("save").ClickAsync();
        Assert.Equal("theirs.example", (await console.Gatehouse.AdminAsync("/services/two-editors", Cancellation)).Text("host"));

        await table.Locator("tr[data-field=host]").GetByRole(AriaRole.Radio).First.CheckAsync();
        await table.Locator("tr[data-field=path]").GetByRole(AriaRole.Radio).Last.CheckAsync();
        await other.Page.GetByTestId("save-merged").ClickAsync();
        await Assertions.Expect(other.Page.GetByTestId("save-state")).ToHaveTextAsync("Saved");
        var merged = await console.Gatehouse.AdminAsync("/services/two-editors", Cancellation);
        Assert.Equal("theirs.example /mine", $"{merged.Text("host")} {merged.Text("path")}");

        // The first page has no changes of its own and shows what is stored now.
        await Assertions.Expect(Field("Path")).ToHaveValueAsync("/mine");
        await other.AssertQuiet();
        await console.Session.AssertQuiet();
    }

    [Fact]
    public async Task Draft_OfAServerThatWasStopped_ComesBackWithoutItsSecret()
    {
        // A browser of its own: what it complains about while nobody answers is the point.
        await using var session = await BrowserSession.OpenAsync(console.Gatehouse.ConsoleUrl);
        var page = session.Page;
        var asked = new List<string>();
        page.Dialog += async (_, dialog) =>
        {
            asked.Add(dialog.Type);
            await dialog.AcceptAsync();
        };
        await session.SignInAsync("ada", CheckConsole.Password, "/plugins/new/ai-proxy");
        await page.GetByLabel("Provider", new() { Exact = true }).SelectOptionAsync("openai");
        await FillAsync(Field("Model", page), "gpt-5-mini");
        await FillAsync(Field("Key", page), TestKeys.Provider);
        await page.GetByTestId("f-config-auth-header_value-set").WaitForAsync();
        await console.Page.GotoAsync("about:blank");

        await console.Gatehouse.TerminateAsync(Cancellation);
        await page.GetByTestId("reconnect").WaitForAsync(new() { Timeout = 60_000 });
        await console.Gatehouse.RestartAsync();
        await page.GetByTestId("restore-draft").WaitForAsync(new() { Timeout = 60_000 });
        Assert.Empty(asked);
        Assert.Equal("", await Field("Model", page).InputValueAsync());
        Assert.DoesNotContain(TestKeys.Provider, await page.EvaluateAsync<string>("JSON.stringify(sessionStorage)"), StringComparison.Ordinal);

        await page.GetByTestId("restore-draft").ClickAsync();
        await Assertions.Expect(Field("Model", page)).ToHaveValueAsync("gpt-5-mini");
        await Assertions.Expect(Field("Provider", page)).ToHaveValueAsync("openai");
        Assert.Equal(0, await page.GetByTestId("f-config-auth-header_value-set").CountAsync());
    }

    [Fact]
    public async Task Price_SetForAnUnknownModel_CountsForNewRequestsOnly()
    {
        const string model = "gpt-9-imaginary";
        var before = await console.CallAsync("Ping", model: model);
        await console.Gatehouse.LogsAsync($"&model={model}", 1, Cancellation);
        await console.GoAsync("/models");
        await Page.GetByTestId("add-price").ClickAsync();
        await Page.GetByTestId("price-provider").SelectOptionAsync("openai");
        await Page.GetByTestId("price-pattern").FillAsync(model);
        await Page.GetByTestId("rate-input").FillAsync("2000");
        await Page.GetByTestId("rate-output").FillAsync("8000");
        await Page.GetByTestId("save-price").ClickAsync();
        // The model stands in the list of those without a price too, until it has one.
        await Page.GetByTestId("price-table").Locator($"tr[data-name='{model}']").WaitForAsync();

        var after = await console.CallAsync("Ping", model: model);
        await console.GoAsync($"/logs?q=model:{model}");
        await Page.Locator($"tr[data-id='{after}']").GetByText("$").First.WaitForAsync();
        Assert.DoesNotContain("$", await Page.Locator($"tr[data-id='{before}']").InnerTextAsync(), StringComparison.Ordinal);
        await console.Session.AssertQuiet();
    }

    private ILocator Field(string label, IPage? page = null) => (page ?? Page).GetByLabel(label, new() { Exact = true });

    /// <summary>Types into a field and leaves it, which is when the server hears of it.</summary>
    private static async Task FillAsync(ILocator field, string text)
    {
        await field.FillAsync(text);
        await field.BlurAsync();
    }

    private async Task<int> CountServicesAsync() => (await console.Gatehouse.AdminAsync("/services?size=1000", Cancellation))["data"]!.AsArray().Count;

    private async Task<string> StoreAsync(string name, string host)
    {
        await console.Gatehouse.ApplyAsync(
            $$"""
            _format_version: "3.0"
            services:
            - name: {{name}}
              url: http://{{host}}
            """,
            Cancellation);

        return (await console.Gatehouse.AdminAsync($"/services/{name}", Cancellation))["id"]!.ToString();
    }
}
