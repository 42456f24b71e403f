using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ConsoleWeb.Auth;
using ConsoleWeb.Tests.Hosting;
using Gateway.Core.Logging;
using Gateway.Shared.Logging;
using Gateway.Shared.Usage;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.AdminApi.Logs;

public sealed class StopEndpointTests : IAsyncLifetime
{
    private readonly HttpClient _client = new();
    private ReplayScene? _scene;

    private ReplayScene Scene => _scene!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _scene = await ReplayScene.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Scene.DisposeAsync();
    }

    [Theory]
    [InlineData("/chat/chat/completions", "data: {\"error\":{\"message\":\"this request was stopped")]
    [InlineData("/messages/v1/messages", "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"this request was stopped")]
    public async Task Stop_InAStream_EndsItWithAnErrorEventOfTheClientsFormat(string path, string expected)
    {
        var (answer, id) = await BeginAsync(path);

        Assert.Equal(HttpStatusCode.Accepted, (await StopAsync(id)).Status);

        // Ends in order: a cut connection would throw here.
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("One ", text, StringComparison.Ordinal);
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        var stored = await Scene.FindAsync(id);
        Assert.Equal((RequestOutcome.Stopped, "stopped/stream", UsageSource.Estimate), (stored.Row.Outcome, stored.Row.OutcomeDetail, stored.Row.UsageSource));
        Assert.True(stored.Row.OutputTokens > 0);
        Assert.Equal("stopped", stored.Record["gatehouse"]!["outcome"]!.ToString());
        Assert.Equal(HttpStatusCode.Conflict, (await StopAsync(id)).Status);
    }

    [Fact]
    public async Task Stop_AgentRepeatsByItself_IsRefusedOnceAndForGood()
    {
        var (answer, id) = await BeginAsync("/chat/chat/completions", session: "s1");
        await StopAsync(id);
        await answer.Content.ReadAsStringAsync(Cancel);

        var repeated = await SendAsync("/chat/chat/completions", "s1");
        var other = await SendAsync("/chat/chat/completions", "s2");

        Assert.Equal(HttpStatusCode.BadRequest, repeated.StatusCode);
        Assert.Equal("false", Assert.Single(repeated.Headers.GetValues("x-should-retry")));
        Assert.Contains("stopped by an operator", await repeated.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Scene.Open();
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("/chat/chat/completions", "s1")).StatusCode);
    }

    [Fact]
    public async Task Stop_NothingThere_Answers404AndAfterItsEnd409()
    {
        var ended = (await Scene.CallAsync()).Row.RequestId;

        Assert.Equal(HttpStatusCode.NotFound, (await StopAsync("nothing")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await StopAsync(ended)).Status);
    }

    [Fact]
    public async Task Stop_NeedsItsScope_AndIsInTheAuditLog()
    {
        var (answer, id) = await BeginAsync("/chat/chat/completions");
        var reader = await Scene.Host.MakeTokenAsync(TokenScopes.LogsRead, TokenScopes.ConfigWrite);
        var stopper = await Scene.Host.MakeTokenAsync(TokenScopes.LogsStop);

        Assert.Equal(HttpStatusCode.Forbidden, (await StopAsync(id, reader)).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await StopAsync(id, stopper)).Status);

        await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(await Poll.UntilAsync(async () => (await Scene.Host.GetAsync("/gatehouse/audit?action=logs.stop"))["data"]!.AsArray().Any(e => e!["target"]!.ToString() == id)));
    }

    private Task<Answer> StopAsync(string id, string? token = null) => Scene.Host.SendAsync(HttpMethod.Post, $"/logs/{id}/stop", "{}", token);

    /// <summary>A stream that has begun, and its id.</summary>
    private async Task<(HttpResponseMessage Answer, string Id)> BeginAsync(string path, string? session = null)
    {
        var answer = await SendAsync(path, session);
        var feed = Scene.Host.Services.GetRequiredService<IRequestFeed>();
        string? id = null;
        Assert.True(await Poll.UntilAsync(() => Task.FromResult((id = feed.ListInFlight().FirstOrDefault(r => r.Timings.FirstToken is not null)?.RequestId) is not null)));
        return (answer, id!);
    }

    private Task<HttpResponseMessage> SendAsync(string path, string? session)
    {
        var body = JsonNode.Parse(ReplayScene.Question)!.AsObject();
        (body["stream"], body["max_tokens"]) = (true, 64);
        body.Remove("tools");
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Scene.Host.ProxyUrl, path)) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        if (session is not null)
        {
            request.Headers.Add("x-session-id", session);
        }

        return _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
    }
}
