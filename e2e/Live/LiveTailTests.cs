using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.E2E.Harness;
using Gateway.E2E.Sdks;

namespace Gateway.E2E.Live;

/// <summary>What can be watched while a call is still running.</summary>
public sealed class LiveTailTests(SdkGateway gateway) : IClassFixture<SdkGateway>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LiveTail_CallThatStreams_IsSeenBeforeItEnds()
    {
        using var http = new HttpClient();
        using var tail = await OpenTailAsync(http);
        using var events = new StreamReader(await tail.Content.ReadAsStreamAsync(Cancellation));

        var call = StoryAsync(http, Cancellation);
        var started = await NextEventAsync(events, name => name == "started");
        var answeredAtStart = call.IsCompleted;
        var finished = await NextEventAsync(events, name => name == "finished");

        Assert.False(answeredAtStart);
        Assert.Contains("behind his ear", await call, StringComparison.Ordinal);
        Assert.Equal(started.Text("gatehouse.request_id") ?? started.Text("request_id"), finished.Text("gatehouse.request_id"));
        Assert.Equal("ok", finished.Text("gatehouse.outcome"));
    }

    [Fact]
    public async Task ClientThatLeaves_InTheMiddle_IsRecordedAsClosedByIt()
    {
        using var http = new HttpClient();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var request = Story();
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leaving.Token);
        await using (var body = await answer.Content.ReadAsStreamAsync(leaving.Token))
        {
            Assert.NotEqual(0, await body.ReadAsync(new byte[64], leaving.Token));
        }

        answer.Dispose();

        var record = (await gateway.Gatehouse.LogsAsync("&outcome=client_closed", 1, Cancellation))[0];
        Assert.Equal("client_closed", record.Text("gatehouse.outcome"));
    }

    private async Task<HttpResponseMessage> OpenTailAsync(HttpClient http)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{gateway.Gatehouse.AdminUrl}/logs/stream?in_flight=true");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", gateway.Gatehouse.Token);
        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);

        return answer.EnsureSuccessStatusCode();
    }

    private async Task<string> StoryAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using var request = Story();
        using var answer = await http.SendAsync(request, cancellationToken);
        var text = new StringBuilder();
        foreach (var line in (await answer.Content.ReadAsStringAsync(cancellationToken)).Split('\n'))
        {
            if (line.StartsWith("data: {", StringComparison.Ordinal))
            {
                text.Append(JsonNode.Parse(line["data: ".Length..]).Text("choices.0.delta.content"));
            }
        }

        return text.ToString();
    }

    private HttpRequestMessage Story() => new(HttpMethod.Post, $"{gateway.Gatehouse.ProxyUrl}/chat/v1/chat/completions")
    {
        Content = new StringContent(
            """{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"Tell me the slow story"}]}""",
            Encoding.UTF8, "application/json"),
    };

    private static async Task<JsonNode> NextEventAsync(StreamReader events, Predicate<string> wanted)
    {
        var name = "message";
        while (await events.ReadLineAsync(Cancellation) is { } line)
        {
            if (line.StartsWith("event:", StringComparison.Ordinal))
            {
                name = line["event:".Length..].Trim();
            }
            else if (line.StartsWith("data:", StringComparison.Ordinal) && wanted(name))
            {
                return JsonNode.Parse(line["data:".Length..])!;
            }
            else if (line.Length == 0)
            {
                name = "message";
            }
        }

        throw new InvalidOperationException("The live tail ended.");
    }
}
