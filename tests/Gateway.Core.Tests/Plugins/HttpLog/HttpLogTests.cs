using System.Net;
using System.Text.Json.Nodes;
using Gateway.Core.Configuration;
using Gateway.Core.Plugins.HttpLog;
using Gateway.Core.Tests.Pipeline;
using Gateway.Core.Upstreams;
using Gateway.Shared.Contracts;
using Gateway.Testing;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Tests.Plugins.HttpLog;

public sealed class HttpLogTests
{
    [Theory]
    [InlineData("""{"http_endpoint":"{0}"}""", "POST", "application/json", "")]
    [InlineData("""{"http_endpoint":"{0}","method":"PUT","content_type":"application/json; charset=utf-8"}""", "PUT", "application/json; charset=utf-8", "")]
    [InlineData("""{"http_endpoint":"{0}","method":"PATCH","headers":{"Authorization":"Bearer abc","X-Team":"blue"}}""", "PATCH", "application/json", "Bearer abc")]
    [InlineData("""{"http_endpoint":"{1}"}""", "POST", "application/json", "Basic dXNlcjp3b3JkOjE=")]
    [InlineData("""{"http_endpoint":"{1}","headers":{"authorization":"Bearer abc"}}""", "POST", "application/json", "Bearer abc")]
    public async Task Log_OneRequest_SendsItsRecord(string config, string method, string contentType, string authorization)
    {
        await using var server = await FakeUpstream.StartAsync();
        var text = config
            .Replace("{0}", $"{server.Address}in?q=1", StringComparison.Ordinal)
            .Replace("{1}", $"http://user:word%3A1@127.0.0.1:{server.Port}/in?q=1", StringComparison.Ordinal);
        await CallAsync(text);

        var sent = Assert.Single(server.Requests);
        Assert.Equal((method, "/in?q=1", contentType), (sent.Method, sent.Target, sent.Headers["Content-Type"]));
        Assert.Equal(authorization, sent.Headers.GetValueOrDefault("Authorization", ""));
        Assert.Equal($"127.0.0.1:{server.Port}", sent.Headers["Host"]);
        Assert.Equal(text.Contains("X-Team", StringComparison.Ordinal), sent.Headers.ContainsKey("X-Team"));
        var record = JsonNode.Parse(sent.Body)!;
        Assert.Equal(404, (int)record["response"]!["status"]!);
        Assert.Equal("/nowhere", (string?)record["request"]!["uri"]);
    }

    [Fact]
    public async Task Log_CustomFields_AreInTheRecord()
    {
        await using var server = await FakeUpstream.StartAsync();

        await CallAsync($$$"""{"http_endpoint":"{{{server.Address}}}","custom_fields_by_lua":{"team":"return 'blue'","client_ip":"return nil"}}""");

        var record = JsonNode.Parse(Assert.Single(server.Requests).Body)!;
        Assert.Equal("blue", (string?)record["team"]);
        Assert.Null(record["client_ip"]);
    }

    [Theory]
    [InlineData(""" "queue":{"max_batch_size":2,"max_coalescing_delay":3600} """)]
    [InlineData(""" "queue_size":2,"flush_timeout":3600 """)]
    public async Task Log_BatchOfSeveral_IsAnArray_AlsoTheRestAtTheEnd(string queue)
    {
        await using var server = await FakeUpstream.StartAsync();

        await CallAsync($$"""{"http_endpoint":"{{server.Address}}",{{queue}}}""", "/1", "/2", "/3");

        Assert.Equal(["/1,/2", "/3"], server.Requests.Select(UrisOf));
    }

