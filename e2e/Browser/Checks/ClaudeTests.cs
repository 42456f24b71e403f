using System.Text;
using System.Text.Json.Nodes;
using Gateway.E2E.Harness;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser.Checks;

/// <summary>The walkthrough for Claude Code with OpenAI done in the browser alone, for all traffic as it has it; then all of it taken away and brought back.</summary>
public sealed class ClaudeTests(ClaudeConsole console) : IClassFixture<ClaudeConsole>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IPage Page => console.Page;

    [Fact]
    public async Task Wizard_ForAllTraffic_IsTheWalkthroughAndShowsTheHelperFiles()
    {
        await console.ClearAsync();
        var file = console.LogFile("claude.json");
        await ConnectAsync(file);

        // One click on the fold, and the files of the walkthrough are there, each with its own Copy.
        await Page.GetByRole(AriaRole.Heading, new() { Name = "Make it last" }).ClickAsync();
        var helpers = await Page.Locator("details").Filter(new() { HasText = "Make it last" }).Locator("pre").AllInnerTextsAsync();
        Assert.Equal(3, helpers.Count);
        Assert.Equal("~/.claude/anthropic_key.sh", JsonNode.Parse(helpers[0]).Text("apiKeyHelper"));
        Assert.Equal(($"{console.Gatehouse.ProxyUrl}/anything", "gpt-5-mini"), (JsonNode.Parse(helpers[0]).Text("env.ANTHROPIC_BASE_URL"), JsonNode.Parse(helpers[0]).Text("env.ANTHROPIC_MODEL")));
        Assert.Equal(["echo \"x\"", "chmod +x ~/.claude/anthropic_key.sh"], helpers.Skip(1).Select(h => h.Trim()));

        await AskAsync();
        await Page.Locator("[data-testid=check-reached][data-state=ok]").WaitForAsync();
        await ReadRequestAsync();
        await AssertAsPublishedAsync(file);
        await console.Session.AssertQuiet();
    }

    [Fact]
    public async Task Connection_RemovedFromItsRoute_IsGoneAndComesBackByUndo()
    {
        await console.ClearAsync();
        await ConnectAsync(console.LogFile("claude-removed.json"));
        var before = await console.ExportAsync();

        await Page.GetByRole(AriaRole.Link, new() { Name = "Routes", Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "example-route", Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Remove connection" }).ClickAsync();
        var dialog = Page.GetByTestId("delete-dialog");
        await dialog.GetByText("example-service").WaitForAsync();
        Assert.Equal(["plugin ai-proxy", "plugin file-log", "service example-service"], (await dialog.Locator(".deps li").AllInnerTextsAsync()).Order(StringComparer.Ordinal));
        await dialog.GetByTestId("delete-name").FillAsync("example-route");
        await console.Session.AssertAccessible();
        await dialog.GetByTestId("confirm-delete").ClickAsync();
        await Page.ArriveAsync("**/routes");
        await Page.GetByTestId("empty-state").WaitForAsync();
        foreach (var list in new[] { "services", "plugins", "routes" })
        {
            Assert.Empty((await console.Gatehouse.AdminAsync($"/{list}", Cancellation))["data"]!.AsArray());
        }

        await Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "example-route", Exact = true }).WaitForAsync();

        Assert.Equal(before, await console.ExportAsync());
        await AskAsync();
        await console.Session.AssertQuiet();
    }

    private async Task ConnectAsync(string file)
    {
        await console.Session.GoAsync("/connect/claude-code");
        await console.ChooseVariableAsync();
        await Page.GetByLabel("Plugins apply to").SelectOptionAsync("global");
        await Page.ArriveAsync("**/connect/claude-code?*scope=global*");
        Assert.Equal(
            $"""
            _format_version: "3.0"
            services:
            - name: example-service
              url: http://httpbin.konghq.com/anything
            routes:
            - name: example-route
              paths:
              - /anything
              service:
                name: example-service
            plugins:
            - name: ai-proxy
              config:
                llm_format: anthropic
                route_type: llm/v1/chat
                logging:
                  log_statistics: true
                  log_payloads: false
                auth:
                  header_name: Authorization
                  header_value: '{"{vault://env/" + TutorialConsole.Variable + "}"}'
                  allow_override: false
                model:
                  provider: openai
                  name: gpt-5-mini
                max_request_body_size: 524288
            - name: file-log
              config:
                path: /tmp/claude.json
            """,
            TutorialConsole.WithoutTags(await Page.GetByTestId("preview").InnerTextAsync()));
        await Page.GetByLabel("Also write a log file").FillAsync(file);
        await Page.GetByTestId("create").ClickAsync();
        await Page.GetByTestId("checklist").WaitForAsync();
    }

    /// <summary>What is stored is what the walkthrough's documents make, apart from where the key comes from.</summary>
    private async Task AssertAsPublishedAsync(string file)
    {
        var byWizard = await console.ExportAsync();
        await console.ClearAsync();

        foreach (var step in Directory.GetFiles(RepositoryPaths.Walkthrough("."), "claude-*.sh").Order(StringComparer.Ordinal))
        {
            var lines = (await File.ReadAllTextAsync(step, Cancellation)).Replace("/tmp/claude.json", file, StringComparison.Ordinal);
            (await console.Gatehouse.ShellAsync(lines, Cancellation, ("DECK_OPENAI_API_KEY", TestKeys.Provider))).EnsureSuccess();
        }

        Assert.Equal(byWizard.Replace($"'{{vault://env/{TutorialConsole.Variable}}}'", $"'{TutorialConsole.DeckVariable}'", StringComparison.Ordinal), await console.ExportAsync());
    }

    private async Task ReadRequestAsync()
    {
        await Page.GetByTestId("open-request").ClickAsync();
        var detail = Page.GetByTestId("request-detail");
        await detail.GetByText("Tokens and cost").WaitForAsync();
        var shown = await detail.InnerTextAsync();

        // 25 in, 456 out of which 256 are reasoning, nothing from a cache; asked for one name, answered by another.
        foreach (var seen in new[] { "Claude Code", "gpt-5-mini-2025-08-07", "asked for gpt-5-mini", "First token", "tokens/s" })
        {
            Assert.Contains(seen, shown, StringComparison.Ordinal);
        }

        foreach (var (kind, tokens) in new[] { ("Input", "25"), ("Cache read", "0"), ("Output", "456"), ("of it reasoning", "256"), ("Total", "481") })
        {
            Assert.Equal(tokens, await detail.Locator("table.rc tr").Filter(new() { HasText = kind }).First.Locator("td").Nth(1).InnerTextAsync());
        }

        await detail.GetByTestId("tab-record").ClickAsync();
        var record = JsonNode.Parse(await detail.GetByTestId("record").InnerTextAsync());
        Assert.Equal(["llm_latency", "plugin_id", "provider_name", "request_mode", "request_model", "response_model"], record.Members("ai.meta"));
        Assert.Equal(
            ["completion_tokens", "completion_tokens_details", "cost", "prompt_tokens", "prompt_tokens_details", "time_per_token", "time_to_first_token", "total_tokens"],
            record.Members("ai.usage"));
        Assert.Equal(("stream", 256.0, 481.0), (record.Text("ai.meta.request_mode"), record.Number("ai.usage.completion_tokens_details.reasoning_tokens"), record.Number("ai.usage.total_tokens")));
        Assert.True(record.Number("ai.usage.time_per_token") > 0, record!.ToJsonString());
    }

    private async Task AskAsync()
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{console.Gatehouse.ProxyUrl}/anything/v1/messages?beta=true");
        request.Headers.TryAddWithoutValidation("User-Agent", "claude-cli/2.0.37 (external, cli)");
        request.Headers.TryAddWithoutValidation("x-api-key", "x");
        request.Content = new StringContent("""{"model":"gpt-5-mini","max_tokens":300,"stream":true,"messages":[{"role":"user","content":"Hello"}]}""", Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, Cancellation);
        Assert.Contains("message_stop", await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }
}
