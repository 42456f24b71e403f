using System.Net;
using Gateway.Core.Tests.Pipeline;
using Gateway.Shared.Logging;
using Gateway.Testing;
using static Gateway.Core.Tests.Plugins.AiProxy.AiProxyPipelineTests;

namespace Gateway.Core.Tests.Plugins.AiProxy;

/// <summary>A chat client whose target is an Anthropic model, through the whole pipeline.</summary>
public sealed class ChatOverAnthropicTests
{
    private const string Body = """{"messages":[{"role":"system","content":"S"},{"role":"user","content":"Hi"}],"seed":1}""";
    private const string StreamBody = """{"messages":[{"role":"user","content":"Hi"}],"stream":true,"stream_options":{"include_usage":true}}""";

    private static readonly string[] Events =
    [
        """{"type":"message_start","message":{"id":"msg_1","model":"claude-x","usage":{"input_tokens":10,"cache_read_input_tokens":5,"output_tokens":1}}}""",
        """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}""",
        """{"type":"content_block_stop","index":0}""",
        """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}""",
        """{"type":"message_stop"}""",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OneShot_IsTranslatedBothWays()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            200, """{"id":"msg_1","type":"message","model":"claude-x","content":[{"type":"text","text":"Hello"}],"stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":3}}""", ("Content-Type", "application/json"));
        await using var gateway = await StartAsync(upstream);

        using var response = await PostAsync(gateway, "/ai/v1/chat/completions?x=1", Body, ("openai-organization", "o"), ("Authorization", "Bearer theirs"));
        var answer = await response.Content.ReadAsStringAsync(Cancel);
        var record = await gateway.NextRecordAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("\"object\":\"chat.completion\"", answer, StringComparison.Ordinal);
        Assert.Contains("\"content\":\"Hello\"", answer, StringComparison.Ordinal);
        Assert.Equal("anthropic/claude-x", Assert.Single(response.Headers.GetValues("X-Kong-LLM-Model")));
        var sent = Assert.Single(upstream.Requests);
        Assert.Equal("/v1/messages", sent.Target);
        Assert.Equal("""{"model":"claude-x","max_tokens":4096,"system":"S","messages":[{"role":"user","content":"Hi"}]}""", sent.BodyText);
        Assert.Equal("2023-06-01", sent.Headers["anthropic-version"]);
        Assert.False(sent.Headers.ContainsKey("openai-organization"));
        Assert.DoesNotContain("theirs", string.Join(' ', sent.Headers.Values), StringComparison.Ordinal);
        Assert.Equal(["seed"], record.Llm!.Dropped);
        Assert.Equal((10, 3), (record.Llm.Usage!.PromptTokens, record.Llm.Usage.CompletionTokens));
        Assert.Equal("openai_chat", record.Llm.ClientFormat);
    }

    [Fact]
    public async Task Stream_IsTranslatedWhileItFlows()
    {
        var mayEnd = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            foreach (var data in Events[..3])
            {
                await EventAsync(http, data);
            }

            await mayEnd.Task;
            foreach (var data in Events[3..])
            {
                await EventAsync(http, data);
            }
        });
        await using var gateway = await StartAsync(upstream);

        using var response = await PostAsync(gateway, "/ai", StreamBody);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        var line = "";
        while (!line.Contains("Hel", StringComparison.Ordinal))
        {
            line = await reader.ReadLineAsync(Cancel) ?? throw new InvalidOperationException("ended early");
        }

        mayEnd.SetResult();
        var rest = await reader.ReadToEndAsync(Cancel);
        var record = await gateway.NextRecordAsync();

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("\"usage\":{\"prompt_tokens\":15,\"completion_tokens\":7", rest, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", rest, StringComparison.Ordinal);
        Assert.Contains("\"stream\":true", upstream.Requests[0].BodyText, StringComparison.Ordinal);
        Assert.Equal(5, record.Llm!.Usage!.CacheReadTokens);
        Assert.Equal("end_turn", record.Llm.FinishReason);
        Assert.Equal(RequestOutcome.Ok, record.Outcome);
    }

    [Fact]
    public async Task Stream_IsCut_EndsWithAnErrorChunkAndNoDone()
    {
        await using var upstream = await StreamingAsync(Events[..^1]);
        await using var gateway = await StartAsync(upstream);

        using var response = await PostAsync(gateway, "/ai", StreamBody);
        var body = await response.Content.ReadAsStringAsync(Cancel);
        var record = await gateway.NextRecordAsync();

        Assert.Contains("data: {\"error\":{", body, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", body, StringComparison.Ordinal);
        Assert.Equal(RequestOutcome.UpstreamCut, record.Outcome);
    }

    [Fact]
    public async Task Overloaded_IsA503InOpenAIsWords()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            529, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", ("Content-Type", "application/json"), ("retry-after", "7"));
        await using var gateway = await StartAsync(upstream);

        using var response = await PostAsync(gateway, "/ai", StreamBody);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("7", Assert.Single(response.Headers.GetValues("retry-after")));
        Assert.Equal("""{"error":{"message":"Overloaded","type":"server_error","param":null,"code":"overloaded"}}""", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task KeyRefused_SaysThatItIsTheGateways()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            401, """{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}""", ("Content-Type", "application/json"));
        await using var gateway = await StartAsync(upstream);

        using var response = await PostAsync(gateway, "/ai", Body);
        var record = await gateway.NextRecordAsync();

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("false", Assert.Single(response.Headers.GetValues("x-should-retry")));
        Assert.Contains("the gateway's credentials for anthropic were rejected", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal("key_rejected", record.OutcomeDetail);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"n":3}""", "n: an Anthropic model gives one answer only")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"input_audio"}]}]}""", "messages.0: input_audio cannot be sent to an Anthropic model")]
    public async Task NotTranslatable_IsA400WithoutACall(string body, string message)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);

        using var response = await PostAsync(gateway, "/ai", body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains($"\"message\":\"{message}\"", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Empty(upstream.Requests);
    }

    private static Task<GatewayHost> StartAsync(FakeUpstream upstream) =>
        AiProxyPipelineTests.StartAsync(upstream, Config("anthropic", "claude-x", options: """{"anthropic_version":"2023-06-01"}"""));
}
