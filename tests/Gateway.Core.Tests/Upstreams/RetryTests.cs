using System.Net;
using Gateway.Core.Tests.Pipeline;
using Gateway.Testing;
using Gateway.Testing.Faults;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Upstreams;

/// <summary>How often a service is called for one request.</summary>
public sealed class RetryTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>What may have been carried out is repeated only where a repetition does no harm.</summary>
    [Theory]
    [InlineData("GET", 0, 2, 3)]
    [InlineData("GET", 0, 0, 1)]
    [InlineData("GET", 0, 5, 6)]
    [InlineData("HEAD", 0, 2, 3)]
    [InlineData("DELETE", 0, 2, 3)]
    [InlineData("PUT", 1000, 2, 3)]
    [InlineData("POST", 0, 2, 1)]
    [InlineData("POST", 1000, 2, 1)]
    [InlineData("PATCH", 1000, 2, 1)]
    [InlineData("LOCK", 1000, 2, 1)]
    public async Task ClosedWithoutAnswer_IsRepeatedWhenIdempotent(string method, int size, int retries, int calls)
    {
        var body = new string('x', size);
        await using var upstream = await FakeUpstream.StartAsync(Abort);
        await using var gateway = await Forwarding.StartAsync(Forwarding.Service(upstream.Port) with { Retries = retries });

        var answer = await RawClient.SendAsync(gateway, $"{method} /a HTTP/1.1\r\nContent-Length: {size}", body);

        Assert.Equal("HTTP/1.1 502 Bad Gateway", answer.StatusLine);
        Assert.Equal(calls, upstream.Requests.Count);
        Assert.All(upstream.Requests, r => Assert.Equal((method, body), (r.Method, r.BodyText)));
        var record = await gateway.NextRecordAsync();
        Assert.Equal(calls, record.Tries.Count);
        Assert.Equal(string.Join(", ", Enumerable.Repeat("502", calls)), record.UpstreamStatus);
    }

    /// <summary>No head within the read timeout: as uncertain as a connection that ends.</summary>
    [Theory]
    [InlineData("GET", 2, 3)]
    [InlineData("GET", 0, 1)]
    [InlineData("PUT", 1, 2)]
    [InlineData("POST", 2, 1)]
    [InlineData("PATCH", 2, 1)]
    public async Task NoHeadInTime_IsRepeatedWhenIdempotent(string method, int retries, int calls)
    {
        await using var upstream = new FaultUpstream(FaultScripts.Stall());
        await using var gateway = await Forwarding.StartAsync(Forwarding.Service(upstream.Port) with { Retries = retries, ReadTimeout = 500 });

        var answer = await RawClient.SendAsync(gateway, $"{method} /a HTTP/1.1\r\nContent-Length: 2", "hi");

        Assert.Equal("HTTP/1.1 504 Gateway Timeout", answer.StatusLine);
        Assert.Equal(calls, upstream.CallCount);
        var record = await gateway.NextRecordAsync();
        Assert.Equal((calls, "header_timeout"), (record.Tries.Count, record.OutcomeDetail));
    }

    /// <summary>An orderly end of the connection, where the HTTP client would send once more by itself.</summary>
    [Theory]
    [InlineData("GET", 0, 1)]
    [InlineData("GET", 2, 3)]
    [InlineData("DELETE", 1, 2)]
    [InlineData("POST", 2, 1)]
    public async Task ConnectionEnds_BeforeAnAnswer_IsATryOfItsOwn(string method, int retries, int calls)
    {
        await using var upstream = new RawUpstream("");
        await using var gateway = await Forwarding.StartAsync(Forwarding.Service(upstream.Port) with { Retries = retries });

        var answer = await RawClient.SendAsync(gateway, $"{method} /a HTTP/1.1");

        Assert.Equal("HTTP/1.1 502 Bad Gateway", answer.StatusLine);
        Assert.Equal(calls, upstream.Connections);
        var record = await gateway.NextRecordAsync();
        Assert.Equal(calls, record.Tries.Count);
        Assert.Equal("upstream_closed", record.OutcomeDetail);
    }

    /// <summary>A kept connection that its peer closes just then says nothing about the service.</summary>
    [Fact]
    public async Task KeptConnection_EndsOnReuse_AFreshOneIsTaken()
    {
        await using var upstream = new RawUpstream(async (stream, cancellationToken) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), cancellationToken);
            _ = await stream.ReadAsync(new byte[4096], cancellationToken);
        });
        await using var gateway = await Forwarding.StartAsync(Forwarding.Service(upstream.Port));

        Assert.Equal("ok", await gateway.Client.GetStringAsync("/a", Ct));
        Assert.Equal("ok", await gateway.Client.GetStringAsync("/a", Ct));

        Assert.Equal(2, upstream.Connections);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Refused_NothingWasSent_IsRepeatedWithAnyMethod(string method)
    {
        await using var gateway = await Forwarding.StartAsync(Forwarding.Service(RawUpstream.FindClosedPort()) with { Retries = 2 });

        await RawClient.SendAsync(gateway, $"{method} /a HTTP/1.1\r\nContent-Length: 2", "hi");

        Assert.Equal(3, (await gateway.NextRecordAsync()).Tries.Count);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(429)]
    public async Task AnyStatus_OfTheService_IsTheAnswer(int status)
    {
        await using var upstream = await FakeUpstream.StartAsync(status, "theirs");
        await using var gateway = await Forwarding.StartAsync(Forwarding.Service(upstream.Port) with { Retries = 5 });

        using var response = await gateway.Client.GetAsync("/a", Ct);

        Assert.Equal((status, "theirs"), ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Ct)));
        Assert.Single(upstream.Requests);
    }

    [Theory]
    [InlineData(true, 1000, 3)]
    [InlineData(true, 2_000_000, 1)]
    [InlineData(false, 1000, 1)]
    public async Task Body_ThatStreamed_IsNotRepeated(bool buffering, int size, int calls)
    {
        await using var upstream = await FakeUpstream.StartAsync(Abort);
        await using var gateway = await Forwarding.StartAsync(
            Forwarding.Service(upstream.Port) with { Retries = 2 }, Forwarding.Route() with { RequestBuffering = buffering });
        using var content = new ByteArrayContent(new byte[size]);

        using var response = await gateway.Client.PutAsync("/a", content, Ct);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(calls, upstream.Requests.Count);
    }

    [Fact]
    public async Task LaterTry_Succeeds_ItsAnswerPassesAlone()
    {
        var calls = 0;
        await using var upstream = await FakeUpstream.StartAsync(http =>
        {
            http.Response.Headers["X-Call"] = (++calls).ToString(System.Globalization.CultureInfo.InvariantCulture);
            return calls < 3 ? Abort(http) : http.Response.WriteAsync("third", http.RequestAborted);
        });
        await using var gateway = await Forwarding.StartAsync(Forwarding.Service(upstream.Port) with { Retries = 5 });
        using var content = new StringContent("body");

        using var response = await gateway.Client.PutAsync("/a", content, Ct);

        Assert.Equal((HttpStatusCode.OK, "third"), (response.StatusCode, await response.Content.ReadAsStringAsync(Ct)));
        Assert.Equal("3", Assert.Single(response.Headers.GetValues("X-Call")));
        Assert.Single(response.Headers.GetValues("Via"));
        Assert.Single(upstream.Requests.Select(r => r.Headers["X-Kong-Request-Id"]).Distinct());
        Assert.Single(upstream.Requests.Select(r => r.Headers["X-Forwarded-For"]).Distinct());
        var record = await gateway.NextRecordAsync();
        Assert.Equal("502, 502, 200", record.UpstreamStatus);
        Assert.Equal(["failed", "failed", null], record.Tries.Select(t => t.State));
        Assert.All(record.Tries, t => Assert.Equal(("127.0.0.1", upstream.Port), (t.Ip, t.Port)));
    }

    private static Task Abort(HttpContext http)
    {
        http.Abort();
        return Task.CompletedTask;
    }
}
