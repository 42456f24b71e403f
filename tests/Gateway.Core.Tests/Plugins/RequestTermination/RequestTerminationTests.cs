using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Core.Tests.Plugins.RequestTermination;

public sealed class RequestTerminationTests
{
    private const string Plugin = "request-termination";

    [Theory]
    [InlineData("{}", 503, """{"message":"Service unavailable"}""")]
    [InlineData("""{"status_code":401}""", 401, """{"message":"Unauthorized"}""")]
    [InlineData("""{"status_code":404}""", 404, """{"message":"Not found"}""")]
    [InlineData("""{"status_code":405}""", 405, """{"message":"Method not allowed"}""")]
    [InlineData("""{"status_code":500}""", 500, """{"message":"An unexpected error occurred"}""")]
    [InlineData("""{"status_code":502}""", 502, """{"message":"Bad Gateway"}""")]
    [InlineData("""{"status_code":403,"message":"So \"long\""}""", 403, """{"message":"So \"long\""}""")]
    public async Task Request_WithAMessage_IsAnsweredInsteadOfForwarded(string config, int status, string body)
    {
        await using var host = await PluginHost.StartAsync((Plugin, config));

        using var request = new HttpRequestMessage(HttpMethod.Get, "/ai");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        using var answer = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(body, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Empty(host.Forwarded);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    [InlineData(301)]
    [InlineData(418)]
    public async Task Request_StatusWithoutAUsualText_HasNoBody(int status)
    {
        await using var host = await PluginHost.StartAsync((Plugin, $$"""{"status_code":{{status}}}"""));

        using var answer = await host.Client.GetAsync("/ai", TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Null(answer.Content.Headers.ContentType);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("""{"status_code":200,"body":"<b>été</b>","content_type":"text/html; charset=utf-8"}""", "text/html; charset=utf-8", "<b>été</b>")]
    [InlineData("""{"status_code":200,"body":"{}"}""", "application/json; charset=utf-8", "{}")]
    public async Task Request_WithABody_IsAnsweredWithItAsItIs(string config, string contentType, string body)
    {
        await using var host = await PluginHost.StartAsync((Plugin, config));

        using var answer = await host.Client.GetAsync("/ai", TestContext.Current.CancellationToken);

        Assert.Equal(contentType, answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(body, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/ai", null, HttpStatusCode.OK)]
    [InlineData("/ai", "x-stop", HttpStatusCode.ServiceUnavailable)]
    [InlineData("/ai?x-stop", null, HttpStatusCode.ServiceUnavailable)]
    [InlineData("/ai?other=x-stop", null, HttpStatusCode.OK)]
    public async Task Request_WithATrigger_IsAnsweredOnlyWhenItIsThere(string uri, string? header, HttpStatusCode expected)
    {
        await using var host = await PluginHost.StartAsync((Plugin, """{"trigger":"X-Stop"}"""));

        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        if (header is not null)
        {
            request.Headers.Add(header, "1");
        }

        using var answer = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(expected == HttpStatusCode.OK ? 1 : 0, host.Forwarded.Count);
    }

    [Fact]
    public async Task Request_Echo_ComesBackWithRouteAndService()
    {
        await using var host = await PluginHost.StartAsync((Plugin, """{"status_code":404,"echo":true}"""));

        using var request = new HttpRequestMessage(HttpMethod.Post, "/ai/a%20b?x=1&x=2&flag");
        request.Headers.Add("X-Twice", ["one", "two"]);
        request.Content = new StringContent("""{"a":[1]}""", Encoding.UTF8, "application/json");
        using var answer = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var echo = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal("Not found", (string?)echo["message"]);
        Assert.True(Guid.TryParse((string?)echo["kong"]!["node_id"], out _));
        Assert.Equal(Environment.ProcessId, (int?)echo["kong"]!["worker_pid"]);
        Assert.NotEmpty((string)echo["kong"]!["hostname"]!);
        var copy = echo["request"]!;
        Assert.Equal("http", (string?)copy["scheme"]);
        Assert.Equal("127.0.0.1", (string?)copy["host"]);
        Assert.Equal(host.Gateway.Address.Port, (int?)copy["port"]);
        Assert.Equal("POST", (string?)copy["method"]);
        Assert.Equal("/ai/a%20b", (string?)copy["path"]);
        Assert.Equal("""{"x":["1","2"],"flag":true}""", copy["query"]!.ToJsonString());
        Assert.Equal("""{"a":[1]}""", copy["body"]!.ToJsonString());
        Assert.Equal("""{"a":[1]}""", (string?)copy["raw_body"]);
        Assert.Contains("two", copy["headers"]!["x-twice"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("some-route", (string?)echo["matched_route"]!["name"]);
        Assert.Equal("some-service", (string?)echo["matched_service"]!["name"]);
    }

    [Theory]
    [InlineData("application/json", "{ not json", null)]
    [InlineData("application/x-www-form-urlencoded", "a=1&b=x+y", """{"a":"1","b":"x y"}""")]
    [InlineData("text/plain", "hello", null)]
    public async Task Request_Echo_ShowsTheBodyAsDataWhereItsTypeSaysHow(string contentType, string body, string? data)
    {
        await using var host = await PluginHost.StartAsync((Plugin, """{"echo":true}"""));

        using var content = new StringContent(body, Encoding.UTF8, contentType);
        using var answer = await host.Client.PostAsync("/ai", content, TestContext.Current.CancellationToken);

        var copy = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["request"]!;
        Assert.Equal(data, copy["body"]?.ToJsonString());
        Assert.Equal(body, (string?)copy["raw_body"]);
    }

    [Fact]
    public async Task Request_Echo_LeavesOutABodyThatIsTooLong()
    {
        await using var host = await PluginHost.StartAsync((Plugin, """{"echo":true}"""));

        using var content = new ByteArrayContent(new byte[(1024 * 1024) + 1]);
        using var answer = await host.Client.PostAsync("/ai", content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("", (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["request"]!["raw_body"]);
    }

    [Fact]
    public async Task Record_OfAnAnsweredRequest_SaysSo()
    {
        await using var host = await PluginHost.StartAsync((Plugin, "{}"));

        using var answer = await host.Client.GetAsync("/ai", TestContext.Current.CancellationToken);

        var record = await host.Gateway.NextRecordAsync();
        Assert.Equal(503, record.Status);
        Assert.Equal("terminated", record.OutcomeDetail);
        Assert.False(record.IsFromUpstream);
    }

    [Theory]
    [InlineData("""{"message":"x","body":"y"}""", "message cannot be used with content_type or body")]
    [InlineData("""{"content_type":"text/plain"}""", "content_type requires a body")]
    [InlineData("""{"echo":true,"body":"y"}""", "echo cannot be used with content_type and body")]
    [InlineData("""{"status_code":99}""", "value should be between 100 and 599")]
    [InlineData("""{"trigger":"x y"}""", "bad header name 'x y'")]
    [InlineData("""{"echo":true,"message":"x"}""", "")]
    public void Config_FieldsThatExcludeEachOther_AreRefused(string config, string fault)
    {
        var faults = PluginConfigs.Faults(Plugin, config);

        Assert.Equal(fault.Length == 0, faults.Length == 0);
        Assert.Contains(fault, faults, StringComparison.Ordinal);
    }
}
