using System.Diagnostics.Metrics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ConsoleWeb.Tests.Hosting;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.AdminApi.Logs;

/// <summary>The live tail as a script reads it.</summary>
public sealed class LogStreamTests : IAsyncLifetime
{
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>While closed, the upstream keeps its callers waiting.</summary>
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource _secondGate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TestHost? _host;
    private FakeUpstream? _upstream;

    private TestHost Host => _host!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await FakeUpstream.StartAsync(async http =>
        {
            if (http.Request.Path == "/waits")
            {
                await _gate.Task;
            }

            if (http.Request.Path == "/events")
            {
                await AnswerEventsAsync(http.Response);
                return;
            }

            if (http.Request.Path == "/chat")
            {
                await AnswerChatAsync(http.Response);
                return;
            }

            await http.Response.WriteAsync("ok");
        });
        _host = await TestHost.StartAsync();
        var service = (await Host.PostAsync("/services", $$"""{"url":"{{_upstream.Address}}"}"""))["id"];
        foreach (var name in new[] { "one", "two" })
        {
            await Host.PostAsync($"/services/{service}/routes", $$"""{"name":"{{name}}","paths":["/{{name}}"]}""");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _gate.TrySetResult();
        _secondGate.TrySetResult();
        _client.Dispose();
        await Host.DisposeAsync();
        await _upstream!.DisposeAsync();
    }

    [Fact]
    public async Task Stream_FinishedRequests_AreOneEventEachInTheirOrder()
    {
        using var response = await FollowAsync("/logs/stream");
        using var reader = await ReadAsync(response);

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.ToString());
        Assert.StartsWith(":", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal("", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        await CallAsync("/one/a?x=1");
        await CallAsync("/nowhere");
        await CallAsync("/two/b");

        var events = new[] { await NextAsync(reader), await NextAsync(reader), await NextAsync(reader) };

        Assert.All(events, e => Assert.Equal("finished", e.Name));
        Assert.Equal(
            [("/one/a?x=1", 200, "ok"), ("/nowhere", 404, "rejected"), ("/two/b", 200, "ok")],
            events.Select(e => (e.Record["request"]!["uri"]!.ToString(), e.Record["response"]!["status"]!.GetValue<int>(), e.Record["gatehouse"]!["outcome"]!.ToString())));
        Assert.Equal("one", events[0].Record["route"]!["name"]!.ToString());
    }

    [Fact]
    public async Task Stream_Event_NamesTheRequestThatTheLogFinds()
    {
        using var reader = await ReadAsync(await FollowAsync("/logs/stream"));
        await CallAsync("/one/a");

        var id = (await NextAsync(reader)).Record["gatehouse"]!["request_id"]!.ToString();

        Answer? found = null;
        Assert.True(await Poll.UntilAsync(() => (found = Host.GetAsync("/logs/" + id).GetAwaiter().GetResult()).Status == System.Net.HttpStatusCode.OK));
        Assert.Equal("/one/a", found!["request"]!["uri"]!.ToString());
    }

    [Theory]
    [InlineData("route=two")]
    [InlineData("q=route:two")]
    [InlineData("q=%2Fb")]
    public async Task Stream_Filtered_HoldsTheMatchingRequestsOnly(string query)
    {
        using var reader = await ReadAsync(await FollowAsync("/logs/stream?" + query));
        await CallAsync("/one/a");
        await CallAsync("/two/b");
        await CallAsync("/one/c");
        await CallAsync("/two/b2");

        Assert.Equal("/two/b", (await NextAsync(reader)).Record["request"]!["uri"]!.ToString());
        Assert.Equal("/two/b2", (await NextAsync(reader)).Record["request"]!["uri"]!.ToString());
    }

    [Fact]
    public async Task Stream_InFlight_TellsOfARequestBeforeItEnds()
    {
        using var reader = await ReadAsync(await FollowAsync("/logs/stream?in_flight=true"));
        var call = CallAsync("/one/waits");

        var started = await NextAsync(reader);
        Assert.False(call.IsCompleted);
        _gate.SetResult();
        await NextAsync(reader, "headers");
        var last = await NextAsync(reader, "finished");

        Assert.Equal("started", started.Name);
        Assert.Equal(started.Record["gatehouse"]!["request_id"]!.ToString(), last.Record["gatehouse"]!["request_id"]!.ToString());
        await call;
    }

    [Fact]
    public async Task Stream_InFlight_TellsEachStepOfAStreamAndTheTokensSoFar()
    {
        var route = (await Host.PostAsync("/routes", """{"name":"chat","paths":["/chat"]}"""))["id"];
        await Host.PostAsync(
            $"/routes/{route}/plugins",
            $$"""{"name":"ai-proxy","config":{"route_type":"llm/v1/chat","model":{"provider":"openai","name":"gpt-4o","options":{"upstream_url":"{{_upstream!.Address}}chat"} } } }""");
        using var reader = await ReadAsync(await FollowAsync("/logs/stream?in_flight=true"));
        var call = Host.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(Host.ProxyUrl, "/chat"))
        {
            Content = new StringContent("""{"stream":true,"messages":[{"role":"user","content":"hi"}]}""", new MediaTypeHeaderValue("application/json")),
        });

