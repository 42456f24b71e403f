using System.Net;
using System.Text.Json.Nodes;
using Gateway.E2E.Harness;

namespace Gateway.E2E.Tutorials;

/// <summary>The Codex walkthrough from the first line to the last, with both real Codex versions.</summary>
public sealed class CodexTutorialTests(CodexTutorial tutorial) : IClassFixture<CodexTutorial>
{
    private const string Hello = "Hello from the mock provider.";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string BaseUrl => $"{tutorial.Gatehouse.ProxyUrl}/codex";

    [Fact]
    public void Steps_PastedInOrder_AllSucceed()
    {
        Assert.Equal(5, tutorial.Steps.Count);
        Assert.All(tutorial.Steps.Values, step => step.EnsureSuccess());
    }

    [Fact]
    public void Ping_BeforeTheFileLog_AnswersTheProvidersText()
    {
        var answer = JsonNode.Parse(tutorial.Steps["codex-4-ping.sh"].EnsureSuccess().Output);

        Assert.Equal("response", answer.Text("object"));
        Assert.Contains("Pong from the mock provider.", answer!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Codex055_Hello_PrintsTheProvidersText()
    {
        var result = await tutorial.Agents.Codex055Async(BaseUrl, "Hello", Cancellation);

        Assert.Equal(Hello, result.EnsureSuccess().Output.Trim());
    }

    [Fact]
    public async Task Codex0169_Hello_PrintsTheProvidersText()
    {
        var result = await tutorial.Agents.Codex0169Async(BaseUrl, "Hello", Cancellation);

        Assert.Equal(Hello, result.EnsureSuccess().Output.Trim());
    }

    [Fact]
    public async Task Codex055_TaskWithTools_RunsBothAndEnds()
    {
        var result = await tutorial.Agents.Codex055Async(BaseUrl, "Please read the note", Cancellation);

        Assert.Equal("The note has five words.", result.EnsureSuccess().Output.Trim());
        Assert.Contains("a lantern in the rain", result.Error, StringComparison.Ordinal);
        Assert.Contains("words=5", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Codex0169_TaskWithTools_RunsBothAndEnds()
    {
        var result = await tutorial.Agents.Codex0169Async(BaseUrl, "Please read the note", Cancellation);

        Assert.Equal("The note has five words.", result.EnsureSuccess().Output.Trim());
        Assert.Contains("words=5", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upstream_CallOfAClientWithAKey_SeesOnlyTheGatewaysKey()
    {
        var calls = await CallAsync("Ping", stream: false);

        var call = Assert.Single(calls);
        Assert.Equal("/v1/responses", call.Text("path"));
        Assert.NotNull(call.At("headers.authorization"));
        Assert.Equal("gpt-4o", call.Text("body.model"));
        Assert.DoesNotContain(TestKeys.Client, call.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileLog_CallThroughTheRoute_HoldsTheTutorialsTriedTarget()
    {
        await CallAsync("Ping", stream: true);

        var record = (await tutorial.FileLogAsync(r => r.At("ai.proxy.tried_targets") is not null, 1, Cancellation))[^1];

        Assert.Equal(["proxy"], record.Members("ai"));
        var target = Assert.Single((JsonArray)record.At("ai.proxy.tried_targets")!);
        Assert.Equal(["host", "ip", "port", "provider", "route_type", "upstream_scheme", "upstream_uri"], record.Members("ai.proxy.tried_targets.0"));
        var provider = new Uri(tutorial.Provider.BaseUrl);
        Assert.Equal("llm/v1/responses", target.Text("route_type"));
        Assert.Equal("/v1/responses", target.Text("upstream_uri"));
        Assert.Equal("openai", target.Text("provider"));
        Assert.Equal(provider.Host, target.Text("host"));
        Assert.Equal(provider.Host, target.Text("ip"));
        Assert.Equal(provider.Port, (int)target.Number("port"));
        Assert.Equal("http", target.Text("upstream_scheme"));
    }

    [Fact]
    public async Task RequestLog_CodexCall_HoldsAgentTokensAndTiming()
    {
        (await tutorial.Agents.Codex055Async(BaseUrl, "Hello", Cancellation)).EnsureSuccess();

        var record = (await tutorial.Gatehouse.LogsAsync("&agent=codex", 1, Cancellation))[0];

        Assert.Equal("codex", record.Text("gatehouse.agent"));
        Assert.Equal("ok", record.Text("gatehouse.outcome"));
        Assert.Equal("gpt-4o", record.Text("gatehouse.requested_model"));
        Assert.False(string.IsNullOrEmpty(record.Text("gatehouse.session_id")), record.ToJsonString());
        Assert.True(record.Number("gatehouse.timing.total") >= record.Number("gatehouse.timing.time_to_first_token"), record.ToJsonString());
        Assert.Contains(record.Text("gatehouse.usage.source"), new[] { "provider", "estimate" });
    }

    [Fact]
    public async Task WebSocketFirst_OfTheNewestCodex_IsAnswered426()
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{BaseUrl}/responses");
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", "Z2F0ZWhvdXNlLWUyZS1rZQ==");
        request.Headers.TryAddWithoutValidation("openai-beta", "responses_websockets=2026-02-06");

        using var answer = await http.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
    }

    private async Task<IReadOnlyList<JsonNode>> CallAsync(string text, bool stream)
    {
        await tutorial.Provider.ForgetAsync(Cancellation);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{BaseUrl}/responses")
        {
            Content = new StringContent(
                new JsonObject { ["model"] = "gpt-4o", ["stream"] = stream, ["input"] = text }.ToJsonString(), mediaType: new("application/json")),
        };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {TestKeys.Client}");

        using var answer = await http.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("Pong", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);

        return await tutorial.Provider.ReceivedAsync(Cancellation);
    }
}
