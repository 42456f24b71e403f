using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Core.Tests.Pipeline;

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
        await using var host = await StartAsync(SetsBody);

        var answer = await AnnounceAsync(host.Gateway, length);
        var record = await host.Gateway.NextRecordAsync();

        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\"message\":\"Payload too large\"", answer, StringComparison.Ordinal);
        Assert.Contains($"\"request_id\":\"{record.RequestId}\"", answer, StringComparison.Ordinal);
        Assert.Equal((413, "too_large"), (record.Status, record.OutcomeDetail));
        Assert.Empty(host.Forwarded);
    }

    [Fact]
    public async Task Uri_WithoutASlash_Answers500()
    {
        await using var host = await StartAsync("""{"replace":{"uri":"$(headers.x_path)"}}""");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/ai");
        request.Headers.Add("X-Path", "no/slash");

        using var response = await host.Client.SendAsync(request, Ct);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains("\"message\":\"An unexpected error occurred\"", await response.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Empty(host.Forwarded);
    }

    [Fact]
    public async Task EveryBlock_OfOneRequest_ReachesTheService()
    {
        await using var host = await StartAsync("""
            {"http_method":"PUT",
             "replace":{"uri":"/to/$(headers.x_team)","headers":["Host:other.example"]},
             "rename":{"headers":["X-Team:X-Group"]},
             "add":{"headers":["X-Added:1"],"querystring":["q:2"],"body":["b:3"]}}
            """);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ai/x?a=1") { Content = new StringContent("""{"a":1}""", Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Team", "blue");

        using var response = await host.Client.SendAsync(request, Ct);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var sent = Assert.Single(host.Forwarded);
        Assert.Equal(("PUT", "/to/blue?a=1&q=2"), (sent.Method, sent.Target));
        Assert.Equal(("other.example", "blue", "1"), (sent.Headers["Host"], sent.Headers["X-Group"], sent.Headers["X-Added"]));
        Assert.False(sent.Headers.ContainsKey("X-Team"));
        Assert.Equal("""{"a":1,"b":"3"}""", sent.BodyText);
        Assert.Equal(sent.Body.Length.ToString(CultureInfo.InvariantCulture), sent.Headers["Content-Length"]);
    }

    /// <summary>The form stays in the body as well.</summary>
    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("TRACE")]
    public async Task MethodChange_WithAForm_TakesThePairsToTheQuery(string method)
    {
        await using var host = await StartAsync($$"""{"http_method":"{{method}}"}""");
        using var content = new StringContent("b=2&c=x+y", Encoding.UTF8, Transforming.Form);

        using var response = await host.Client.PostAsync("/ai/x?flag&a=%2f", content, Ct);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var sent = Assert.Single(host.Forwarded);
        Assert.Equal((method, "/x?flag&a=%2f&b=2&c=x+y"), (sent.Method, sent.Target));
        Assert.Equal("b=2&c=x+y", sent.BodyText);
    }

    [Fact]
    public async Task MultipartBody_AsAClientSendsIt_IsChanged()
    {
        await using var host = await StartAsync("""{"remove":{"body":["secret"]},"rename":{"body":["upload:file"]},"add":{"body":["team:blue"]}}""");
        using var content = new MultipartFormDataContent("limit")
        {
            { new StringContent("s"), "secret" },
            { new ByteArrayContent([1, 2, 3]), "upload", "x.bin" },
        };

        using var response = await host.Client.PostAsync("/ai", content, Ct);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var sent = Assert.Single(host.Forwarded);
        Assert.Contains("boundary=\"limit\"", sent.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Equal(
            "--limit\r\nContent-Disposition: form-data; name=\"file\"; filename=x.bin; filename*=utf-8''x.bin\r\n\r\n\u0001\u0002\u0003\r\n"
            + "--limit\r\nContent-Disposition: form-data; name=\"team\"\r\n\r\nblue\r\n--limit--\r\n",
            sent.BodyText);
    }

    /// <summary>A value of the client's may not start a header of its own.</summary>
    [Theory]
    [InlineData("""{"add":{"headers":["X-Copy:$(query_params.v)"]}}""", HttpStatusCode.OK)]
    [InlineData("""{"replace":{"headers":["Host:$(query_params.v)"]}}""", HttpStatusCode.InternalServerError)]
    public async Task Template_WithALineBreak_MakesNoHeader(string config, HttpStatusCode status)
    {
        await using var host = await StartAsync(config);

        using var response = await host.Client.GetAsync("/ai?v=a%0D%0AX-Forged:%201", Ct);

        Assert.Equal(status, response.StatusCode);
        Assert.All(host.Forwarded, r => Assert.False(r.Headers.ContainsKey("X-Forged")));
    }

    private static Task<PluginHost> StartAsync(string config) => PluginHost.StartAsync(("request-transformer", config));

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
