using System.Net;
using Gateway.Core.Tests.Pipeline;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Upstreams;

/// <summary>What a client receives of a service's answer.</summary>
public sealed class ForwardedResponseTests
{
    private const string Get = "GET /a HTTP/1.1";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("HTTP/1.1 299 Odd Reason")]
    [InlineData("HTTP/1.1 404 Nothing Here")]
    [InlineData("HTTP/1.1 500 Internal Server Error")]
    [InlineData("HTTP/1.1 503 Service Unavailable")]
    public async Task Status_WithReasonAndBody_PassesUnchanged(string statusLine)
    {
        var answer = await AnswerAsync($"{statusLine}\r\nContent-Type: x/y\r\nContent-Length: 4\r\n\r\nbody");

        Assert.Equal(statusLine, answer.StatusLine);
        Assert.Contains("Content-Type: x/y", answer.Lines);
        Assert.Equal("body", answer.Body);
    }

    [Fact]
    public async Task Headers_EndToEnd_PassUnchanged()
    {
        string[] lines =
        [
            "x-LOWER-Upper: Value  with  Blanks; q=\"1\"",
            "Set-Cookie: a=1; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
            "Set-Cookie: b=2",
            "Set-Cookie: a=1",
            "X-Repeated: 1",
            "X-Repeated: 2, 3",
            "WWW-Authenticate: Basic realm=\"x, y\"",
            "Location: ../elsewhere?q=%2f",
            "Date: Wed, 21 Oct 2015 07:28:00 GMT",
            "ETag: not-quoted",
            "Content-Encoding: gzip",
            "Content-Type: text/html; charset",
            "Content-Disposition: attachment; filename=\"a;b\"",
            "Expires: 0",
            "Last-Modified: yesterday",
            "Vary: *, Accept",
            "Alt-Svc: h3=\":443\"",
            "X-Latin1: caf\u00e9",
            "Content-Length: 2",
        ];

        var answer = await AnswerAsync($"HTTP/1.1 200 OK\r\n{string.Join("\r\n", lines)}\r\n\r\n\u001f\u008b");

        var names = lines.Select(l => l.Split(':')[0]).ToHashSet();
        Assert.Equal(
            lines.OrderBy(l => l.Split(':')[0], StringComparer.Ordinal),
            answer.Lines.Where(l => names.Contains(l.Split(':')[0])).OrderBy(l => l.Split(':')[0], StringComparer.Ordinal));
        Assert.Equal("\u001f\u008b", answer.Body);
    }

    [Fact]
    public async Task Headers_OfTheConnection_StayThere()
    {
        var answer = await AnswerAsync(
            "HTTP/1.1 200 OK\r\nConnection: X-Hop, close\r\nX-Hop: 1\r\nKeep-Alive: timeout=9\r\nProxy-Connection: x\r\nUpgrade: h2c\r\nTrailer: X-T\r\nX-Kept: 1\r\nContent-Length: 0\r\n\r\n");

        Assert.Contains("X-Kept: 1", answer.Lines);
        Assert.Equal(["Connection: close"], answer.Lines.Where(l => l.Split(':')[0] is "Connection" or "X-Hop" or "Keep-Alive" or "Proxy-Connection" or "Upgrade" or "Trailer"));
    }

    [Theory]
    [InlineData("", "Via: 1.1 kong/3.10.0", "Server: kong/3.10.0")]
    [InlineData("Via: 1.0 edge\r\nServer: theirs/1\r\n", "Via: 1.0 edge, 1.1 kong/3.10.0", "Server: theirs/1")]
    public async Task Headers_OfTheGateway_AreAdded(string upstreamLines, string via, string server)
    {
        var answer = await AnswerAsync($"HTTP/1.1 200 OK\r\n{upstreamLines}X-Kong-Request-Id: forged\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal([via], answer.Lines.Where(l => l.StartsWith("Via:", StringComparison.Ordinal)));
        Assert.Equal([server], answer.Lines.Where(l => l.StartsWith("Server:", StringComparison.Ordinal)));
        Assert.Matches("^X-Kong-Request-Id: [0-9a-f]{32}$", Assert.Single(answer.Lines, l => l.StartsWith("X-Kong-Request-Id", StringComparison.Ordinal)));
        Assert.Single(answer.Lines, l => System.Text.RegularExpressions.Regex.IsMatch(l, @"^X-Kong-Upstream-Latency: \d+$"));
        Assert.Single(answer.Lines, l => System.Text.RegularExpressions.Regex.IsMatch(l, @"^X-Kong-Proxy-Latency: \d+$"));
        Assert.DoesNotContain(answer.Lines, l => l.StartsWith("X-Kong-Response-Latency", StringComparison.Ordinal) || l.StartsWith("X-Kong-Upstream-Status", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Content-Length: 5\r\n\r\nhello", "Content-Length: 5", "hello")]
    [InlineData("Content-Length: 0\r\n\r\n", "Content-Length: 0", "")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", "Transfer-Encoding: chunked", "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n")]
    [InlineData("\r\nhello", "Transfer-Encoding: chunked", "5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("Content-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\n\r\n", "Content-Length: 5", "hello")]
    public async Task Body_Framing_IsKept(string answered, string framing, string body)
    {
        var answer = await AnswerAsync($"HTTP/1.1 200 OK\r\n{answered}");

        Assert.Contains(framing, answer.Lines);
        // How the bytes fall into chunks is the network's business.
        Assert.Equal(Joined(body), Joined(answer.Body));

        static string Joined(string text) =>
            text.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal) ? string.Concat(text[..^5].Split("\r\n").Where((_, i) => i % 2 == 1)) + "|end" : text;
    }

    [Theory]
    [InlineData(Get, "204 No Content", "X-A: 1", null)]
    [InlineData(Get, "204 No Content", "Content-Length: 0", null)]
    [InlineData(Get, "304 Not Modified", "Content-Length: 5", "Content-Length: 5")]
    [InlineData(Get, "304 Not Modified", "ETag: \"x\"", null)]
    [InlineData("HEAD /a HTTP/1.1", "200 OK", "Content-Length: 5", "Content-Length: 5")]
    [InlineData("HEAD /a HTTP/1.1", "404 Not Found", "Transfer-Encoding: chunked", null)]
    public async Task Body_NoneByStatusOrMethod_IsNotMade(string request, string status, string line, string? framing)
    {
        var answer = await AnswerAsync($"HTTP/1.1 {status}\r\n{line}\r\n\r\n", request);

        Assert.Equal($"HTTP/1.1 {status}", answer.StatusLine);
        Assert.Empty(answer.Body);
        Assert.Equal(
            framing is null ? [] : [framing],
            answer.Lines.Where(l => l.StartsWith("Content-Length", StringComparison.Ordinal) || l.StartsWith("Transfer-Encoding", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")]
    [InlineData("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    public async Task Interim_BeforeTheAnswer_LeavesNoTrace(string interim)
    {
        var answer = await AnswerAsync($"{interim}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

        Assert.Equal("HTTP/1.1 200 OK", answer.StatusLine);
        Assert.DoesNotContain(answer.Lines, l => l.StartsWith("Link", StringComparison.Ordinal));
        Assert.Equal("ok", answer.Body);
    }

    [Fact]
    public async Task Interim_SwitchNobodyAskedFor_Is502()
    {
        var answer = await AnswerAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nsecret");

        Assert.Equal("HTTP/1.1 502 Bad Gateway", answer.StatusLine);
        Assert.DoesNotContain("secret", answer.Text, StringComparison.Ordinal);
    }

    /// <summary>HTTP/2 carries trailers to whoever asks for them; those that steer a message are dropped.</summary>
    [Fact]
    public async Task Trailers_OverHttp2_PassUnlessForbidden()
    {
        using var certificate = TestCertificate.Create();
        await using var upstream = new RawUpstream(
            "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 12\r\nSet-Cookie: a=1\r\nAuthorization: x\r\nHost: x\r\n\r\n");
        await using var gateway = await GatewayHost.StartAsync(Forwarding.Config(Forwarding.Service(upstream.Port)), certificate);
        using var client = GatewayTls.Client(gateway, certificate);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://localhost:{gateway.Address.Port}/a")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TE.ParseAdd("trailers");

        using var response = await client.SendAsync(request, Ct);

        Assert.Equal("ok", await response.Content.ReadAsStringAsync(Ct));
        Assert.Equal("X-Sum: 12", response.TrailingHeaders.ToString().Trim(), ignoreCase: true);
    }

    [Theory]
    [InlineData("TE: trailers")]
    [InlineData("X-No: TE")]
    public async Task Trailers_OverHttp11_LeaveTheBodyWhole(string line)
    {
        var answer = await AnswerAsync(
            "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 12\r\nContent-Length: 9\r\n\r\n", $"{Get}\r\n{line}");

        Assert.StartsWith("2\r\nok\r\n0\r\n", answer.Body, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Content-Length", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirect_IsPassedOnAndNotFollowed()
    {
        await using var elsewhere = await FakeUpstream.StartAsync();
        await using var upstream = await FakeUpstream.StartAsync(302, "", ("Location", $"{elsewhere.Address}x"));
        await using var gateway = await Forwarding.StartAsync(upstream.Port);

        using var response = await gateway.Client.GetAsync("/a", Ct);

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal($"{elsewhere.Address}x", response.Headers.Location?.OriginalString);
        Assert.Empty(elsewhere.Requests);
    }

    /// <summary>Nothing is held until the end, whatever the media type and the buffering of the route.</summary>
    [Theory]
    [InlineData("text/event-stream", true)]
    [InlineData("text/event-stream", false)]
    [InlineData("application/json", true)]
    [InlineData("application/json", false)]
    public async Task Stream_PartIsSent_ArrivesBeforeTheNext(string mediaType, bool buffering)
    {
        var arrived = new SemaphoreSlim(0);
        await using var upstream = await FakeUpstream.StartAsync(async http =>
        {
            http.Response.ContentType = mediaType;
            for (var i = 0; i < 5; i++)
            {
                await http.Response.WriteAsync($"data: {i}\n\n", http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
                Assert.True(await arrived.WaitAsync(TimeSpan.FromSeconds(10), http.RequestAborted));
            }
        });
        await using var gateway = await Forwarding.StartAsync(upstream.Port, Forwarding.Route() with { ResponseBuffering = buffering });

        using var response = await gateway.Client.GetAsync("/a", HttpCompletionOption.ResponseHeadersRead, Ct);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Ct));
        var lines = new List<string>();
        while (await reader.ReadLineAsync(Ct) is { } line)
        {
            if (line.Length > 0)
            {
                lines.Add(line);
                arrived.Release();
            }
        }

        Assert.Equal(["data: 0", "data: 1", "data: 2", "data: 3", "data: 4"], lines);
    }

    [Fact]
    public async Task Stream_HeadOfEvents_ArrivesBeforeTheFirst()
    {
        var mayAnswer = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            await http.Response.Body.FlushAsync(http.RequestAborted);
            await mayAnswer.Task.WaitAsync(TimeSpan.FromSeconds(10), http.RequestAborted);
        });
        await using var gateway = await Forwarding.StartAsync(upstream.Port);

        using var response = await gateway.Client.GetAsync("/a", HttpCompletionOption.ResponseHeadersRead, Ct);
        mayAnswer.SetResult();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Ct));
    }

    [Fact]
    public async Task OldClient_ChunkedAnswer_IsSentWithoutChunks()
    {
        var answer = await AnswerAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "GET /a HTTP/1.0");

        Assert.DoesNotContain(answer.Lines, l => l.StartsWith("Transfer-Encoding", StringComparison.Ordinal));
        Assert.Equal("ok", answer.Body);
    }

    private static async Task<RawAnswer> AnswerAsync(string upstreamAnswer, string request = Get)
    {
        await using var upstream = new RawUpstream(upstreamAnswer);
        await using var gateway = await Forwarding.StartAsync(upstream.Port);
        return await RawClient.SendAsync(gateway, request);
    }
}