    [Fact]
    public async Task Log_TwoInstancesWithEqualParameters_ShareABatch()
    {
        await using var server = await FakeUpstream.StartAsync();
        var service = new ServiceConfig { Id = Guid.NewGuid(), Name = "s", Host = "127.0.0.1", Port = server.Port };
        RouteConfig[] routes = [Route("/a"), Route("/b"), Route("/c")];
        var endpoint = $$$""" "http_endpoint":"{{{server.Address}}}log","queue":{"max_batch_size":2,"max_coalescing_delay":3600} """;
        var config = new GatewayConfig(1, [service], routes,
        [
            Plugin(routes[0], $$"""{ {{endpoint}} }"""),
            Plugin(routes[1], $$"""{ {{endpoint}},"custom_fields_by_lua":{"x":"return 1"} }"""),
            Plugin(routes[2], $$"""{ {{endpoint}},"timeout":5000}"""),
        ], []);
        await using (var host = await GatewayHost.StartAsync(config))
        {
            foreach (var path in new[] { "/a", "/c", "/b" })
            {
                await GetAsync(host, path);
            }
        }

        Assert.Equal(["/a,/b", "/c"], server.Requests.Where(r => r.Target == "/log").Select(UrisOf).Order());

        RouteConfig Route(string path) => new() { Id = Guid.NewGuid(), Paths = [path], Service = new EntityReference(service.Id) };

        static PluginConfig Plugin(RouteConfig route, string config) => new()
        {
            Id = Guid.NewGuid(),
            Name = "http-log",
            Route = new EntityReference(route.Id),
            Config = JsonNode.Parse(config)!.AsObject(),
        };
    }

    [Theory]
    [InlineData(500)]
    [InlineData(400)]
    [InlineData(302)]
    public async Task Log_AnswerIsNotBelow300_SendsTheRecordAgain_AndFollowsNoRedirect(int status)
    {
        var calls = 0;
        await using var server = await FakeUpstream.StartAsync(http =>
        {
            if (Interlocked.Increment(ref calls) == 1)
            {
                http.Response.StatusCode = status;
                http.Response.Headers.Location = "/elsewhere";
            }

            return Task.CompletedTask;
        });
        await using var host = await GatewayHost.StartAsync(GatewayHost.Config("http-log", $$"""{"http_endpoint":"{{server.Address}}in"}"""));

        await GetAsync(host, "/nowhere");

        Assert.True(await Poll.UntilAsync(() => server.Requests.Count == 2));
        Assert.All(server.Requests, r => Assert.Equal("/in", r.Target));
        Assert.Equal(server.Requests[0].BodyText, server.Requests[1].BodyText);
    }

    [Fact]
    public async Task Log_CertificateNobodyVouchesFor_IsAccepted_UnlessTheGatewayVerifies()
    {
        using var certificate = TestCertificate.Create();
        await using var server = await FakeUpstream.StartAsync(certificate: certificate);
        var config = $$$"""{"http_endpoint":"{{{server.Address}}}","queue":{"max_retry_time":-1}}""";

        await using (var host = await GatewayHost.StartAsync(GatewayHost.Config("http-log", config), ("Gateway:Forwarding:TlsVerify", "true")))
        {
            await GetAsync(host, "/refused");
        }

        await CallAsync(config, "/accepted");

        Assert.Equal("/accepted", (string?)JsonNode.Parse(Assert.Single(server.Requests).Body)!["request"]!["uri"]);
    }

