using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.E2E.Harness;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser.Checks;

/// <summary>What a record shows: the conversation where bodies are stored, the attempts where one failed, and the session it belongs to.</summary>
public sealed class RecordTests(CheckConsole console) : IClassFixture<CheckConsole>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IPage Page => console.Page;

    private ILocator Detail => Page.GetByTestId("request-detail");

    [Fact]
    public async Task Bodies_TurnedOnInTheForm_AreAConversationUntilTurnedOff()
    {
        var plugin = (await console.Gatehouse.AdminAsync("/services/chat/plugins", Cancellation))["data"]![0]!["id"]!.ToString();
        await StoreBodiesAsync(plugin, true);
        var first = await AskWithToolAsync();
        await OpenAsync(first, "tab-chat");

        // The call of a tool and what it answered stand together, and the answer behind them.
        await Detail.GetByTestId("conversation").WaitForAsync();
        var tool = Detail.Locator(".toolline");
        Assert.Equal(1, await tool.CountAsync());
        Assert.Contains("get_weather", await tool.Locator("summary").InnerTextAsync(), StringComparison.Ordinal);
        await tool.Locator("summary").ClickAsync();
        Assert.Contains("drizzle", await tool.GetByTestId("tool-result").InnerTextAsync(), StringComparison.Ordinal);
        await Detail.GetByTestId("conversation").GetByText("Take an umbrella: drizzle in Bergen.").WaitForAsync();
        await AssertHeadersMaskedAsync();

        await StoreBodiesAsync(plugin, false);
        var second = await AskWithToolAsync();
        await OpenAsync(second, "tab-chat");
        await Detail.GetByText("The conversation is not stored").WaitForAsync();
        Assert.Null((await console.Gatehouse.AdminAsync($"/logs/{second}", Cancellation)).At("ai.proxy.payload"));
        Assert.NotNull((await console.Gatehouse.AdminAsync($"/logs/{first}", Cancellation)).At("ai.proxy.payload"));
        await AssertHeadersMaskedAsync();
        await console.Session.AssertQuiet();
    }

    [Fact]
    public async Task Fallback_TargetThatFails_IsListedBeforeTheOneThatAnswers()
    {
        await console.Gatehouse.ApplyAsync($"_format_version: \"3.0\"\nservices:\n{Service("fallback", "http://127.0.0.1:1/v1/chat/completions", null)}\n{Service("broken", "http://127.0.0.1:1/a", "http://127.0.0.1:2/b")}", Cancellation);

        await OpenAsync(await PostAsync("/fallback/v1/chat/completions", """{"model":"gpt-4o","messages":[{"role":"user","content":"Ping"}]}""", 200), "tab-overview");
        var attempts = await AttemptsAsync(2);
        Assert.Contains("connect_refused", attempts[0], StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:1/v1/chat/completions", attempts[0], StringComparison.Ordinal);
        Assert.Contains("answered", attempts[1], StringComparison.Ordinal);

        // Where none answers, each says why, and the record names the last reason.
        await OpenAsync(await PostAsync("/broken/v1/chat/completions", """{"model":"gpt-4o","messages":[{"role":"user","content":"Ping"}]}""", 502), "tab-overview");
        attempts = await AttemptsAsync(2);
        Assert.Contains("127.0.0.1:1/a", attempts[0], StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:2/b", attempts[1], StringComparison.Ordinal);
        Assert.All(attempts, a => Assert.Contains("connect_refused", a, StringComparison.Ordinal));
        await Detail.GetByTestId("reason").WaitForAsync();
        await console.Session.AssertAccessible();
        await console.Session.AssertQuiet();
    }

    [Fact]
    public async Task Session_OfOneRun_SumsUpItsRequests()
    {
        var session = $"run-{Guid.NewGuid():N}";
        foreach (var text in new[] { "Tell me about Procopius", "Tell me about Procopius again", "nobody knows this" })
        {
            await console.CallAsync(text, isStream: true, model: "gpt-5-mini", session: session);
        }

        var records = await console.Gatehouse.LogsAsync($"&session_id={session}", 3, Cancellation);
        await console.GoAsync("/sessions");
        await Page.Locator($"a[href='/sessions/{session}']").First.ClickAsync();
        var facts = Page.GetByTestId("facts");
        await facts.WaitForAsync();

        double Sum(string path) => records.Sum(r => r.At(path)?.GetValue<double>() ?? 0);
        var title = await facts.Locator(".fact").Filter(new() { HasText = "Tokens" }).GetAttributeAsync("title");
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{Sum("gatehouse.usage.input"):N0} input, "), title, StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $", {Sum("gatehouse.usage.output"):N0} output"), title, StringComparison.Ordinal);
        Assert.Equal((50, 912), (Sum("gatehouse.usage.input"), Sum("gatehouse.usage.output")));
        Assert.Contains("3 requests", await facts.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"${Sum("gatehouse.cost.amount"):0.0000}"), await facts.Locator(".fact").Filter(new() { HasText = "Cost" }).InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("1", await facts.Locator(".fact").Filter(new() { HasText = "Failed" }).Locator(".v").InnerTextAsync());
        await console.Session.AssertQuiet();
    }

    private static string Service(string name, string first, string? second) => $$"""
        - name: {{name}}
          url: http://localhost
          routes:
          - name: {{name}}
            paths: ["/{{name}}"]
          plugins:
          - name: ai-proxy-advanced
            config:
              balancer: { algorithm: priority, retries: 1 }
              targets:
              - route_type: llm/v1/chat
                weight: 2
                auth: { header_name: Authorization, header_value: {{TutorialConsole.DeckVariable}} }
                model: { provider: openai, options: { upstream_url: "{{first}}" } }
              - route_type: llm/v1/chat
                weight: 1
                auth: { header_name: Authorization, header_value: {{TutorialConsole.DeckVariable}} }
                model: { provider: openai{{(second is null ? "" : $", options: {{ upstream_url: \"{second}\" }}")}} }
        """;

    private async Task StoreBodiesAsync(string plugin, bool isOn)
    {
        await console.GoAsync($"/plugins/{plugin}");
        var stored = Page.GetByRole(AriaRole.Switch, new() { Name = "Store payloads" });
        await Assertions.Expect(stored).ToBeCheckedAsync(new() { Checked = !isOn });
        await console.Session.SettleAsync();
        await Page.Locator("label.switch").Filter(new() { HasText = "Store payloads" }).ClickAsync();
        await Assertions.Expect(stored).ToBeCheckedAsync(new() { Checked = isOn });
        await Page.GetByTestId("save-state").GetByText("unsaved changes").WaitForAsync();
        await Page.GetByTestId("save").ClickAsync();
        await Page.GetByTestId("save-state").GetByText("Saved", new() { Exact = true }).WaitForAsync();
    }

    private async Task OpenAsync(string id, string tab)
    {
        await console.Gatehouse.LogsAsync($"&q=id:{id}", 1, Cancellation);
        await console.GoAsync($"/logs/{id}");
        await Detail.GetByTestId(tab).ClickAsync();
    }

    private async Task AssertHeadersMaskedAsync()
    {
        await Detail.GetByTestId("tab-request").ClickAsync();
        var authorization = Detail.Locator("tr").Filter(new() { HasText = "authorization" });
        Assert.Contains("redacted", await authorization.InnerTextAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(TestKeys.Client, await Page.ContentAsync(), StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<string>> AttemptsAsync(int count)
    {
        await Detail.GetByTestId("tried").WaitForAsync();
        var attempts = await Detail.GetByTestId("tried").GetByRole(AriaRole.Listitem).AllInnerTextsAsync();
        Assert.Equal(count, attempts.Count);

        return attempts;
    }

    /// <summary>The second turn of a call with a tool: the tool has answered.</summary>
    private Task<string> AskWithToolAsync() => PostAsync(
        "/chat/v1/chat/completions",
        new JsonObject
        {
            ["model"] = "gpt-4o",
            ["tools"] = JsonNode.Parse("""[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}]"""),
            ["messages"] = JsonNode.Parse(
                """
                [{"role":"user","content":"What is the weather in Bergen?"},
                 {"role":"assistant","content":null,"tool_calls":[{"id":"call_weather","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Bergen\"}"}}]},
                 {"role":"tool","tool_call_id":"call_weather","content":"8 degrees, drizzle"}]
                """),
        }.ToJsonString(),
        200);

    private async Task<string> PostAsync(string path, string body, int status)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, console.Gatehouse.ProxyUrl + path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", TestKeys.Client);
        using var answer = await http.SendAsync(request, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True((int)answer.StatusCode == status, text);

        return answer.Headers.GetValues("X-Kong-Request-Id").Single();
    }
}