        var started = await NextAsync(reader);
        var headers = await NextAsync(reader, "headers");
        _gate.SetResult();
        var first = await NextAsync(reader, "first_token");
        _secondGate.SetResult();
        var finished = await NextAsync(reader, "finished");

        Assert.Equal("started", started.Name);
        Assert.Equal(("in_flight", "gpt-4o", "200"), ((string?)headers.Record["gatehouse"]!["outcome"], (string?)headers.Record["gatehouse"]!["model"], (string?)headers.Record["upstream_status"]));
        Assert.Null(headers.Record["gatehouse"]!["output_tokens_so_far"]);
        Assert.InRange((long)first.Record["gatehouse"]!["output_tokens_so_far"]!, 1, 20);
        Assert.Equal(("ok", null), ((string?)finished.Record["gatehouse"]!["outcome"], finished.Record["gatehouse"]!["output_tokens_so_far"]));
        Assert.Single(new[] { started, headers, first, finished }.Select(e => e.Record["gatehouse"]!["request_id"]!.ToString()).Distinct());
        await call;
    }

    [Fact]
    public async Task Stream_InFlight_TellsHowFarAPlainStreamIs()
    {
        using var reader = await ReadAsync(await FollowAsync("/logs/stream?in_flight=true"));
        var call = Host.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(Host.ProxyUrl, "/one/events")) { Headers = { { "X-Tag", "seen" } } });

        var started = await NextAsync(reader);
        var headers = await NextAsync(reader, "headers");
        _gate.SetResult();
        var progress = await NextAsync(reader, "progress");
        _secondGate.SetResult();
        var finished = await NextAsync(reader, "finished");

        Assert.Equal("started", started.Name);
        // What the client sent is known while the call runs.
        Assert.Equal("seen", headers.Record["request"]!["headers"]!["x-tag"]!.ToString());
        Assert.Equal(("in_flight", "data: one\n\n".Length), ((string?)progress.Record["gatehouse"]!["outcome"], (int)progress.Record["response"]!["size"]!));
        Assert.InRange((int)finished.Record["response"]!["size"]!, "data: one\n\ndata: two\n\n".Length + 50, 2000);
        Assert.Equal("data: one\n\ndata: two\n\n", (await call).Text);
    }

    [Fact]
    public async Task Stream_WordsOfABody_FindTheRequestThatTheLogFinds()
    {
        await AddChatAsync(logsPayloads: true);
        using var reader = await ReadAsync(await FollowAsync("/logs/stream?q=waterfall"));
        await ChatAsync("nothing of the kind");
        await ChatAsync("a waterfall in the hills");
        await CallAsync("/one/waterfall");

        var found = new[] { await NextAsync(reader), await NextAsync(reader) };

        Assert.Equal(["/chat", "/one/waterfall"], found.Select(e => e.Record["request"]!["uri"]!.ToString()).Order());
        var chat = found.Single(e => e.Record["request"]!["uri"]!.ToString() == "/chat").Record["gatehouse"]!["request_id"]!.ToString();
        Assert.Contains(chat, (await Host.GetAsync("/logs?q=waterfall&route=chat")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_WordsOfABodyWithoutTheRightToReadIt_AreNotFound()
    {
        await AddChatAsync(logsPayloads: true);
        using var reader = await ReadAsync(await FollowAsync("/logs/stream?q=waterfall", await Host.MakeTokenAsync(ConsoleWeb.Auth.TokenScopes.LogsRead)));
        await ChatAsync("a waterfall in the hills");
        Assert.True(await Poll.UntilAsync(async () => (await Host.GetAsync("/logs?q=waterfall"))["data"]!.AsArray().Count == 1));
        await CallAsync("/one/waterfall");

        Assert.Equal("/one/waterfall", (await NextAsync(reader)).Record["request"]!["uri"]!.ToString());
    }

    [Fact]
    public async Task Stream_WithoutInFlight_TellsOfARequestWhenItHasEnded()
    {
        using var reader = await ReadAsync(await FollowAsync("/logs/stream"));
        var call = CallAsync("/one/waits");
        Assert.True(await Poll.UntilAsync(() => _upstream!.Requests.Count == 1));
        await CallAsync("/two/b");

        var first = await NextAsync(reader);
        _gate.SetResult();
        var second = await NextAsync(reader);

        Assert.Equal(["/two/b", "/one/waits"], [first.Record["request"]!["uri"]!.ToString(), second.Record["request"]!["uri"]!.ToString()]);
        await call;
    }

    [Fact]
    public async Task Stream_ReaderLeaves_EndsOnTheServerAndLeavesTheOthers()
    {
        using var running = new ActiveRequests(Host);
        using var staying = await ReadAsync(await FollowAsync("/logs/stream"));
        var leaving = await FollowAsync("/logs/stream");
        Assert.True(await Poll.UntilAsync(() => running.Count == 2), $"{running.Count} running");

        leaving.Dispose();

        Assert.True(await Poll.UntilAsync(() => running.Count == 1), $"{running.Count} running");
        await CallAsync("/one/a");
        Assert.Equal("finished", (await NextAsync(staying)).Name);
    }

    [Fact]
    public async Task Stream_ProgramEnds_EndsCleanly()
    {
        using var reader = await ReadAsync(await FollowAsync("/logs/stream"));
        await CallAsync("/one/a");
        await NextAsync(reader);

        Host.Services.GetRequiredService<Microsoft.Extensions.Hosting.IHostApplicationLifetime>().StopApplication();

        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            Assert.True(line is "" or [':', ..], line);
        }
    }

    private async Task AddChatAsync(bool logsPayloads)
    {
        var route = (await Host.PostAsync("/routes", """{"name":"chat","paths":["/chat"]}"""))["id"];
        await Host.PostAsync(
            $"/routes/{route}/plugins",
            $$"""{"name":"ai-proxy","config":{"route_type":"llm/v1/chat","logging":{"log_payloads":{{(logsPayloads ? "true" : "false")}}},"model":{"provider":"openai","name":"gpt-4o","options":{"upstream_url":"{{_upstream!.Address}}chat"} } } }""");
        _gate.TrySetResult();
        _secondGate.TrySetResult();
    }

    private Task<Answer> ChatAsync(string words) => Host.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(Host.ProxyUrl, "/chat"))
    {
        Content = new StringContent($$"""{"stream":true,"messages":[{"role":"user","content":"{{words}}"}]}""", new MediaTypeHeaderValue("application/json")),
    });

    private async Task AnswerEventsAsync(HttpResponse response)
    {
        response.ContentType = "text/event-stream";
        await response.Body.FlushAsync();
        await _gate.Task;
        await response.WriteAsync("data: one\n\n");
        await response.Body.FlushAsync();
        await _secondGate.Task;
        await response.WriteAsync("data: two\n\n");
    }

    /// <summary>A chat answer in three steps: its head, its first token, the rest.</summary>
    private async Task AnswerChatAsync(HttpResponse response)
    {
        response.ContentType = "text/event-stream";
        await response.Body.FlushAsync();
        await _gate.Task;
        await response.WriteAsync("""data: {"id":"c","model":"gpt-4o","choices":[{"index":0,"delta":{"role":"assistant","content":"Hello there"}}]}""" + "\n\n");
        await response.Body.FlushAsync();
        await _secondGate.Task;
        await response.WriteAsync("""data: {"id":"c","model":"gpt-4o","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\ndata: [DONE]\n\n");
    }

    /// <summary>Reads on to the next event of this name; only 'progress' may come before.</summary>
    private static async Task<(string Name, JsonObject Record)> NextAsync(StreamReader reader, string name)
    {
        var next = await NextAsync(reader);
        while (next.Name == "progress" && name != "progress")
        {
            next = await NextAsync(reader);
        }

        Assert.Equal(name, next.Name);
        return next;
    }

    private static async Task<StreamReader> ReadAsync(HttpResponseMessage response) => new(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));

    /// <summary>Reads the next event; comments are passed over.</summary>
    private static async Task<(string Name, JsonObject Record)> NextAsync(StreamReader reader)
    {
        var name = "";
        var data = "";
        while (true)
        {
            var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new EndOfStreamException();
            switch (line)
            {
                case "" when data.Length > 0:
                    return (name, JsonNode.Parse(data)!.AsObject());
                case ['e', ..]:
                    name = line["event: ".Length..];
                    break;
                case ['d', ..]:
                    data = line["data: ".Length..];
                    break;
            }
        }
    }

    private async Task<HttpResponseMessage> FollowAsync(string path, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Host.AdminUrl, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? Host.Token);
        var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return response.EnsureSuccessStatusCode();
    }

    private Task<Answer> CallAsync(string path) => Host.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(Host.ProxyUrl, path)));

    /// <summary>Counts the requests that one host handles right now, by what the web server says of itself.</summary>
    private sealed class ActiveRequests : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _count;

        public ActiveRequests(TestHost host)
        {
            var scope = host.Services.GetRequiredService<IMeterFactory>();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "http.server.active_requests" && ReferenceEquals(instrument.Meter.Scope, scope))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((_, change, _, _) => Interlocked.Add(ref _count, change));
            _listener.Start();
        }

        public long Count => Interlocked.Read(ref _count);

        public void Dispose() => _listener.Dispose();
    }
}
