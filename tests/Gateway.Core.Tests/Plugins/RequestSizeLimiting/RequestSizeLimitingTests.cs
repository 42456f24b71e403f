using System.Net;
using System.Text.Json.Nodes;

namespace Gateway.Core.Tests.Plugins.RequestSizeLimiting;

public sealed class RequestSizeLimitingTests
{
    private const string Plugin = "request-size-limiting";

    [Theory]
    [InlineData("""{"allowed_payload_size":10,"size_unit":"bytes"}""", 10, false)]
    [InlineData("""{"allowed_payload_size":2,"size_unit":"kilobytes"}""", 2048, false)]
    [InlineData("""{"allowed_payload_size":1}""", 1024 * 1024, false)]
    [InlineData("""{"allowed_payload_size":10,"size_unit":"bytes"}""", 10, true)]
    [InlineData("""{"allowed_payload_size":2,"size_unit":"kilobytes"}""", 2048, true)]
    [InlineData("""{"allowed_payload_size":1}""", 1024 * 1024, true)]
    [InlineData("""{"allowed_payload_size":0}""", 0, true)]
    public async Task Body_UpToTheLimit_Passes_AndNoneThatIsLonger(string config, int limit, bool chunked)
    {
        await using var host = await PluginHost.StartAsync((Plugin, config));

        using var fits = await PostAsync(host, limit, chunked);
        using var exceeds = await PostAsync(host, limit + 1, chunked);

        Assert.Equal(HttpStatusCode.OK, fits.StatusCode);
        Assert.Equal(limit, Assert.Single(host.Forwarded).Body.Length);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, exceeds.StatusCode);
        Assert.Equal("Request size limit exceeded", await MessageAsync(exceeds));
    }

    [Fact]
    public async Task Body_OfAClientThatAsksFirst_IsNotSent()
    {
        await using var host = await PluginHost.StartAsync((Plugin, """{"allowed_payload_size":10,"size_unit":"bytes"}"""));

        using var request = new HttpRequestMessage(HttpMethod.Post, "/ai") { Content = new ByteArrayContent(new byte[11]) };
        request.Headers.ExpectContinue = true;
        using var answer = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ExpectationFailed, answer.StatusCode);
        Assert.Equal("Request size limit exceeded", await MessageAsync(answer));
        Assert.Empty(host.Forwarded);

        // Curl takes it for a no and sends the request again, at once and without the question.
        Assert.True(answer.Headers.ConnectionClose);
    }

    [Theory]
    [InlineData("GET", false, HttpStatusCode.LengthRequired)]
    [InlineData("POST", false, HttpStatusCode.OK)]
    [InlineData("POST", true, HttpStatusCode.OK)]
    public async Task Request_LengthIsRequired_IsRefusedWithoutOneUnlessItIsChunked(string method, bool chunked, HttpStatusCode expected)
    {
        await using var host = await PluginHost.StartAsync((Plugin, """{"require_content_length":true}"""));

        using var request = new HttpRequestMessage(new HttpMethod(method), "/ai");
        request.Headers.TransferEncodingChunked = chunked;
        request.Content = method == "GET" ? null : new ByteArrayContent([1, 2, 3]);
        using var answer = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, answer.StatusCode);
        if (expected == HttpStatusCode.LengthRequired)
        {
            Assert.Equal("A valid Content-Length header is required", await MessageAsync(answer));
        }
    }

    [Fact]
    public async Task Request_WithoutABody_Passes()
    {
        await using var host = await PluginHost.StartAsync((Plugin, """{"allowed_payload_size":0}"""));

        using var answer = await host.Client.GetAsync("/ai", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Record_OfARefusedBody_SaysSo()
    {
        await using var host = await PluginHost.StartAsync((Plugin, """{"allowed_payload_size":0}"""));

        using var answer = await PostAsync(host, 1, chunked: false);

        var record = await host.Gateway.NextRecordAsync();
        Assert.Equal(413, record.Status);
        Assert.Equal("too_large", record.OutcomeDetail);
    }

    [Theory]
    [InlineData("""{"size_unit":"gigabytes"}""", "config.size_unit: expected one of: bytes, kilobytes, megabytes")]
    [InlineData("""{"allowed_payload_size":1.5}""", "config.allowed_payload_size: expected an integer")]
    [InlineData("""{"size_unit":null}""", "")]
    public void Config_IsChecked(string config, string faults) => Assert.Equal(faults, PluginConfigs.Faults(Plugin, config));

    private static async Task<HttpResponseMessage> PostAsync(PluginHost host, int length, bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ai") { Content = new ByteArrayContent(new byte[length]) };
        request.Headers.TransferEncodingChunked = chunked;
        return await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task<string?> MessageAsync(HttpResponseMessage answer) =>
        (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["message"];
}
