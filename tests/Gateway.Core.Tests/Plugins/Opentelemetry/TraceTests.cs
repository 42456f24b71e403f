using System.Net;
using Gateway.Testing;

namespace Gateway.Core.Tests.Plugins.Opentelemetry;

/// <summary>Requests through a gateway, and the spans that a collector gets of them.</summary>
public sealed class TraceTests
{
    [Fact]
    public async Task Request_IsOneServerSpanAboveTheClientSpanOfItsTry()
    {
        await using var traced = await TracedGateway.StartAsync();

        using var answer = await traced.GetAsync("/ai/x?q=1", ("User-Agent", "some-agent"));
        var spans = await traced.EndAsync();

        Assert.Equal(2, spans.Count);
        var server = Assert.Single(spans, s => s.Kind == SentSpan.Server);
        var client = Assert.Single(spans, s => s.Kind == SentSpan.Client);
        Assert.Equal(("GET /ai", "", 0), (server.Name, server.ParentId, server.Status));
        Assert.Equal(("GET", server.SpanId, server.TraceId), (client.Name, client.ParentId, client.TraceId));
        Assert.Equal($"00-{server.TraceId}-{client.SpanId}-01", Assert.Single(traced.Forwarded).Headers["traceparent"]);
        Assert.Equal(KeyValuePair.Create("w3c", server.TraceId), Assert.Single(traced.Record.TraceIds));
        Assert.InRange(client.Start, server.Start, client.End);
        Assert.InRange(client.End, client.Start, server.End);
        Assert.InRange((long)(server.Start / 1_000_000) - traced.Record.StartedAtMs, -1, 1);
        Assert.Equal(
            ("GET", "/ai", "/ai/x", "q=1", "http", "200", "some-agent", "some-route", "some-service", traced.Record.RequestId),
            (server["http.request.method"], server["http.route"], server["url.path"], server["url.query"], server["url.scheme"], server["http.response.status_code"],
                server["user_agent.original"], server["kong.route.name"], server["kong.service.name"], server["kong.request.id"]));
        Assert.Equal(
            ("GET", "127.0.0.1", "127.0.0.1", "200"),
            (client["http.request.method"], client["server.address"], client["network.peer.address"], client["http.response.status_code"]));
        Assert.Equal("gatehouse", server.Origin.Scope);
    }

    [Fact]
    public async Task Export_IsAnOtlpRequestWithTheConfiguredHeadersAndResource()
    {
        await using var traced = await TracedGateway.StartAsync("""
            "traces_endpoint":"{0}/v1/traces","headers":{"X-Team":"blue"},"resource_attributes":{"service.name":"edge","deployment.environment":"test"}
            """);

        using var answer = await traced.GetAsync();
        var spans = await traced.EndAsync();

        var sent = Assert.Single(traced.Received);
        Assert.Equal(("POST", "/v1/traces", "application/x-protobuf", "blue"), (sent.Method, sent.Target, sent.Headers["Content-Type"], sent.Headers["X-Team"]));
        var resource = spans[0].Origin.Resource;
        Assert.Equal(("edge", "test", GatewayProduct.Version), (resource["service.name"], resource["deployment.environment"], resource["service.version"]));
        Assert.NotEmpty(resource["service.instance.id"]);
    }

    [Fact]
    public async Task Request_TriedTwice_HasASpanPerTryAndTellsTheUpstreamOfItsOwn()
    {
        var calls = 0;
        var upstream = await FakeUpstream.StartAsync(http =>
        {
            if (Interlocked.Increment(ref calls) == 1)
            {
                http.Abort();
            }

            return Task.CompletedTask;
        });
        await using var traced = await TracedGateway.StartAsync(upstream: upstream);

        using var answer = await traced.GetAsync();
        var spans = await traced.EndAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var tries = spans.Where(s => s.Kind == SentSpan.Client).OrderBy(s => s.Start).ToList();
        Assert.Equal([SentSpan.Failed, 0], tries.Select(t => t.Status));
        Assert.Equal([null, "1"], tries.Select(t => t["http.request.resend_count"]));
        Assert.Equal([null, "200"], tries.Select(t => t["http.response.status_code"]));
        Assert.Equal(0, spans.Single(s => s.Kind == SentSpan.Server).Status);
        Assert.Equal(tries.Select(t => t.SpanId), traced.Forwarded.Select(f => f.Headers["traceparent"].Split('-')[2]));
    }

    [Fact]
    public async Task Request_ThatFailsAtTheUpstream_IsAFailedSpan()
    {
        await using var traced = await TracedGateway.StartAsync(upstream: await FakeUpstream.StartAsync(500, "no"));

        using var answer = await traced.GetAsync();
        var spans = await traced.EndAsync();

        Assert.All(spans, s => Assert.Equal((SentSpan.Failed, "500", "500"), (s.Status, s["http.response.status_code"], s["error.type"])));
        Assert.Equal(2, spans.Count);
    }

    [Fact]
    public async Task Request_AnsweredByAnotherPlugin_HasAServerSpanOnly_AndTheClientLearnsItsTrace()
    {
        await using var traced = await TracedGateway.StartAsync(
            """ "traces_endpoint":"{0}/v1/traces","http_response_header_for_traceid":"X-Trace" """,
            others: ("ip-restriction", """{"allow":["192.0.2.1"]}"""));

        using var answer = await traced.GetAsync();
        var server = Assert.Single(await traced.EndAsync());

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(server.TraceId, Assert.Single(answer.Headers.GetValues("X-Trace")));
        Assert.Equal(("403", 0), (server["http.response.status_code"], server.Status));
    }

    [Fact]
    public async Task Request_WithASecretInItsQuery_DoesNotTellIt()
    {
        await using var traced = await TracedGateway.StartAsync();

        using var answer = await traced.GetAsync("/ai?api_key=canary&x=1");

        Assert.DoesNotContain(await traced.EndAsync(), s => s.Attributes.Values.Any(v => v.Contains("canary", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task NoEndpointForTraces_LeavesRequestsAlone()
    {
        await using var traced = await TracedGateway.StartAsync(""" "logs_endpoint":"{0}/v1/logs" """);

        using var answer = await traced.GetAsync("/ai", ("traceparent", "garbage"));
        await traced.EndAsync();

        Assert.Equal("garbage", Assert.Single(traced.Forwarded).Headers["traceparent"]);
        Assert.Empty(traced.Record.TraceIds);
        Assert.Empty(traced.Received);
    }
}
