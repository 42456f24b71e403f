using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Core.Tests.Pipeline;
using Gateway.Testing;

namespace Gateway.Core.Tests.Plugins.RequestTransformer;

/// <summary>What a service receives behind the plugin, and what a client is told when the request cannot be changed.</summary>
public sealed class RequestTransformerPipelineTests
{
    private const string SetsBody = """{"add":{"body":["x:1"]}}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The first is longer than the server of these tests takes, the second than the plugin reads.</summary>
    [Theory]
    [InlineData(31_000_000)]
    [InlineData(40_000_000)]
    public async Task Body_LongerThanTheLimit_Answers413(int length)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, SetsBody);

        var answer = await AnnounceAsync(gateway, length);
        var record = await gateway.NextRecordAsync();

        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\"message\":\"Payload too large\"", answer, StringComparison.Ordinal);
        Assert.Contains($"\"request_id\":\"{record.RequestId}\"", answer, StringComparison.Ordinal);
        Assert.Equal((413, "too_large"), (record.Status, record.OutcomeDetail));
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task Uri_WithoutASlash_Answers500()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, """{"replace":{"uri":"$(headers.x_path)"}}""");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/ai");
        request.Headers.Add("X-Path", "no/slash");

        using var response = await gateway.Client.SendAsync(request, Ct);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains("\"message\":\"An unexpected error occurred\"", await response.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task EveryBlock_OfOneRequest_ReachesTheService()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, """
            {"http_method":"PUT",
             "replace":{"uri":"/to/$(headers.x_team)","headers":["Host:other.example"]},
             "rename":{"headers":["X-Team:X-Group"]},
             "add":{"headers":["X-Added:1"],"querystring":["q:2"],"body":["b:3"]}}
            """);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ai/x?a=1") { Content = new StringContent("""{"a":1}""", Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Team", "blue");

        using var response = await gateway.Client.SendAsync(request, Ct);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var sent = Assert.Single(upstream.Requests);
        Assert.Equal(("PUT", "/to/blue?a=1&q=2"), (sent.Method, sent.Target));
        Assert.Equal(("other.example", "blue", "1"), (sent.Headers["Host"], sent.Headers["X-Group"], sent.Headers["X-Added"]));
        Assert.False(sent.Headers.ContainsKey("X-Team"));
        Assert.Equal("""{"a":1,"b":"3"}""", sent.BodyText);
        Assert.Equal(sent.Body.Length.ToString(CultureInfo.InvariantCulture), sent.Headers["Content-Length"]);
    }

    private static Task<GatewayHost> StartAsync(FakeUpstream upstream, string transformer)
    {
        var config = GatewayHost.Config("request-transformer", transformer);
        return GatewayHost.StartAsync(config with { Services = [config.Services[0] with { Host = "127.0.0.1", Port = upstream.Port }] });
    }

    /// <summary>Sends the head of a request whose body never comes, and returns the answer.</summary>
    private static async Task<string> AnnounceAsync(GatewayHost gateway, int length)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, gateway.Address.Port, Ct);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /ai HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"), Ct);
        var answer = "";
        var buffer = new byte[4096];
        while (!answer.EndsWith('}') && await stream.ReadAsync(buffer, Ct) is > 0 and var read)
        {
            answer += Encoding.ASCII.GetString(buffer, 0, read);
        }

        return answer;
    }
}
