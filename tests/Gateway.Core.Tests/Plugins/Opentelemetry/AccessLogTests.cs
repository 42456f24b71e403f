namespace Gateway.Core.Tests.Plugins.Opentelemetry;

/// <summary>Records of requests for an OTLP endpoint.</summary>
public sealed class AccessLogTests
{
    private const string Endpoint = """ "access_logs":{"endpoint":"{0}/v1/logs"} """;

    [Fact]
    public async Task EachRequest_IsARecord_WithoutATrace()
    {
        await using var traced = await TracedGateway.StartAsync(Endpoint + """ ,"resource_attributes":{"service.name":"edge"} """);

        using var proxied = await traced.GetAsync("/ai?q=1");
        using var unknown = await traced.GetAsync("/nowhere");

        var spans = await traced.EndAsync();
        Assert.Empty(spans);
        var logs = Logs(traced);
        Assert.Equal(["GET /ai", "GET"], logs.Select(l => l.Body));
        Assert.Equal(["200", "404"], logs.Select(l => l.Attributes["http.response.status_code"]));
        Assert.Equal(("/ai", "q=1"), (logs[0].Attributes["url.path"], logs[0].Attributes["url.query"]));
        Assert.All(logs, l => Assert.Equal(("", "edge"), (l.TraceId, l.Origin.Resource["service.name"])));
    }

    [Fact]
    public async Task Record_OfATracedRequest_NamesItsSpan()
    {
        await using var traced = await TracedGateway.StartAsync(Endpoint + """ ,"traces_endpoint":"{0}/v1/traces" """);

        using var answer = await traced.GetAsync();

        var server = (await traced.EndAsync()).Single(s => s.Kind == SentSpan.Server);
        var log = Assert.Single(Logs(traced));
        Assert.Equal((server.TraceId, server.SpanId), (log.TraceId, log.SpanId));
        Assert.Equal(server["kong.request.id"], log.Attributes["kong.request.id"]);
    }

    private static List<SentLog> Logs(TracedGateway traced) =>
        [.. traced.Received.Where(r => r.Target == "/v1/logs").SelectMany(r => OtlpMessages.Logs(r.Body))];
}
