using System.Net;
using System.Text.Json.Nodes;
using Gateway.Core.Plugins.TcpLog;
using Gateway.Core.Tests.Pipeline;
using Gateway.Core.Tests.Plugins.LogDelivery;
using Gateway.Core.Upstreams;
using Gateway.Testing;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Tests.Plugins.TcpLog;

public sealed class TcpLogTests : IDisposable
{
    private readonly ObservedTime _time = new();
    private readonly UpstreamClients _clients = new(Options.Create(new ForwardingOptions()));

    public void Dispose() => _clients.Dispose();

    [Fact]
    public async Task Log_SeveralRequests_SendsALineEachOnOneConnection()
    {
        await using var server = new LineServer();

        await CallAsync($$$"""{"host":"127.0.0.1","port":{{{server.Port}}},"custom_fields_by_lua":{"team":"return 'blue'"}}""", [], "/1", "/2", "/3");
        Assert.True(await Poll.UntilAsync(() => server.Ended == 1));

        var text = Assert.Single(server.Received);
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        var records = text.TrimEnd('\n').Split('\n').Select(l => JsonNode.Parse(l)!).ToList();
        Assert.Equal(["/1", "/2", "/3"], records.Select(r => (string?)r["request"]!["uri"]));
        Assert.All(records, r => Assert.Equal(("blue", 404), ((string?)r["team"], (int)r["response"]!["status"]!)));
    }

    [Theory]
    [InlineData("", "localhost")]
    [InlineData(""" ,"tls_sni":"logs.example" """, "logs.example")]
    public async Task Log_Tls_AcceptsAnyCertificate_AndNamesTheServer(string more, string expectedName)
    {
        using var certificate = TestCertificate.Create();
        await using var server = new LineServer(certificate);

        await CallAsync($$"""{"host":"localhost","port":{{server.Port}},"tls":true{{more}}}""", []);
        Assert.True(await Poll.UntilAsync(() => server.Ended == 1));

        Assert.Equal("/nowhere", (string?)JsonNode.Parse(Assert.Single(server.Received))!["request"]!["uri"]);
        Assert.Equal(expectedName, server.Names[0]);
    }

    [Fact]
    public async Task Log_Tls_GatewayVerifiesCertificates_SendsNothing()
    {
        using var certificate = TestCertificate.Create();
        await using var server = new LineServer(certificate);

        await CallAsync($$"""{"host":"localhost","port":{{server.Port}},"tls":true}""", [("Gateway:Forwarding:TlsVerify", "true")]);
        Assert.True(await Poll.UntilAsync(() => server.Ended == 1));

        Assert.All(server.Received, r => Assert.Empty(r));
    }

    [Fact]
    public async Task Log_NobodyListens_DoesNotFailTheCall()
    {
        await CallAsync($$"""{"host":"127.0.0.1","port":{{RawUpstream.FindClosedPort()}} }""", []);
    }

    [Fact]
    public async Task Send_ServerClosedTheConnection_OpensANewOne()
    {
        await using var server = new LineServer(closesAfterLine: true);
        using var sender = Sender(server.Port);

        Assert.Null(await SendAsync(sender, "a\n"));
        Assert.True(await Poll.UntilAsync(() => server.Ended == 1));
        Assert.Null(await SendAsync(sender, "b\n", "c\n"));

        Assert.True(await Poll.UntilAsync(() => server.Ended == 2));
        Assert.Equal(["a\n", "b\nc\n"], server.Received);
    }

    [Fact]
    public async Task Send_ConnectionIsIdle_IsClosedAfterTheKeepaliveTime()
    {
        await using var server = new LineServer();
        using var sender = Sender(server.Port, keepalive: 4000);
        Assert.Null(await SendAsync(sender, "a\n"));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Null(await SendAsync(sender, "b\n"));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Null(await SendAsync(sender, "c\n"));
        Assert.True(await Poll.UntilAsync(() => server.Received is ["a\nb\nc\n"]));
        Assert.Equal(0, server.Ended);

        _time.Advance(TimeSpan.FromSeconds(4));

        Assert.True(await Poll.UntilAsync(() => server.Ended == 1));
    }

    [Fact]
    public async Task Send_HandshakeHangs_EndsWithTheTimeout()
    {
        // Reads the client's first message as a line and never answers.
        await using var server = new LineServer();
        using var sender = new TcpLogSender(new TcpLogConfig { Host = "127.0.0.1", Port = server.Port, Tls = true, Timeout = 700 }, _clients, _time);

        var sending = SendAsync(sender, "a\n");
        Assert.True(await Poll.UntilAsync(() => server.Received is [{ Length: > 0 }]));
        Assert.False(sending.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(700));

        Assert.Equal("there was no connection in time", await sending);
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.1.1")]
    [InlineData("fe80::1")]
    public async Task Send_LinkLocalAddress_IsRefused(string host)
    {
        using var sender = new TcpLogSender(new TcpLogConfig { Host = host, Port = 80 }, _clients, _time);

        Assert.Contains("link-local", await SendAsync(sender, "a\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"host":"h","port":1}""", "")]
    [InlineData("""{"port":1}""", "config.host: required field missing")]
    [InlineData("""{"host":"h"}""", "config.port: required field missing")]
    [InlineData("""{"host":"h:1","port":1}""", "config.host: must not have a port")]
    [InlineData("""{"host":"http://h","port":1}""", "config.host: invalid value: http://h")]
    [InlineData("""{"host":"h","port":65536}""", "config.port: value should be between 0 and 65535")]
    [InlineData("""{"host":"h","port":1,"custom_fields_by_lua":{"a":"return f()"}}""", "config.custom_fields_by_lua.a: only 'return nil' and 'return' with a text, a number, true or false are supported; the gateway runs no Lua code")]
    public void Config_IsJudged(string config, string expected) => Assert.Equal(expected, PluginConfigs.Faults("tcp-log", config));

    private static Task<string?> SendAsync(TcpLogSender sender, params string[] lines) =>
        sender.SendAsync([.. lines.Select(System.Text.Encoding.UTF8.GetBytes)], TestContext.Current.CancellationToken);

    private TcpLogSender Sender(int port, double keepalive = 60000) => new(new TcpLogConfig { Host = "127.0.0.1", Port = port, Keepalive = keepalive }, _clients, _time);

    /// <summary>Calls a gateway with one instance of tcp-log and ends it, so that everything has been sent.</summary>
    private static async Task CallAsync(string config, (string Key, string Value)[] settings, params string[] paths)
    {
        await using var host = await GatewayHost.StartAsync(GatewayHost.Config("tcp-log", config), settings);
        foreach (var path in paths.DefaultIfEmpty("/nowhere"))
        {
            using var answer = await host.Client.GetAsync(path, TestContext.Current.CancellationToken);
            await host.NextRecordAsync();
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }
}
