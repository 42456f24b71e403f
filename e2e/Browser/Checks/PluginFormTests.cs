using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.E2E.Harness;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser.Checks;

/// <summary>The forms of routes and plugins: who else takes a request, the same plugin as text and back, secrets that only go in, and a plugin taken to another gateway.</summary>
public sealed class PluginFormTests(CheckConsole console) : IClassFixture<CheckConsole>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IPage Page => console.Page;

    private ILocator Preview => Page.GetByTestId("preview");

    [Fact]
    public async Task Route_CoveredByAnother_SaysSoAndTheMatchTestNamesTheWinner()
    {
        await console.GoAsync("/routes/new");
        await FillAsync(Field("Name"), "below-chat");
        await Field("Service").SelectOptionAsync(new SelectOptionValue { Label = "responses" });
        await FillAsync(Field("Paths"), "/chat/deep");
        await Assertions.Expect(Page.GetByTestId("conflict")).ToContainTextAsync("also matched by chat");

        await TestMatchAsync("/chat/deep/er?x=1");
        await Assertions.Expect(Page.GetByTestId("verdict")).ToContainTextAsync("this one");
        await Assertions.Expect(Page.GetByTestId("verdict")).ToContainTextAsync("http://localhost/er");
        await TestMatchAsync("/chat/shallow");
        await Assertions.Expect(Page.GetByTestId("verdict").GetByRole(AriaRole.Link)).ToHaveTextAsync("chat");
        await TestMatchAsync("/nowhere");
        await Assertions.Expect(Page.GetByTestId("verdict")).ToContainTextAsync("404");
        Assert.Empty(await console.Session.ListFindingsAsync());
        await SaveNewAsync("routes");
        await console.Session.AssertQuiet();
    }

    [Fact]
    public async Task Targets_Reordered_AreInTheTextAndTheTextIsInTheForm()
    {
        await console.GoAsync("/plugins/new/ai-proxy-advanced");
        await Page.GetByText("Only some traffic").ClickAsync();
        await Field("Service").SelectOptionAsync(new SelectOptionValue { Label = "responses" });
        // Other parts of the form, folded, have a provider and a model too; the targets come first.
        await Field("Provider").First.SelectOptionAsync("openai");
        await FillAsync(Field("Model").First, "gpt-4o");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Add target" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Move 2 up" }).WaitForAsync();
        await Field("Provider").Nth(1).SelectOptionAsync("deepseek");
        await FillAsync(Field("Model").Nth(1), "deepseek-chat");
        await Field("Kind of call").Nth(1).SelectOptionAsync("llm/v1/chat");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Move 2 up" }).ClickAsync();
        await Assertions.Expect(Field("Model").First).ToHaveValueAsync("deepseek-chat");
        await Assertions.Expect(Field("Provider").Nth(1)).ToHaveValueAsync("openai");
        await Assertions.Expect(Preview).ToContainTextAsync(new Regex("deepseek-chat[\\s\\S]*gpt-4o"));

        await Page.GetByTestId("as-yaml").ClickAsync();
        var text = await Page.GetByTestId("yaml-text").InputValueAsync();
        Assert.True(text.IndexOf("deepseek-chat", StringComparison.Ordinal) < text.IndexOf("gpt-4o", StringComparison.Ordinal), text);
        await FillAsync(Page.GetByTestId("yaml-text"), text.Replace("gpt-4o", "gpt-5-mini", StringComparison.Ordinal));
        await AsFormAsync();
        await Assertions.Expect(Field("Model").Nth(1)).ToHaveValueAsync("gpt-5-mini");

        // One letter too few: the place, and what was probably meant.
        await Page.GetByTestId("as-yaml").ClickAsync();
        text = await Page.GetByTestId("yaml-text").InputValueAsync();
        var faulty = text.Replace("name: gpt-5-mini", "nam: gpt-5-mini", StringComparison.Ordinal);
        var line = Array.FindIndex(faulty.Split('\n'), l => l.Contains("nam: gpt", StringComparison.Ordinal)) + 1;
        var column = faulty.Split('\n')[line - 1].IndexOf("nam:", StringComparison.Ordinal) + 1;
        await FillAsync(Page.GetByTestId("yaml-text"), faulty);
        await AsFormAsync();
        await Assertions.Expect(Page.GetByTestId("yaml-problems")).ToContainTextAsync("did you mean 'name'?");
        await Page.GetByRole(AriaRole.Button, new() { Name = $"line {line}, column {column}" }).ClickAsync();
        await Page.WaitForFunctionAsync("(() => { const a = document.activeElement; return a.id === 'yaml-text' && a.value.slice(a.selectionStart, a.selectionEnd).startsWith('nam: gpt'); })()");
        await console.Session.SettleAsync();
        var findings = await console.Session.ListFindingsAsync();
        Assert.True(findings.Count == 0, string.Join(Environment.NewLine, findings));

        await FillAsync(Page.GetByTestId("yaml-text"), text);
        await AsFormAsync();
        await Assertions.Expect(Field("Model").Nth(1)).ToHaveValueAsync("gpt-5-mini");
        var id = await SaveNewAsync("plugins");
        var targets = (await console.Gatehouse.AdminAsync($"/plugins/{id}", Cancellation))["config"]!["targets"]!.AsArray();
        Assert.Equal(["deepseek deepseek-chat", "openai gpt-5-mini"], targets.Select(t => $"{t!["model"]!["provider"]} {t["model"]!["name"]}"));
        await console.Session.AssertQuiet();
    }

    [Fact]
    public async Task Secret_StoredOrReferred_IsNeverSeenAgain()
    {
        var secret = $"{TestKeys.Provider}-{Guid.NewGuid():N}";
        await console.GoAsync("/plugins/new/ai-proxy");
        await Page.GetByText("Only some traffic").ClickAsync();
        await Field("Route").SelectOptionAsync(new SelectOptionValue { Label = "messages" });
        await Field("Provider").SelectOptionAsync("openai");
        await FillAsync(Field("Model"), "gpt-5-mini");
        await FillAsync(Field("Key"), secret);
        // The form stays with the text that was chosen last.
        await Page.Locator(".pv").GetByRole(AriaRole.Tab, new() { Name = "YAML" }).ClickAsync();
        await Assertions.Expect(Preview).ToContainTextAsync("Bearer ${{ env \"DECK_OPENAI_API_KEY\" }}");
        var id = await SaveNewAsync("plugins");

        var readOnly = await MakeTokenAsync();
        foreach (var (what, text) in new[]
        {
            ("page", await AllTextAsync()),
            ("answer", await GetAsync(readOnly, $"/plugins/{id}")),
            ("export", await SeeAsync("/config/export", Page.Locator("main pre").First)),
            ("audit log", await SeeChangeAsync()),
            ("server's log", console.Gatehouse.ReadServerLog()),
        })
        {
            Assert.False(text.Contains(secret, StringComparison.Ordinal), $"The {what} shows the key.");
            Assert.NotEmpty(text);
        }

        // A name is no secret: it is stored, and shown as what it is.
        await console.GoAsync($"/plugins/{id}");
        await Page.GetByTestId("f-config-auth-header_value-source").SelectOptionAsync("env");
        await FillAsync(Field("Key"), "GATEWAY_SECRET_OPENAI");
        await Assertions.Expect(Page.GetByText("Not set in the gateway's environment.")).ToBeVisibleAsync();
        await Assertions.Expect(Preview).ToContainTextAsync("{vault://env/GATEWAY_SECRET_OPENAI}");
        await Page.GetByTestId("save").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("save-state")).ToHaveTextAsync("Saved");
        Assert.Equal("{vault://env/GATEWAY_SECRET_OPENAI}", (await console.Gatehouse.AdminAsync($"/plugins/{id}", Cancellation))["config"]!["auth"]!.Text("header_value"));
        await console.Session.AssertQuiet();
    }

    /// <summary>With a secret, which is put in by the shell, and with a text that could end the shell's own quotes.</summary>
    [Fact]
    public async Task Plugin_CopiedAsCurl_IsTheSameInAnotherGateway()
    {
        await console.Gatehouse.ApplyAsync(
            """
            _format_version: "3.0"
            plugins:
            - name: request-termination
              instance_name: closed
              enabled: false
              config: { status_code: 503, message: "It's \"closed\" for $HOME" }
            - name: ai-proxy
              instance_name: to-move
              enabled: false
              config:
                route_type: llm/v1/chat
                model: { provider: openai, name: gpt-5-mini }
                auth: { header_name: Authorization, header_value: 'Bearer ${{ env "DECK_OPENAI_API_KEY" }}' }
            """,
            Cancellation);
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await using var other = await GatehouseProcess.StartAsync();
        foreach (var name in new[] { "closed", "to-move" })
        {
            var plugin = (await console.Gatehouse.AdminAsync("/plugins?size=1000", Cancellation))["data"]!.AsArray().Single(p => p!["instance_name"]?.ToString() == name)!;
            await console.GoAsync($"/plugins/{plugin["id"]}");
            await Page.GetByRole(AriaRole.Tab, new() { Name = "curl" }).ClickAsync();
            await Assertions.Expect(Preview).ToContainTextAsync("curl -X PUT");
            await Page.Locator(".pv").GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
            await Page.Locator(".pv").GetByRole(AriaRole.Button, new() { Name = "Copied" }).WaitForAsync();
            var line = await Page.EvaluateAsync<string>("navigator.clipboard.readText()");

            var moved = await other.ShellAsync(line.Replace(console.Gatehouse.AdminUrl, other.AdminUrl, StringComparison.Ordinal) + " --fail-with-body", Cancellation, ("DECK_OPENAI_API_KEY", TestKeys.Provider));
            moved.EnsureSuccess();
            Assert.Equal(Timeless(plugin), Timeless(await other.AdminAsync($"/plugins/{plugin["id"]}", Cancellation)));
        }

        await console.Session.AssertQuiet();
    }

    private ILocator Field(string label) => Page.GetByLabel(label, new() { Exact = true });

    private static async Task FillAsync(ILocator field, string text)
    {
        await field.FillAsync(text);
        await field.BlurAsync();
    }

    private Task AsFormAsync() => Page.GetByRole(AriaRole.Group, new() { Name = "Edit as" }).GetByRole(AriaRole.Button, new() { Name = "Form" }).ClickAsync();

    private async Task TestMatchAsync(string address)
    {
        await Page.GetByLabel("Address", new() { Exact = true }).FillAsync(address);
        await Page.GetByTestId("test-match").ClickAsync();
    }

    /// <returns>Id of the entity, whose own page is shown.</returns>
    private async Task<string> SaveNewAsync(string collection)
    {
        await Page.GetByTestId("save").ClickAsync();
        await Page.ArriveAsync(new Regex($"/{collection}/[0-9a-f-]{{36}}$"));
        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).WaitForAsync();

        return Page.Url[^36..];
    }

    /// <returns>A token that may read configuration, but not its secrets.</returns>
    private async Task<string> MakeTokenAsync()
    {
        await console.GoAsync("/tokens?new=true", arrives: "/tokens");
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync("reads");
        await Page.GetByTestId("token-dialog").GetByRole(AriaRole.Button, new() { Name = "Read only" }).ClickAsync();
        await Page.GetByTestId("create-token").ClickAsync();

        return await Page.GetByTestId("token-value").InnerTextAsync();
    }

    private async Task<string> GetAsync(string token, string path)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

        return await http.GetStringAsync(console.Gatehouse.AdminUrl + path, Cancellation);
    }

    private async Task<string> SeeAsync(string path, ILocator content)
    {
        await console.GoAsync(path);
        await content.WaitForAsync();

        return await AllTextAsync();
    }

    /// <summary>The newest change of a plugin with its values before and after, in the audit log.</summary>
    private async Task<string> SeeChangeAsync()
    {
        await console.GoAsync("/audit?q=plugin");
        await Page.Locator("tr[data-entry]").First.GetByRole(AriaRole.Link).First.ClickAsync();
        await Page.GetByTestId("entry").GetByText("gpt-5-mini").First.WaitForAsync();

        return await AllTextAsync();
    }

    /// <summary>The document and what its fields hold.</summary>
    private async Task<string> AllTextAsync() =>
        await Page.ContentAsync() + await Page.EvaluateAsync<string>("[...document.querySelectorAll('input,textarea')].map(field => field.value).join('\\n')");

    private static string Timeless(JsonNode entity)
    {
        var copy = entity.DeepClone().AsObject();
        copy.Remove("created_at");
        copy.Remove("updated_at");

        return copy.ToJsonString();
    }
}
