using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.E2E.Harness;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser;

/// <summary>The Claude walkthrough made by hand in a browser, without a line of YAML.</summary>
public sealed class ConfigurationTests : IAsyncLifetime
{
    private const string Password = "correct horse battery staple";

    private GatehouseProcess? _gatehouse;
    private MockProvider? _provider;
    private BrowserSession? _browser;
    private TemporaryFolder? _folder;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private GatehouseProcess Gatehouse => _gatehouse!;

    private IPage Page => _browser!.Page;

    public async ValueTask InitializeAsync()
    {
        _folder = new TemporaryFolder();
        _provider = await MockProvider.StartAsync();
        _gatehouse = await GatehouseProcess.StartAsync(GatehouseProcess.ProvidersAt(_provider.BaseUrl));
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

        if (_provider is not null)
        {
            await _provider.DisposeAsync();
        }

        _folder?.Dispose();
    }

    [Fact]
    public async Task Walkthrough_MadeInForms_AnswersAndLogs()
    {
        var logFile = _folder!.File("claude.json");

        await Page.GotoAsync("/services");
        await Page.GetByRole(AriaRole.Link, new() { Name = "New service" }).ClickAsync();
        await Page.GetByRole(AriaRole.Heading, new() { Name = "New service" }).WaitForAsync();
        await Field("Name").FillAsync("example-service");
        await Page.GetByLabel("URL").FillAsync("http://httpbin.konghq.com/anything");
        await SaveNewAsync("services");
        await _browser!.AssertAccessible();

        await Page.GetByRole(AriaRole.Link, new() { Name = "Route", Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Heading, new() { Name = "New route" }).WaitForAsync();
        await Field("Name").FillAsync("example-route");
        await Field("Paths").FillAsync("/anything");
        await SaveNewAsync("routes");

        await Page.GotoAsync("/plugins/new");
        await Page.GetByTestId("plugin-ai-proxy").ClickAsync();
        await Page.ArriveAsync("**/plugins/new/ai-proxy*");
        await Field("Client format").SelectOptionAsync("anthropic");
        await Field("Provider").SelectOptionAsync("openai");
        await Field("Model").FillAsync("gpt-5-mini");
        await Field("Key").FillAsync(TestKeys.Provider);
        await SaveNewAsync("plugins");
        await _browser.AssertAccessible();

        await Page.GotoAsync("/plugins/new/file-log");
        await Field("Path").FillAsync(logFile);
        await SaveNewAsync("plugins");

        // The mock refuses every key but the gateway's, so an answer proves that it was sent.
        var answer = JsonNode.Parse(await AskAsync())!;
        Assert.Equal("Pong from the mock provider.", answer["content"]![0]!["text"]!.ToString());
        await Expect(
            () => File.Exists(logFile) && File.ReadAllText(logFile).Contains("\"example-route\"", StringComparison.Ordinal),
            () => $"The log file {(File.Exists(logFile) ? "holds: " + File.ReadAllText(logFile) : "is not there")}; the server says: {Gatehouse.ReadServerLog()}");
        await _browser.AssertQuiet();
    }

    [Fact]
    public async Task Key_Saved_IsNowhereInThePageOrWhatItSends()
    {
        var frames = new List<string>();
        Page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) => frames.Add(frame.Text ?? Encoding.Latin1.GetString(frame.Binary ?? []));
        await Page.GotoAsync("/keys/new");
        await Page.GetByText("OpenAI SDK").ClickAsync();
        await Field("Key").FillAsync(TestKeys.Provider);
        await Page.GetByTestId("save").ClickAsync();
        await Page.GetByTestId("try-curl").WaitForAsync();

        await Page.GetByRole(AriaRole.Link, new() { Name = "Open the plugin" }).ClickAsync();
        await Page.GetByTestId("preview").WaitForAsync();
        Assert.DoesNotContain(TestKeys.Provider, await Page.ContentAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(TestKeys.Provider, await Page.EvaluateAsync<string>("[...document.querySelectorAll('input,textarea')].map(i => i.value).join()"), StringComparison.Ordinal);
        Assert.Contains("Bearer ${{ env \"DECK_OPENAI_API_KEY\" }}", await Page.GetByTestId("preview").InnerTextAsync(), StringComparison.Ordinal);

        await Page.GotoAsync("/keys");
        await Page.GetByTestId("key-table").WaitForAsync();
        await _browser!.AssertAccessible();
        Assert.NotEmpty(frames);
        Assert.DoesNotContain(frames, frame => frame.Contains(TestKeys.Provider, StringComparison.Ordinal));
        Assert.DoesNotContain(TestKeys.Provider, Gatehouse.ReadServerLog(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_WithFaults_LeadsToTheFieldThenSavesAndDeletes()
    {
        await Page.GotoAsync("/services/new");
        await Field("Name").FillAsync("not a name");
        await Page.GetByTestId("save").ClickAsync();
        await Page.GetByTestId("error-summary").WaitForAsync();
        await Expect(async () => await Page.EvaluateAsync<string>("document.activeElement.id") is "f-name" or "f-host");
        Assert.Equal("true", await Field("Host").GetAttributeAsync("aria-invalid"));
        await _browser!.AssertAccessible();

        await Field("Name").FillAsync("fine");
        await Field("Host").FillAsync("upstream.example");
        await SaveNewAsync("services");

        await Page.GetByRole(AriaRole.Heading, new() { Name = "Timeouts" }).ClickAsync();
        await Field("Retries").FillAsync("1");
        await Page.GetByTestId("save").ClickAsync();
        await Page.GetByTestId("save-state").GetByText("Saved", new() { Exact = true }).WaitForAsync();
        Assert.Equal("1", (await Gatehouse.AdminAsync("/services/fine", Cancellation))["retries"]!.ToString());

        await Page.GotoAsync("/services?q=fine");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete fine" }).ClickAsync();
        await Page.GetByTestId("confirm-delete").ClickAsync();
        await Page.GetByTestId("empty-state").WaitForAsync();
        Assert.Empty((await Gatehouse.AdminAsync("/services", Cancellation))["data"]!.AsArray());
        await _browser.AssertQuiet();
    }

    [Fact]
    public async Task Form_LeftWithChanges_AsksFirst()
    {
        await Page.GotoAsync("/services/new");
        await Field("Name").FillAsync("half");
        await Field("Host").FocusAsync();
        var asked = new TaskCompletionSource<string>();
        Page.Dialog += async (_, dialog) =>
        {
            asked.TrySetResult(dialog.Message);
            await dialog.DismissAsync();
        };

        await Page.GetByTestId("save-state").GetByText("unsaved changes").WaitForAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Routes" }).ClickAsync();

        Assert.Contains("without saving", await asked.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation), StringComparison.Ordinal);
        Assert.EndsWith("/services/new", Page.Url, StringComparison.Ordinal);
        Assert.Equal("half", await Field("Name").InputValueAsync());
    }

    [Fact]
    public async Task History_AfterADelete_BringsBackWhatWasThereAndTheAuditLogNamesWho()
    {
        await Page.GotoAsync("/services/new");
        await Field("Name").FillAsync("missed");
        await Field("Host").FillAsync("upstream.example");
        await SaveNewAsync("services");
        await Page.GotoAsync("/services");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete missed" }).ClickAsync();
        await Page.GetByTestId("confirm-delete").ClickAsync();
        await Page.GetByTestId("empty-state").WaitForAsync();

        await Page.GetByRole(AriaRole.Link, new() { Name = "History" }).ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "create service missed" }).ClickAsync();
        await Page.ArriveAsync("**/history/1");
        await Page.GetByTestId("version").GetByText("upstream.example").WaitForAsync();
        await AssertAccessibleInBothThemes();
        await Page.GetByTestId("restore").ClickAsync();
        await Page.GetByTestId("confirm").ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "restore version 1" }).WaitForAsync();
        Assert.Equal("upstream.example", (await Gatehouse.AdminAsync("/services/missed", Cancellation))["host"]!.ToString());

