using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Gateway.Core.Plugins.UdpLog;
using Gateway.Core.Tests.Pipeline;
using Gateway.Core.Upstreams;
using Gateway.Testing;

namespace Gateway.Core.Tests.Plugins.UdpLog;

public sealed class UdpLogTests : IDisposable
{
    private readonly UdpClient _server = new(new IPEndPoint(IPAddress.Loopback, 0));

    private int Port => ((IPEndPoint)_server.Client.LocalEndPoint!).Port;

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Log_TwoRequests_SendsADatagramEach()
    {
        await CallAsync("127.0.0.1", """ {"team":"return 'blue'"} """, "/1", "/2");

        foreach (var path in new[] { "/1", "/2" })
        {
            var datagram = await ReceiveAsync();
            Assert.Equal((byte)'}', datagram[^1]);
            var record = JsonNode.Parse(datagram)!;
            Assert.Equal((path, "blue", 404), ((string?)record["request"]!["uri"], (string?)record["team"], (int)record["response"]!["status"]!));
        }
    }

    [Fact]
    public async Task Log_PayloadsDoNotFitIntoADatagram_AreLeftOut()
    {
        var prompt = new string('x', 70_000);
        await using var provider = await FakeUpstream.StartAsync(
            200, """{"id":"1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hi"}}]}""", ("Content-Type", "application/json"));
        var aiProxy = $$$"""
            {"route_type":"llm/v1/chat","logging":{"log_payloads":true,"log_statistics":true},
             "model":{"provider":"openai","name":"m","options":{"upstream_url":"{{{provider.Address}}}v1/chat/completions"} } }
            """;
        await using (var host = await GatewayHost.StartAsync(GatewayHost.Config([("ai-proxy", aiProxy), ("udp-log", $$$"""{"host":"127.0.0.1","port":{{{Port}}} }""")])))
        {
            using var body = new StringContent($$"""{"model":"m","messages":[{"role":"user","content":"{{prompt}}"}]}""", null, "application/json");
            using var answer = await host.Client.PostAsync("/ai", body, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            await host.NextRecordAsync();
        }

        var record = JsonNode.Parse(await ReceiveAsync())!;
        Assert.Equal("m", (string?)record["ai"]!["proxy"]!["meta"]!["request_model"]);
        Assert.Null(record["ai"]!["proxy"]!["payload"]);
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("fe80::1")]
    [InlineData("100.100.100.200")]
    public async Task Send_LinkLocalOrMetadataAddress_IsRefused(string host)
    {
        using var sender = new UdpLogSender(new UdpLogConfig { Host = host, Port = 9 }, new UpstreamConnector(allowLinkLocal: false), TimeProvider.System);

        Assert.Contains("link-local", await sender.SendAsync(["{}"u8.ToArray()], TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_TooLong_FailsAndTheNextOneArrives()
    {
        using var sender = new UdpLogSender(new UdpLogConfig { Host = "127.0.0.1", Port = Port }, new UpstreamConnector(allowLinkLocal: false), TimeProvider.System);

        Assert.NotNull(await sender.SendAsync([new byte[70_000]], TestContext.Current.CancellationToken));
        Assert.Null(await sender.SendAsync(["{}"u8.ToArray()], TestContext.Current.CancellationToken));

        Assert.Equal("{}"u8.ToArray(), await ReceiveAsync());
    }

    [Theory]
    [InlineData("""{"host":"::1","port":1,"timeout":0.5}""", "")]
    [InlineData("""{}""", "config.host: required field missing\nconfig.port: required field missing")]
    [InlineData("""{"host":"h/x","port":1}""", "config.host: invalid value: h/x")]
    [InlineData("""{"host":"h","port":-1}""", "config.port: value should be between 0 and 65535")]
    public void Config_IsJudged(string config, string expected) => Assert.Equal(expected, PluginConfigs.Faults("udp-log", config));

    /// <summary>Calls a gateway with one instance of udp-log and ends it, so that everything has been sent.</summary>
    private async Task CallAsync(string host, string fields, params string[] paths)
    {
        await using var gateway = await GatewayHost.StartAsync(GatewayHost.Config("udp-log", $$"""{"host":"{{host}}","port":{{Port}},"custom_fields_by_lua":{{fields}}}"""));
        foreach (var path in paths)
        {
            using var answer = await gateway.Client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            await gateway.NextRecordAsync();
        }
    }

    private async Task<byte[]> ReceiveAsync()
    {
        var datagram = await _server.ReceiveAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        return datagram.Buffer;
    }
}
