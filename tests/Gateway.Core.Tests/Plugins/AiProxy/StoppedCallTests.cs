using System.Net;
using System.Text;
using Gateway.Core.Logging;
using Gateway.Core.Tests.Pipeline;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Tests.Plugins.AiProxy;

/// <summary>A person ends a call while it runs.</summary>
public sealed class StoppedCallTests
{
    private readonly TaskCompletionSource _upstreamLeft = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("openai", "llm/v1/chat", "/ai/chat/completions", """{"error":{"message":"this request was stopped by an operator of the gateway"}}""")]
    [InlineData("openai", "llm/v1/responses", "/ai/responses", """{"error":{"message":"this request was stopped by an operator of the gateway"}}""")]
    [InlineData("anthropic", "llm/v1/chat", "/ai/v1/messages", """{"type":"error","error":{"type":"invalid_request_error","message":"this request was stopped by an operator of the gateway"}""")]
    public async Task Stop_BeforeTheFirstByte_AnswersInTheClientsFormatAndLeavesTheProvider(string format, string routeType, string path, string expected)
    {
        await using var upstream = await FakeUpstream.StartAsync(WaitAsync);
        await using var gateway = await StartAsync(upstream, format, routeType);
        var call = PostAsync(gateway, path);
        await StopAsync(gateway, r => r.Timings.UpstreamSent is not null && upstream.Requests.Count > 0);

        using var answer = await call;

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("false", Assert.Single(answer.Headers.GetValues("x-should-retry")));
        Assert.StartsWith(expected.TrimEnd('}'), await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        await _upstreamLeft.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        var record = await gateway.NextRecordAsync();
        Assert.Equal((RequestOutcome.Stopped, "stopped/wait", 400), (record.Outcome, record.OutcomeDetail, record.Status));
    }

    [Fact]
    public async Task Stop_InAStreamOfResponses_EndsWithTheEventThatCodexReads()
    {
        await using var upstream = await FakeUpstream.StartAsync(http => SayAndWaitAsync(http, "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"Hello there\"}\n\n"));
        await using var gateway = await StartAsync(upstream, "openai", "llm/v1/responses");
        using var answer = await PostAsync(gateway, "/ai/responses");
        await StopAsync(gateway, r => r.Timings.FirstToken is not null);

        var text = await answer.Content.ReadAsStringAsync(Cancel);

        Assert.Contains("\n\nevent: response.failed\ndata: {\"type\":\"response.failed\"", text, StringComparison.Ordinal);
        Assert.Contains("stopped by an operator", text, StringComparison.Ordinal);
        await _upstreamLeft.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        var record = await gateway.NextRecordAsync();
        Assert.Equal((RequestOutcome.Stopped, "stopped/stream"), (record.Outcome, record.OutcomeDetail));
        Assert.True(record.Llm!.Usage!.CompletionTokens > 0);
    }

    [Fact]
    public async Task Stop_InTheMiddleOfAnEvent_CutsTheConnection()
    {
        await using var upstream = await FakeUpstream.StartAsync(http => SayAndWaitAsync(http, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"}}]}\n\ndata: {\"choi"));
        await using var gateway = await StartAsync(upstream, "openai", "llm/v1/chat");
        using var answer = await PostAsync(gateway, "/ai/chat/completions", """{"stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Hi"}]}""");
        await StopAsync(gateway, r => r.Timings.FirstToken is not null);

        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsStringAsync(Cancel));

        Assert.Equal(RequestOutcome.Stopped, (await gateway.NextRecordAsync()).Outcome);
    }

    private static async Task StopAsync(GatewayHost gateway, Func<RequestRecord, bool> when)
    {
        var feed = gateway.Services.GetRequiredService<IRequestFeed>();
        RequestRecord? running = null;
        Assert.True(await Poll.UntilAsync(() => Task.FromResult((running = feed.ListInFlight().FirstOrDefault(when)) is not null)));
        Assert.True(feed.Stop(running!.RequestId));
    }

    private static Task<GatewayHost> StartAsync(FakeUpstream upstream, string format, string routeType) => GatewayHost.StartAsync(GatewayHost.Config(
        "ai-proxy",
        $$"""{"llm_format":"{{format}}","route_type":"{{routeType}}","logging":{"log_statistics":true},"auth":{"header_name":"Authorization","header_value":"Bearer held"},"model":{"provider":"openai","name":"gpt-4o","options":{"upstream_url":"{{upstream.Address}}"} } }"""));

    private static Task<HttpResponseMessage> PostAsync(GatewayHost gateway, string path, string? body = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body ?? """{"stream":true,"max_tokens":9,"input":"Hi","messages":[{"role":"user","content":"Hi"}]}""", Encoding.UTF8, "application/json"),
        };
        return gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
    }

    private async Task SayAndWaitAsync(HttpContext http, string text)
    {
        http.Response.ContentType = "text/event-stream";
        await http.Response.WriteAsync(text, http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        await WaitAsync(http);
    }

    private async Task WaitAsync(HttpContext http)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            _upstreamLeft.TrySetResult();
        }
    }
}
