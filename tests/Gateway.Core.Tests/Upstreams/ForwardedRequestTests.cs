using System.Globalization;
using System.Security.Cryptography;
using Gateway.Core.Tests.Pipeline;
using Gateway.Testing;

namespace Gateway.Core.Tests.Upstreams;

/// <summary>What a service receives of a client's request.</summary>
public sealed class ForwardedRequestTests
{
    private const string Get = "GET /a HTTP/1.1";

    private const string Spoofed =
        "X-Real-IP: 192.0.2.7\r\nX-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: shop.example\r\nX-Forwarded-Port: 8443\r\n"
        + "X-Forwarded-Path: /outer/x\r\nX-Forwarded-Prefix: /outer\r\nVia: 1.0 edge\r\nX-Kong-Request-Id: forged";

    private static readonly (string, string) TrustsLoopback = ("Gateway:Forwarding:TrustedIps:0", "127.0.0.0/8");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The path goes up in its normal form, the query byte for byte.</summary>
    [Theory]
    [InlineData("/a/x%2fy", "/x%2Fy")]
    [InlineData("/a/%7euser", "/~user")]
    [InlineData("/a/x+y", "/x+y")]
    [InlineData("/a/x%20y", "/x%20y")]
    [InlineData("/a/%c3%a9", "/%C3%A9")]
    [InlineData("/a/%ff", "/%FF")]
    [InlineData("/a/%25", "/%25")]
    [InlineData("/a//b/./c/../d", "/b/d")]
    [InlineData("/a/b;v=1,2", "/b;v=1,2")]
    [InlineData("/a/b/", "/b/")]
    [InlineData("/a", "/")]
    [InlineData("/a?", "/?")]
    [InlineData("/a?x=%2f%7e+%20%41&x=1&&=;y[]=a%5B&z", "/?x=%2f%7e+%20%41&x=1&&=;y[]=a%5B&z")]
    [InlineData("/a?u=http://h/?q#f", "/?u=http://h/?q#f")]
    [InlineData("/a?{\"x\"|y}^`<>\\", "/?{\"x\"|y}^`<>\\")]
    [InlineData("/a?../%2e%2e//x", "/?../%2e%2e//x")]
    public async Task Target_OfTheClient_ArrivesWithItsMeaning(string target, string expected)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await Forwarding.StartAsync(upstream.Port);

        var answer = await RawClient.SendAsync(gateway, $"GET {target} HTTP/1.1");

