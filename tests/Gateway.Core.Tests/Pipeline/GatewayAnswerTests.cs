using System.Net;
using Gateway.Core.Configuration;
using Gateway.Core.Tests.Upstreams;
using Gateway.Testing;

namespace Gateway.Core.Tests.Pipeline;

/// <summary>Answers that the gateway gives itself.</summary>
public sealed class GatewayAnswerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NoRoute_Is404InKongsWords()
    {
        await using var gateway = await Forwarding.StartAsync(RawUpstream.FindClosedPort());

        var answer = await RawClient.SendAsync(gateway, "GET /elsewhere HTTP/1.1");

        Assert.Equal("HTTP/1.1 404 Not Found", answer.StatusLine);
        var id = Assert.Single(answer.Lines, l => l.StartsWith("X-Kong-Request-Id: ", StringComparison.Ordinal)).Split(' ')[1];
        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.Equal($"{{\n  \"message\":\"no Route matched with those values\",\n  \"request_id\":\"{id}\"\n}}", answer.Body);
        Assert.Contains("Content-Type: application/json; charset=utf-8", answer.Lines);
        Assert.Contains($"Content-Length: {answer.Body.Length}", answer.Lines);
        Assert.Contains("Server: kong/3.10.0", answer.Lines);
        Assert.Contains(answer.Lines, l => l.StartsWith("X-Kong-Response-Latency: ", StringComparison.Ordinal));
        Assert.DoesNotContain(answer.Lines, l => l.StartsWith("Via", StringComparison.Ordinal)
            || l.StartsWith("X-Kong-Proxy-Latency", StringComparison.Ordinal) || l.StartsWith("X-Kong-Upstream-Latency", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NoRoute_Head_HasNoBody()
    {
        await using var gateway = await GatewayHost.StartAsync(GatewayConfig.Empty);

        var answer = await RawClient.SendAsync(gateway, "HEAD / HTTP/1.1");

        Assert.Equal("HTTP/1.1 404 Not Found", answer.StatusLine);
        Assert.Empty(answer.Body);
    }

    [Fact]
    public async Task NoService_Is503()
    {
        await using var gateway = await GatewayHost.StartAsync(new GatewayConfig(1, [], [Forwarding.Route()], [], []));

        using var response = await gateway.Client.GetAsync("/a", Ct);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("\"message\":\"no Service found with those values\"", await response.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DisabledService_RequestIsNotRouted()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await Forwarding.StartAsync(Forwarding.Service(upstream.Port) with { Enabled = false });

        using var response = await gateway.Client.GetAsync("/a", Ct);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(upstream.Requests);
    }

    /// <summary>What the client accepts decides; without it a rule of the gateway answers in JSON, the transport in the request's own type or text.</summary>
    [Theory]
    [InlineData(null, null, "application/json", "text/plain")]
    [InlineData("*/*", null, "application/json", "application/json")]
    [InlineData("application/*", null, "application/json", "application/json")]
    [InlineData("image/png", null, "application/json", "application/json")]
    [InlineData("text/plain", null, "text/plain", "text/plain")]
    [InlineData("text/*", null, "text/plain", "text/plain")]
    [InlineData("text/html", null, "text/html", "text/html")]
    [InlineData("application/xml", null, "application/xml", "application/xml")]
    [InlineData("text/html;q=0.5, application/xml;q=0.9", null, "application/xml", "application/xml")]
    [InlineData("text/html;q=0.5, text/plain;q=0.5", null, "text/html", "text/html")]
    [InlineData("text/html;q=0, text/plain;q=0.1", null, "text/plain", "text/plain")]
    [InlineData(null, "application/json", "application/json", "application/json")]
    [InlineData(null, "application/xml; charset=x", "application/json", "application/xml")]
    [InlineData("text/html", "application/json", "text/html", "text/html")]
    public async Task Error_Format_IsNegotiated(string? accept, string? contentType, string ofRules, string ofTransport)
    {
        await using var gateway = await Forwarding.StartAsync(RawUpstream.FindClosedPort());
        var lines = (accept is null ? "" : $"\r\nAccept: {accept}") + (contentType is null ? "" : $"\r\nContent-Type: {contentType}");

        var refused = await RawClient.SendAsync(gateway, $"GET /elsewhere HTTP/1.1{lines}");
        var failed = await RawClient.SendAsync(gateway, $"GET /a HTTP/1.1{lines}");

        Assert.Contains($"Content-Type: {ofRules}; charset=utf-8", refused.Lines);
        Assert.Contains("no Route matched with those values", refused.Body, StringComparison.Ordinal);
        Assert.Equal("HTTP/1.1 502 Bad Gateway", failed.StatusLine);
        Assert.Contains($"Content-Type: {ofTransport}; charset=utf-8", failed.Lines);
        Assert.Contains("An invalid response was received from the upstream server", failed.Body, StringComparison.Ordinal);
        var id = Assert.Single(failed.Lines, l => l.StartsWith("X-Kong-Request-Id: ", StringComparison.Ordinal)).Split(' ')[1];
        Assert.Contains(id, failed.Body, StringComparison.Ordinal);
        if (ofTransport == "text/plain")
        {
            Assert.Equal($"An invalid response was received from the upstream server\nrequest_id: {id}\n", failed.Body);
        }
    }
}
