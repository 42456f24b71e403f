using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.E2E.Harness;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser.Checks;

/// <summary>The walkthrough for Codex done in the browser alone: once by Connect an agent, once by the five forms. Both make the same configuration.</summary>
public sealed class CodexTests(CodexConsole console) : IClassFixture<CodexConsole>
{
    private const string Question = "Tell me about Procopius' Secret History.";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IPage Page => console.Page;

    [Fact]
    public async Task Wizard_FromKeyToLogFile_IsTheWalkthrough()
    {
        await console.ClearAsync();
        var file = console.LogFile("codex-wizard.json");

        // The key is in the environment, and the review is what the walkthrough writes.
        await console.Session.GoAsync("/connect/codex");
        await console.ChooseVariableAsync();
        await Page.GetByTestId("key-verdict").GetByText("took the key").WaitForAsync();
        Assert.Equal(Reviewed($"'{{vault://env/{TutorialConsole.Variable}}}'", "/tmp/file.json"), TutorialConsole.WithoutTags(await Page.GetByTestId("preview").InnerTextAsync()));
        await Page.GetByLabel("Also write a log file").FillAsync(file);
        await Page.GetByTestId("create").ClickAsync();

        // A test request says what came back.
        await Page.GetByTestId("send-test").ClickAsync();
        await Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "200 in" }).WaitForAsync();
        Assert.Equal("Pong from the mock provider.", await Page.GetByTestId("test-answer").InnerTextAsync());
        Assert.Matches("[0-9]+ tokens in, [0-9]+ out", await Page.GetByTestId("test-tokens").InnerTextAsync());

        // The agent itself, started by the line that Copy gives, turns the panel green.
        var line = await CopyStartLineAsync();
        Assert.StartsWith($"OPENAI_API_KEY=sk-xxx OPENAI_BASE_URL={console.Gatehouse.ProxyUrl}/codex codex", line, StringComparison.Ordinal);
        await AskAsync(ValueOf("OPENAI_BASE_URL", line), ValueOf("OPENAI_API_KEY", line));
        var clock = Stopwatch.StartNew();
        await Page.GetByTestId("done").WaitForAsync();
        Assert.InRange(clock.ElapsedMilliseconds, 0, 1000);
        var checklist = await Page.GetByTestId("checklist").InnerTextAsync();
        foreach (var seen in new[] { "codex_cli_rs/0.55.0", "OpenAI answered with gpt-5-mini", "25 in, 456 out", "first token after" })
        {
            Assert.Contains(seen, checklist, StringComparison.Ordinal);
        }

        await OpenRequestAsync();
        await OpenLogFileAsync(file);
        await console.Session.AssertQuiet();
    }

    [Fact]
    public async Task Forms_FiveOfThem_MakeWhatTheWizardMakes()
    {
        await console.ClearAsync();
        var file = console.LogFile("codex-forms.json");
        await console.Session.GoAsync("/connect/codex");
        await console.ChooseVariableAsync();
        await Page.GetByLabel("Also write a log file").FillAsync(file);
        await Page.GetByTestId("create").ClickAsync();
        await Page.GetByTestId("checklist").WaitForAsync();
        var byWizard = await console.ExportAsync();
        await console.ClearAsync();

        await FillFormsAsync(file);

        Assert.Equal(byWizard.Replace($"'{{vault://env/{TutorialConsole.Variable}}}'", $"'{TutorialConsole.DeckVariable}'", StringComparison.Ordinal), await console.ExportAsync());

        // And for decK nothing is left to do.
        foreach (var step in Directory.GetFiles(RepositoryPaths.Walkthrough("."), "codex-*.sh").Where(s => !s.EndsWith("ping.sh", StringComparison.Ordinal)))
        {
            var lines = (await File.ReadAllTextAsync(step, Cancellation)).Replace("/tmp/file.json", file, StringComparison.Ordinal);
            var said = await console.Gatehouse.ShellAsync(lines, Cancellation, ("DECK_OPENAI_API_KEY", TestKeys.Provider));
            Assert.Matches("(?s)Created: 0.*Updated: 0.*Deleted: 0", said.EnsureSuccess().Output);
        }

        await console.Session.AssertQuiet();
    }

    /// <summary>What the walkthrough's four documents say, in one.</summary>
    private static string Reviewed(string key, string file) => $"""
        _format_version: "3.0"
        services:
        - name: codex-service
          url: http://localhost
        routes:
        - name: codex-route
          paths:
          - /codex
          service:
            name: codex-service
        plugins:
        - name: ai-proxy-advanced
          service: codex-service
          config:
            genai_category: text/generation
            llm_format: openai
            max_request_body_size: 131072
            model_name_header: true
            response_streaming: allow
            balancer:
              algorithm: round-robin
              tokens_count_strategy: total-tokens
              latency_strategy: tpot
              retries: 3
            targets:
            - route_type: llm/v1/responses
              logging:
                log_statistics: true
                log_payloads: false
              auth:
                header_name: Authorization
                header_value: {key}
              model:
                provider: openai
        - name: request-transformer
          service: codex-service
          config:
            replace:
              uri: /
        - name: file-log
          service: codex-service
          config:
            path: {file}
        """;

    /// <summary>Presses Copy beside the line that starts the agent.</summary>
    /// <returns>What the clipboard holds then.</returns>
    private async Task<string> CopyStartLineAsync()
    {
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        var box = Page.Locator(".codebox").Filter(new() { Has = Page.GetByTestId("start-line") });
        await box.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
        await box.GetByRole(AriaRole.Button, new() { Name = "Copied" }).WaitForAsync();

        return await Page.EvaluateAsync<string>("navigator.clipboard.readText()");
    }

    /// <summary>What a line for a shell sets a variable to.</summary>
    private static string ValueOf(string variable, string line) =>
        line.Split(' ').Single(word => word.StartsWith($"{variable}=", StringComparison.Ordinal))[(variable.Length + 1)..];

    private async Task OpenRequestAsync()
    {
        await Page.GetByTestId("open-request").ClickAsync();
        var detail = Page.GetByTestId("request-detail");
        await detail.GetByTestId("tried").WaitForAsync();
        var only = Assert.Single(await detail.GetByTestId("tried").GetByRole(AriaRole.Listitem).AllInnerTextsAsync());
        foreach (var seen in new[] { "answered", "/v1/responses", "openai", "llm/v1/responses" })
        {
            Assert.Contains(seen, only, StringComparison.Ordinal);
        }

        await detail.GetByTestId("tab-record").ClickAsync();
        var record = JsonNode.Parse(await detail.GetByTestId("record").InnerTextAsync());
        AssertTried(record);
        Assert.Equal("codex", record.Text("gatehouse.agent"));
    }

    private async Task OpenLogFileAsync(string file)
    {
        await Page.GetByRole(AriaRole.Link, new() { Name = "Log files", Exact = true }).ClickAsync();
        await Page.Locator($"tr[data-file='{file}']").GetByText("codex-service").WaitForAsync();
        await Page.GetByTestId("lines").GetByText("gpt-5-mini").First.WaitForAsync();
        var pretty = await Page.GetByTestId("line-pretty").InnerTextAsync();
        Assert.Contains("\n", pretty, StringComparison.Ordinal);
        var line = JsonNode.Parse(pretty);
        AssertTried(line);
        Assert.Equal("codex_cli_rs/0.55.0", line.Text("request.headers.user-agent"));
        Assert.EndsWith(line.Text("request.id")!, await Page.GetByTestId("open-request").GetAttributeAsync("href"), StringComparison.Ordinal);
        await console.Session.AssertAccessible();
    }

    private static void AssertTried(JsonNode? record)
    {
        var target = Assert.Single((JsonArray)record.At("ai.proxy.tried_targets")!);
        Assert.Equal(("openai", "llm/v1/responses", "/v1/responses"), (target.Text("provider"), target.Text("route_type"), target.Text("upstream_uri")));
    }

    private async Task FillFormsAsync(string file)
    {
        await console.Session.GoAsync("/services/new");
        await Field("Name").FillAsync("codex-service");
        await Page.GetByLabel("URL").FillAsync("http://localhost");
        await SaveNewAsync("services");
        var service = new Uri(Page.Url).Segments[^1];

        await Page.GetByRole(AriaRole.Link, new() { Name = "Route", Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Heading, new() { Name = "New route" }).WaitForAsync();
        await Field("Name").FillAsync("codex-route");
        await Field("Paths").FillAsync("/codex");
        await SaveNewAsync("routes");

        await console.Session.GoAsync($"/plugins/new?service={service}");
        await Page.GetByTestId("plugin-ai-proxy-advanced").ClickAsync();
        await Page.ArriveAsync("**/plugins/new/ai-proxy-advanced*");
        var target = Page.GetByRole(AriaRole.Group, new() { Name = "Targets" });
        await target.GetByLabel("Kind of call").SelectOptionAsync("llm/v1/responses");
        await target.GetByLabel("Provider", new() { Exact = true }).SelectOptionAsync("openai");
        await target.GetByLabel("Key", new() { Exact = true }).FillAsync(TestKeys.Provider);
        await Page.GetByRole(AriaRole.Heading, new() { Name = "Limits" }).ClickAsync();
        await Field("Largest request").FillAsync("131072");
        await FillDeepAsync("f-config-balancer-retries", "3");
        await SaveNewAsync("plugins");

        await console.Session.GoAsync($"/plugins/new/request-transformer?service={service}");
        await FillDeepAsync("f-config-replace-uri", "/");
        await SaveNewAsync("plugins");

        await console.Session.GoAsync($"/plugins/new/file-log?service={service}");
        await Field("Path").FillAsync(file);
        await SaveNewAsync("plugins");
    }

    /// <summary>Opens the folds around a field, and fills it.</summary>
    private async Task FillDeepAsync(string id, string value)
    {
        await Page.EvaluateAsync("id => { for (let fold = document.getElementById(id)?.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true; }", id);
        await Page.Locator($"#{id}").FillAsync(value);
    }

    private ILocator Field(string label) => Page.GetByLabel(label, new() { Exact = true });

    private async Task SaveNewAsync(string collection)
    {
        await Page.GetByTestId("save").ClickAsync();
        await Page.ArriveAsync(new System.Text.RegularExpressions.Regex($"/{collection}/[0-9a-f-]{{36}}$"));
        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).WaitForAsync();
    }

    /// <summary>One call as Codex 0.55 makes it.</summary>
    private static async Task AskAsync(string baseUrl, string key)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{baseUrl}/responses");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        request.Headers.TryAddWithoutValidation("User-Agent", "codex_cli_rs/0.55.0");
        request.Headers.TryAddWithoutValidation("session_id", Guid.NewGuid().ToString());
        request.Content = new StringContent(
            $$"""{"model":"gpt-5-mini","stream":true,"input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"{{Question}}"}]}]}""", Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, Cancellation);
        Assert.Contains("response.completed", await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }
}
