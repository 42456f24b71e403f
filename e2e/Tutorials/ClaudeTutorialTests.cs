using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.E2E.Harness;

namespace Gateway.E2E.Tutorials;

/// <summary>The Claude Code walkthrough from the first line to the last, with both real Claude Code versions.</summary>
public sealed class ClaudeTutorialTests(ClaudeTutorial tutorial) : IClassFixture<ClaudeTutorial>
{
    private const string Question = "Tell me about Procopius' Secret History.";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string BaseUrl => $"{tutorial.Gatehouse.ProxyUrl}/anything";

    [Fact]
    public void Steps_PastedInOrder_AllSucceed()
    {
        Assert.Equal(3, tutorial.Steps.Count);
        Assert.All(tutorial.Steps.Values, step => step.EnsureSuccess());
    }

    [Fact]
    public async Task Claude2037_Question_PrintsTheProvidersText()
    {
        var result = await tutorial.Agents.Claude2037Async(BaseUrl, Question, Cancellation);

        Assert.StartsWith("Procopius of Caesarea wrote", result.EnsureSuccess().Output.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Claude21330_Question_PrintsTheProvidersText()
    {
        var result = await tutorial.Agents.Claude21330Async(BaseUrl, Question, Cancellation);

        Assert.Contains("Procopius of Caesarea wrote", result.EnsureSuccess().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Claude2037_TaskWithParallelTools_RunsAllAndEnds()
    {
        var result = await tutorial.Agents.Claude2037Async(BaseUrl, "Please read the note", Cancellation, backgroundCalls: false);

        Assert.Equal("The note is about a lantern and has five words.", result.EnsureSuccess().Output.Trim());
    }

    [Fact]
    public async Task Claude21330_TaskWithParallelTools_RunsAllAndEnds()
    {
        var result = await tutorial.Agents.Claude21330Async(BaseUrl, "Please read the note", Cancellation);

        Assert.Contains("The note is about a lantern and has five words.", result.EnsureSuccess().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upstream_MessagesCall_SeesAChatCallWithTheGatewaysKey()
    {
        await tutorial.Provider.ForgetAsync(Cancellation);

        using var answer = await MessagesAsync(Message("Ping", stream: false));

        var call = Assert.Single(await tutorial.Provider.ReceivedAsync(Cancellation));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("/v1/chat/completions", call.Text("path"));
        Assert.NotNull(call.At("headers.authorization"));
        Assert.Null(call.At("headers.x-api-key"));
        Assert.Null(call.At("headers.anthropic-version"));
        Assert.Equal("gpt-5-mini", call.Text("body.model"));
        Assert.DoesNotContain(TestKeys.Client, call.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_Oneshot_AnswersInTheMessagesShape()
    {
        using var answer = await MessagesAsync(Message("Ping", stream: false));

        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal("message", body.Text("type"));
        Assert.Equal("Pong from the mock provider.", body.Text("content.0.text"));
        Assert.Equal("end_turn", body.Text("stop_reason"));
    }

    [Fact]
    public async Task Messages_CountTokens_AnswersANumber()
    {
        using var answer = await MessagesAsync(Message("Ping", stream: null), "/v1/messages/count_tokens?beta=true");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).Number("input_tokens") > 0);
    }

    [Fact]
    public async Task Messages_NotJson_IsRefusedInTheMessagesShape()
    {
        using var answer = await MessagesAsync("{ not json");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal("error", body.Text("type"));
        Assert.Equal("invalid_request_error", body.Text("error.type"));
    }

    [Fact]
    public async Task Messages_BodyOverTheLimit_IsRefusedWithBothNumbers()
    {
        using var answer = await MessagesAsync(Message(new string('a', 600_000), stream: false));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("524288", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileLog_ClaudeCall_HoldsTheTutorialsMembers()
    {
        (await tutorial.Agents.Claude21330Async(BaseUrl, Question, Cancellation)).EnsureSuccess();

        var record = (await tutorial.FileLogAsync(
            entry => entry.Text("headers.user-agent")?.StartsWith("claude-cli/2.1.330", StringComparison.Ordinal) == true
                && entry.At("ai.usage") is not null, 1, Cancellation))[^1];

        Assert.Equal("POST", record.Text("method"));
        Assert.Equal(["content-type", "user-agent"], record.Members("headers"));
        Assert.Equal(
            ["llm_latency", "plugin_id", "provider_name", "request_mode", "request_model", "response_model"], record.Members("ai.meta"));
        Assert.Equal("gpt-5-mini", record.Text("ai.meta.request_model"));
        Assert.Equal("stream", record.Text("ai.meta.request_mode"));
        Assert.Equal("gpt-5-mini-2025-08-07", record.Text("ai.meta.response_model"));
        Assert.Equal("openai", record.Text("ai.meta.provider_name"));
        Assert.Equal(456, record.Number("ai.usage.completion_tokens"));
        Assert.Equal(25, record.Number("ai.usage.prompt_tokens"));
        Assert.Equal(481, record.Number("ai.usage.total_tokens"));
        Assert.Equal(0, record.Number("ai.usage.cost"));
        Assert.InRange(record.Number("ai.usage.time_to_first_token"), 1, record.Number("ai.meta.llm_latency"));
        Assert.Equal(record.Number("ai.meta.llm_latency") / 456, record.Number("ai.usage.time_per_token"), 9);
    }

    [Fact]
    public async Task RequestLog_ClaudeCall_HoldsAgentSessionTokensAndTiming()
    {
        (await tutorial.Agents.Claude21330Async(BaseUrl, Question, Cancellation)).EnsureSuccess();

        var record = (await tutorial.Gatehouse.LogsAsync("&agent=claude-code&status=200", 1, Cancellation))[0];

        Assert.Equal("claude-code", record.Text("gatehouse.agent"));
        Assert.Equal("ok", record.Text("gatehouse.outcome"));
        Assert.Equal("provider", record.Text("gatehouse.usage.source"));
        Assert.Equal(456, record.Number("gatehouse.usage.output"));
        Assert.Equal(25, record.Number("gatehouse.usage.input"));
        Assert.NotNull(record.At("gatehouse.timing.time_to_first_token"));
        Assert.False(string.IsNullOrEmpty(record.Text("gatehouse.session_id")), record.ToJsonString());
    }

    private static string Message(string text, bool? stream)
    {
        var body = new JsonObject
        {
            ["model"] = "gpt-5-mini",
            ["max_tokens"] = 256,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = text }),
        };
        if (stream is { } value)
        {
            body["stream"] = value;
        }

        return body.ToJsonString();
    }

    private async Task<HttpResponseMessage> MessagesAsync(string body, string path = "/v1/messages?beta=true")
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, BaseUrl + path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("x-api-key", TestKeys.Client);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {TestKeys.Client}");
        request.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        var answer = await http.SendAsync(request, Cancellation);
        await answer.Content.LoadIntoBufferAsync(Cancellation);

        return answer;
    }
}