    [Fact]
    public async Task Log_NobodyListens_DoesNotFailTheCall()
    {
        await CallAsync($$"""{"http_endpoint":"http://127.0.0.1:{{RawUpstream.FindClosedPort()}}"}""");
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest", "link-local")]
    [InlineData("http://[fe80::1]/", "link-local")]
    [InlineData("http://2852039166/latest", "link-local")]
    [InlineData("not an address", "not one of http or https")]
    public async Task Send_AddressThatIsNeverCalled_SaysWhy(string endpoint, string expected)
    {
        using var clients = new UpstreamClients(Options.Create(new ForwardingOptions()));
        var sender = new HttpLogSender(new HttpLogConfig { HttpEndpoint = endpoint }, clients, TimeProvider.System);

        var fault = await sender.SendAsync(["{}"u8.ToArray()], TestContext.Current.CancellationToken);

        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_ServerHangs_EndsWithTheTimeout()
    {
        await using var server = new RawUpstream((_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken));
        using var clients = new UpstreamClients(Options.Create(new ForwardingOptions()));
        var time = new LogDelivery.ObservedTime();
        var sender = new HttpLogSender(new HttpLogConfig { HttpEndpoint = $"http://127.0.0.1:{server.Port}", Timeout = 700 }, clients, time);

        var sending = sender.SendAsync(["{}"u8.ToArray()], TestContext.Current.CancellationToken);
        Assert.True(await Poll.UntilAsync(() => server.Connections == 1));
        Assert.False(sending.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(700));

        Assert.Equal("it did not answer in time", await sending);
    }

    [Fact]
    public void Target_NamesNoCredential()
    {
        using var clients = new UpstreamClients(Options.Create(new ForwardingOptions()));

        Assert.Equal("h:81", new HttpLogSender(new HttpLogConfig { HttpEndpoint = "http://user:word@h:81/x?key=1" }, clients, TimeProvider.System).Target);
    }

    [Theory]
    [InlineData("""{"http_endpoint":"http://h/x"}""", "")]
    [InlineData("""{"http_endpoint":"{vault://env/log-endpoint}","headers":{"X-Key":"{vault://env/log-key}"}}""", "")]
    [InlineData("""{}""", "config.http_endpoint: required field missing")]
    [InlineData("""{"http_endpoint":"ftp://h/x"}""", "config.http_endpoint: expected an http or https address with a host")]
    [InlineData("""{"http_endpoint":"/x"}""", "config.http_endpoint: expected an http or https address with a host")]
    [InlineData("""{"http_endpoint":"http://h","method":"GET"}""", "config.method: expected one of: PATCH, POST, PUT")]
    [InlineData("""{"http_endpoint":"http://h","headers":{"host":"x"}}""", "config.headers: cannot contain 'Host' header")]
    [InlineData("""{"http_endpoint":"http://h","headers":{"Content-length":"1"}}""", "config.headers: cannot contain 'Content-Length' header")]
    [InlineData("""{"http_endpoint":"http://h","headers":{"CONTENT-TYPE":"x"}}""", "config.headers: cannot contain 'Content-Type' header")]
    [InlineData("""{"http_endpoint":"http://h","queue":{"max_batch_size":0}}""", "config.queue.max_batch_size: value should be between 1 and 1000000")]
    [InlineData("""{"http_endpoint":"http://h","queue":{"max_coalescing_delay":3601}}""", "config.queue.max_coalescing_delay: value should be between 0 and 3600")]
    [InlineData("""{"http_endpoint":"http://h","queue":{"initial_retry_delay":0}}""", "config.queue.initial_retry_delay: value should be between 0.001 and 1000000")]
    [InlineData("""{"http_endpoint":"http://h","queue":{"concurrency_limit":2}}""", "config.queue.concurrency_limit: expected one of: -1, 1")]
    public void Config_IsJudged(string config, string expected) => Assert.Equal(expected, PluginConfigs.Faults("http-log", config));

    private static string UrisOf(ReceivedRequest sent) => string.Join(',', JsonNode.Parse(sent.Body)!.AsArray().Select(r => (string?)r!["request"]!["uri"]));

    /// <summary>Calls a gateway with one instance of http-log and ends it, so that everything has been sent.</summary>
    private static async Task CallAsync(string config, params string[] paths)
    {
        await using var host = await GatewayHost.StartAsync(GatewayHost.Config("http-log", config));
        foreach (var path in paths.DefaultIfEmpty("/nowhere"))
        {
            await GetAsync(host, path);
        }
    }

    private static async Task GetAsync(GatewayHost host, string path)
    {
        using var answer = await host.Client.GetAsync(path, TestContext.Current.CancellationToken);
        await host.NextRecordAsync();
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound, $"{answer.StatusCode}");
    }
}