        await Page.GetByRole(AriaRole.Link, new() { Name = "Audit log" }).ClickAsync();
        await Page.GetByTestId("chain").GetByText("chain verified").WaitForAsync();
        await Page.GetByTestId("filter").FillAsync("restore version");
        await Page.ArriveAsync("**/audit?q=*");
        await Expect(async () => await Page.Locator("tr[data-entry]").CountAsync() == 1);
        await Page.Locator("tr[data-entry]").GetByRole(AriaRole.Link).ClickAsync();
        await Page.GetByTestId("entry").GetByText("Created service missed").WaitForAsync();
        Assert.Contains("ada", await Page.Locator("tr[data-entry]").InnerTextAsync(), StringComparison.Ordinal);
        await AssertAccessibleInBothThemes();
        await _browser!.AssertQuiet();
    }

    [Fact]
    public async Task History_VersionRestored_ServesWithinASecond()
    {
        await Gatehouse.ApplyAsync(
            """
            _format_version: "3.0"
            routes:
            - name: tea
              paths: ["/tea"]
              plugins:
              - name: request-termination
                config: { status_code: 418 }
            """,
            Cancellation);
        var made = (await Gatehouse.AdminAsync("/gatehouse/history?size=1", Cancellation))["data"]![0]!["version"]!.ToString();
        await Page.GotoAsync("/routes");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete tea" }).ClickAsync();
        await Page.GetByTestId("delete-name").FillAsync("tea");
        await Page.GetByTestId("confirm-delete").ClickAsync();
        await Page.GetByTestId("empty-state").WaitForAsync();
        using var http = new HttpClient();
        Assert.Equal(404, await StatusAsync());

        await Page.GotoAsync($"/history/{made}");
        await Page.GetByTestId("restore").ClickAsync();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await Page.GetByTestId("confirm").ClickAsync();
        while (await StatusAsync() != 418)
        {
            Assert.InRange(clock.ElapsedMilliseconds, 0, 1000);
        }

        await Page.GetByRole(AriaRole.Link, new() { Name = $"restore version {made}" }).WaitForAsync();
        await _browser!.AssertQuiet();

        async Task<int> StatusAsync()
        {
            using var answer = await http.GetAsync($"{Gatehouse.ProxyUrl}/tea", Cancellation);
            return (int)answer.StatusCode;
        }
    }

    private async Task AssertAccessibleInBothThemes()
    {
        await _browser!.AssertAccessible();
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await _browser.AssertAccessible();
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
    }

    private static async Task Expect(Func<bool> condition, Func<string>? otherwise = null) => await Expect(() => Task.FromResult(condition()), otherwise);

    private static async Task Expect(Func<Task<bool>> condition, Func<string>? otherwise = null)
    {
        for (var attempt = 0; !await condition(); attempt++)
        {
            Assert.True(attempt < 100, otherwise?.Invoke() ?? "It did not happen within ten seconds.");
            await Task.Delay(100, Cancellation);
        }
    }

    private ILocator Field(string label) => Page.GetByLabel(label, new() { Exact = true });

    /// <summary>Saves a new entity and waits until its own page is shown.</summary>
    private async Task SaveNewAsync(string collection)
    {
        await Page.GetByTestId("save").ClickAsync();
        await Page.ArriveAsync(new System.Text.RegularExpressions.Regex($"/{collection}/[0-9a-f-]{{36}}$"));
        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).WaitForAsync();
    }

    private async Task<string> AskAsync()
    {
        using var http = new HttpClient();
        using var content = new StringContent("""{"model":"gpt-5-mini","max_tokens":64,"messages":[{"role":"user","content":"Ping"}]}""", Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var answer = await http.PostAsync($"{Gatehouse.ProxyUrl}/anything/v1/messages", content, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.IsSuccessStatusCode, text);

        return text;
    }
}
