using System.Net;
using System.Text;
using Gateway.Testing.Faults;

namespace ConsoleWeb.Tests.Hosting;

/// <summary>The product with one service behind it, which notes what it is asked.</summary>
public sealed class ProtocolLab : IAsyncLifetime
{
    internal FaultUpstream Upstream { get; } = new(FaultScripts.Answer(200, "text/plain", "ok"));

    internal TestHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Host = await TestHost.StartAsync();
        Assert.Equal(HttpStatusCode.Created, (await Host.PostAsync("/services", $$"""{"name":"s","url":"{{Upstream.Address}}","retries":0}""")).Status);
        Assert.Equal(HttpStatusCode.Created, (await Host.PostAsync("/services/s/routes", """{"name":"r","paths":["/s"]}""")).Status);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}

/// <summary>
/// Requests that two servers in a row could read differently, at the listener as the product opens it. Each is answered once with an
/// error and its connection ends, before any upstream hears of it; in particular nobody ever sees what was hidden in it.
/// </summary>
public sealed class ProtocolFaultTests(ProtocolLab lab) : IClassFixture<ProtocolLab>
{
    /// <summary>What an attacker hides in a body, in the hope that somebody takes it for a request of its own.</summary>
    private const string Hidden = "GET /s/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Ambiguous => new()
    {
        { "both length and chunks", Post("Content-Length: 4\r\nTransfer-Encoding: chunked", "0\r\n\r\n" + Hidden) },
        { "gzip and chunks", Post("Transfer-Encoding: gzip, chunked", "0\r\n\r\n" + Hidden) },
        { "chunks twice in a line", Post("Transfer-Encoding: chunked, chunked", "0\r\n\r\n" + Hidden) },
        { "blank before the colon", Post("Transfer-Encoding : chunked", "0\r\n\r\n" + Hidden) },
        { "two lengths", Post("Content-Length: 3\r\nContent-Length: 4", "abc" + Hidden) },
        { "bare line feeds", "POST /s HTTP/1.1\nHost: localhost\nContent-Length: 3\n\nabc" + Hidden },
        { "bare line feed among headers", Post("X-A: b\nContent-Length: 3", "abc" + Hidden) },
        { "NUL in a value", Post("X-A: a\0b", "") },
        { "no host", "GET /s HTTP/1.1\r\n\r\n" },
        { "host with a path", "GET /s HTTP/1.1\r\nHost: localhost/x\r\n\r\n" },
        { "absolute target that disagrees with the host", "GET http://other.example/s HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "CONNECT", "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\n\r\n" },
        { "TRACE", "TRACE /s HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "long target", $"GET /s/{new string('a', 9000)} HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "too many headers", "GET /s HTTP/1.1\r\nHost: localhost\r\n" + string.Concat(Enumerable.Range(0, 120).Select(i => $"X-{i}: a\r\n")) + "\r\n" },
        { "too long headers", $"GET /s HTTP/1.1\r\nHost: localhost\r\nX-A: {new string('a', 40_000)}\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Ambiguous))]
    public async Task Request_CanBeReadInTwoWays_IsRefusedAndItsConnectionEnds(string what, string request)
    {
        Assert.NotEmpty(what);
        var before = lab.Upstream.CallCount;
        using var client = await FaultClient.ConnectAsync(lab.Host.ProxyUrl.Port, Cancel);

        await client.SendAsync(request, Cancel);
        var answer = await client.ReadAnswerAsync(Cancel);

        Assert.NotNull(answer);
        Assert.InRange(answer.Status, 400, 505);
        Assert.NotInRange(answer.Status, 500, 500);
        Assert.NotInRange(answer.Status, 502, 504);
        if (request.EndsWith(Hidden, StringComparison.Ordinal))
        {
            Assert.Null(await client.ReadAnswerAsync(Cancel));
        }

        Assert.Equal(before, lab.Upstream.CallCount);
    }

    /// <summary>Odd, but with one meaning only.</summary>
    [Theory]
    [InlineData("GET /s/a HTTP/1.0\r\nHost: localhost\r\n\r\n", "/a")]
    [InlineData("GET /s/a HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n", "/a")]
    [InlineData("GET http://localhost/s/a HTTP/1.1\r\nHost: localhost\r\n\r\n", "/a")]
    [InlineData("POST /s/a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "/a")]
    [InlineData("POST /s/a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=\"x\"\r\nabc\r\n0\r\nX-Trailer: 1\r\n\r\n", "/a")]
    [InlineData("GET /s/a HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", "/a")]
    [InlineData("GET /s/../s/./a HTTP/1.1\r\nHost: localhost\r\n\r\n", "/a")]
    [InlineData("GET /s/x/%2e%2e/a HTTP/1.1\r\nHost: localhost\r\n\r\n", "/a")]
    public async Task Request_Odd_IsServedOnce(string request, string target)
    {
        var before = lab.Upstream.CallCount;
        using var client = await FaultClient.ConnectAsync(lab.Host.ProxyUrl.Port, Cancel);

        await client.SendAsync(request, Cancel);
        var answer = await client.ReadAnswerAsync(Cancel);

        Assert.Equal((200, true, "ok"), (answer!.Status, answer.IsWhole, answer.Text));
        var call = Assert.Single(lab.Upstream.Calls.Skip(before));
        Assert.Equal(target, call.Head.Target);
        Assert.Null(call.Head.Find("Upgrade"));
        Assert.Null(call.Head.Find("X-Content-Length"));
    }

    [Fact]
    public async Task Requests_AHundredInOneGo_AreAnsweredInOrder()
    {
        var before = lab.Upstream.CallCount;
        using var client = await FaultClient.ConnectAsync(lab.Host.ProxyUrl.Port, Cancel);

        await client.SendAsync(string.Concat(Enumerable.Range(0, 100).Select(i => $"GET /s/{i} HTTP/1.1\r\nHost: localhost\r\n\r\n")), Cancel);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal((200, "ok"), (await client.ReadAnswerAsync(Cancel) is { } answer ? (answer.Status, answer.Text) : default));
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"/{i}"), lab.Upstream.Calls.Skip(before).Select(c => c.Head.Target));
    }

    /// <summary>A body that is longer than its length is the next request, and only that.</summary>
    [Fact]
    public async Task Body_LongerThanItsLength_NeverReachesTheUpstream()
    {
        var before = lab.Upstream.CallCount;
        using var client = await FaultClient.ConnectAsync(lab.Host.ProxyUrl.Port, Cancel);

        await client.SendAsync("POST /s/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabcdefgh\r\n\r\n", Cancel);
        var first = await client.ReadAnswerAsync(Cancel);
        var second = await client.ReadAnswerAsync(Cancel);

        Assert.Equal((200, 400), (first!.Status, second!.Status));
        Assert.Equal("abc", Encoding.ASCII.GetString(Assert.Single(lab.Upstream.Calls.Skip(before)).Body));
    }

    [Theory]
    [InlineData("POST /nowhere HTTP/1.1", 404, false)]
    [InlineData("POST /s/a HTTP/1.1", 200, true)]
    public async Task Expectation_IsMetOnlyAfterTheChecks(string line, int status, bool isAsked)
    {
        using var client = await FaultClient.ConnectAsync(lab.Host.ProxyUrl.Port, Cancel);
        await client.SendAsync($"{line}\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n", Cancel);

        var head = await client.ReadHeadAsync(Cancel);
        if (isAsked)
        {
            Assert.Equal(100, head!.Status);
            await client.SendAsync("abc", Cancel);
            head = await client.ReadHeadAsync(Cancel);
        }

        Assert.Equal(status, head!.Status);
    }

    private static string Post(string lines, string rest) => $"POST /s HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n\r\n{rest}";
}