        Assert.Equal("HTTP/1.1 200 OK", answer.StatusLine);
        Assert.Equal(expected, upstream.Requests.Single().Target);
    }

    [Theory]
    [InlineData(true, null, "/a/b", "/b")]
    [InlineData(false, null, "/a/b", "/a/b")]
    [InlineData(true, "/srv", "/a/b?c", "/srv/b?c")]
    [InlineData(false, "/srv", "/a/b", "/srv/a/b")]
    public async Task StripPath_AndPathOfTheService_MakeThePath(bool stripPath, string? servicePath, string target, string expected)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await Forwarding.StartAsync(
            Forwarding.Service(upstream.Port) with { Path = servicePath }, Forwarding.Route() with { StripPath = stripPath });

        await RawClient.SendAsync(gateway, $"GET {target} HTTP/1.1");

        Assert.Equal(expected, upstream.Requests.Single().Target);
    }

    /// <summary>A length is only told where a body is the rule.</summary>
    [Theory]
    [InlineData("GET", null)]
    [InlineData("HEAD", null)]
    [InlineData("DELETE", null)]
    [InlineData("OPTIONS", null)]
    [InlineData("POST", "0")]
    [InlineData("PROPFIND", "0")]
    [InlineData("X-ANY.thing", "0")]
    public async Task Method_WithoutBody_ArrivesWithoutOne(string method, string? length)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await Forwarding.StartAsync(upstream.Port);

        await RawClient.SendAsync(gateway, $"{method} /a HTTP/1.1");

        var received = upstream.Requests.Single();
        Assert.Equal(method, received.Method);
        Assert.Equal(length, received.Headers.GetValueOrDefault("Content-Length"));
        Assert.DoesNotContain("Transfer-Encoding", received.Headers.Keys);
    }

    /// <summary>A route for GET does not match <c>get</c>, so the service must not receive GET for it.</summary>
    [Theory]
    [InlineData("get")]
    [InlineData("Post")]
    public async Task Method_KnownInAnotherCase_IsRefused(string method)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await Forwarding.StartAsync(upstream.Port);

        var answer = await RawClient.SendAsync(gateway, $"{method} /a HTTP/1.1");

        Assert.Equal("HTTP/1.1 400 Bad Request", answer.StatusLine);
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task Headers_EndToEnd_PassUnchanged()
    {
        string[] lines =
        [
            "x-LOWER-Upper: Value  with  Blanks; q=\"1\"",
            "Authorization: Bearer abc.DEF==",
            "Accept-Encoding: gzip;q=0.5, br",
            "User-Agent: agent/1 (odd; [x] {y}) \"z\"",
            "Accept: text/*;q=0.3, */*",
            "If-None-Match: W/\"x\", \"y\"",
            "Range: bytes=1-2,-5",
            "Date: not a date",
            "From: not an address",
            "Content-Type: broken; charset",
            "Content-Encoding: x-none",
            "Expires: 0",
            "Cookie: a=1; b=\"2\"; c",
            "Cache-Control: max-age=zero",
            "Referer: ::not a uri::",
            "Forwarded: for=192.0.2.1",
            "X-Utf8: \u00c3\u00a9",
        ];
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await Forwarding.StartAsync(upstream.Port);

        await RawClient.SendAsync(gateway, $"{Get}\r\n{string.Join("\r\n", lines)}");

        var received = upstream.Requests.Single().Headers;
        var expected = lines.Select(l => l.Replace("\u00c3\u00a9", "\u00e9", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        var actual = lines.Select(l => l.Split(':')[0]).Select(n => $"{n}: {received.GetValueOrDefault(n)}").Order(StringComparer.Ordinal);
        Assert.Equal(expected, actual);
        Assert.Contains("x-LOWER-Upper", received.Keys);
    }

    /// <summary>Lines of one header may be joined on the way, but keep their values and order.</summary>
    [Theory]
    [InlineData("X-A", "1|2|1", ", ")]
    [InlineData("Accept", "text/a|text/b", ", ")]
    [InlineData("Cookie", "a=1|b=2", "; ")]
    public async Task Headers_Repeated_KeepTheirValues(string name, string values, string separator)
    {
        var lines = values.Split('|').Select(v => $"{name}: {v}");
        IEnumerable<string?> received = [];
        await using var upstream = await FakeUpstream.StartAsync(http =>
        {
            received = http.Request.Headers[name];
            return Task.CompletedTask;
        });
        await using var gateway = await Forwarding.StartAsync(upstream.Port);

        await RawClient.SendAsync(gateway, $"{Get}\r\n{string.Join("\r\n", lines)}");

        Assert.Equal(values.Split('|'), received.SelectMany(v => v!.Split(separator)));
    }

    [Fact]
    public async Task Headers_OfTheConnection_StayHere()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await Forwarding.StartAsync(upstream.Port);

        await RawClient.SendAsync(
            gateway,
            $"{Get}\r\nConnection: X-Named, Keep-Alive\r\nX-Named: 1\r\nX-Other: 2\r\nKeep-Alive: timeout=5\r\nProxy: x\r\nProxy-Connection: close\r\nTE: trailers, gzip\r\nX-Content-Length: 9\r\nX-Empty:");

        var received = upstream.Requests.Single().Headers;
        Assert.Equal("2", received["X-Other"]);
        Assert.Equal("trailers", received["TE"]);
        Assert.Equal("keep-alive", received["Connection"]);
        Assert.DoesNotContain(received.Keys, k => k is "X-Named" or "Keep-Alive" or "Proxy" or "Proxy-Connection" or "Upgrade" or "X-Content-Length" or "X-Empty");
    }

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("X-Kong-Request-Id")]
    [InlineData("Via")]
    [InlineData("Host")]
    public async Task Headers_OfTheGateway_CannotBeNamedAway(string name)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await Forwarding.StartAsync(upstream.Port);

        await RawClient.SendAsync(gateway, $"{Get}\r\nConnection: {name}");

        Assert.NotEmpty(upstream.Requests.Single().Headers[name]);
    }

    [Fact]
    public async Task ForwardingHeaders_OfAnUnknownPeer_AreNotBelieved()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await Forwarding.StartAsync(upstream.Port);

        var answer = await RawClient.SendAsync(gateway, $"GET /a/%7ex?y HTTP/1.1\r\n{Spoofed}");

        var received = upstream.Requests.Single().Headers;
        Assert.Equal("127.0.0.1", received["X-Real-IP"]);
        Assert.Equal("192.0.2.7, 127.0.0.1", received["X-Forwarded-For"]);
        Assert.Equal("http", received["X-Forwarded-Proto"]);
        Assert.Equal("localhost", received["X-Forwarded-Host"]);
        Assert.Equal(gateway.Address.Port.ToString(CultureInfo.InvariantCulture), received["X-Forwarded-Port"]);
        Assert.Equal("/a/%7ex", received["X-Forwarded-Path"]);
        Assert.Equal("/a", received["X-Forwarded-Prefix"]);
        Assert.Equal("1.0 edge, 1.1 kong/3.10.0", received["Via"]);
        Assert.Matches("^[0-9a-f]{32}$", received["X-Kong-Request-Id"]);
        Assert.Contains($"X-Kong-Request-Id: {received["X-Kong-Request-Id"]}", answer.Lines);
    }

    [Fact]
    public async Task ForwardingHeaders_OfATrustedPeer_AreBelieved()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await Forwarding.StartAsync(upstream.Port, null, TrustsLoopback);

        await RawClient.SendAsync(gateway, $"GET /a/x HTTP/1.1\r\n{Spoofed}");

        var received = upstream.Requests.Single().Headers;
        Assert.Equal("192.0.2.7", received["X-Real-IP"]);
        Assert.Equal("192.0.2.7, 127.0.0.1", received["X-Forwarded-For"]);
        Assert.Equal("https", received["X-Forwarded-Proto"]);
        Assert.Equal("shop.example", received["X-Forwarded-Host"]);
        Assert.Equal("8443", received["X-Forwarded-Port"]);
        Assert.Equal("/outer/x", received["X-Forwarded-Path"]);
        Assert.Equal("/outer", received["X-Forwarded-Prefix"]);
        Assert.NotEqual("forged", received["X-Kong-Request-Id"]);
    }

    [Theory]
    [InlineData("/a", false)]
    [InlineData("/", true)]
    public async Task ForwardedPrefix_NothingStripped_IsAbsent(string path, bool stripPath)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await Forwarding.StartAsync(upstream.Port, Forwarding.Route(path) with { StripPath = stripPath });

        await RawClient.SendAsync(gateway, $"{Get}\r\nX-Forwarded-Prefix: /forged");

        Assert.DoesNotContain("X-Forwarded-Prefix", upstream.Requests.Single().Headers.Keys);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Host_Preserved_IsTheClients(bool preserveHost)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await Forwarding.StartAsync(upstream.Port, Forwarding.Route() with { PreserveHost = preserveHost });

        await RawClient.SendAsync(gateway, Get);

        Assert.Equal(preserveHost ? $"localhost:{gateway.Address.Port}" : $"127.0.0.1:{upstream.Port}", upstream.Requests.Single().Headers["Host"]);
    }

    /// <summary>Small bodies are read before the call and large ones stream; the framing stays the client's.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(70_000, false)]
    [InlineData(70_000, true)]
    [InlineData(3_000_000, false)]
    [InlineData(3_000_000, true)]
    public async Task Body_OfAnySize_ArrivesByteForByte(int size, bool isChunked)
    {
        foreach (var buffering in new[] { true, false })
        {
            var body = RandomNumberGenerator.GetBytes(size);
            await using var upstream = await FakeUpstream.StartAsync();
            await using var gateway = await Forwarding.StartAsync(upstream.Port, Forwarding.Route() with { RequestBuffering = buffering });
            using var request = new HttpRequestMessage(HttpMethod.Post, "/a") { Content = new ByteArrayContent(body) };
            request.Headers.TransferEncodingChunked = isChunked;

            using var response = await gateway.Client.SendAsync(request, Ct);

            var received = upstream.Requests.Single();
            Assert.True(body.AsSpan().SequenceEqual(received.Body), $"buffering {buffering}");
            Assert.Equal(isChunked ? null : size.ToString(CultureInfo.InvariantCulture), received.Headers.GetValueOrDefault("Content-Length"));
            Assert.Equal(isChunked ? "chunked" : null, received.Headers.GetValueOrDefault("Transfer-Encoding"));
        }
    }

    [Fact]
    public async Task Body_WithExpectation_IsAskedFor()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await Forwarding.StartAsync(upstream.Port);

        using var client = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan, UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Address, "/a")) { Content = new StringContent("hi") };
        request.Headers.ExpectContinue = true;

        using var response = await client.SendAsync(request, Ct);

        var received = upstream.Requests.Single();
        Assert.Equal("hi", received.BodyText);
        Assert.DoesNotContain("Expect", received.Headers.Keys);
    }

    [Fact]
    public async Task Body_OfARefusedRequest_IsNotAskedFor()
    {
        await using var gateway = await Forwarding.StartAsync(RawUpstream.FindClosedPort());

        var answer = await RawClient.SendAsync(gateway, "POST /elsewhere HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue");

        Assert.Equal("HTTP/1.1 404 Not Found", answer.StatusLine);
    }

    /// <summary>Headers of a body may stand without one.</summary>
    [Theory]
    [InlineData("Content-Type: text/plain")]
    [InlineData("Content-Length: 0")]
    [InlineData("Allow: GET")]
    public async Task Body_None_ItsHeadersPassOnce(string line)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await Forwarding.StartAsync(upstream.Port);

        await RawClient.SendAsync(gateway, $"{Get}\r\n{line}");

        Assert.Equal(line.Split(": ")[1], upstream.Requests.Single().Headers[line.Split(": ")[0]]);
    }
}
