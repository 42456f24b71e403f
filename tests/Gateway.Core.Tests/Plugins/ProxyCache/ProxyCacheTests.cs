using System.Net;
using Gateway.Core.Tests.Pipeline;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Plugins.ProxyCache;

public sealed class ProxyCacheTests
{
    private const string Plain = """{"strategy":"memory"}""";

    [Fact]
    public async Task Get_Twice_TheSecondComesFromMemory()
    {
        await using var cached = await CachedUpstream.StartAsync(Plain, http => http.Response.Headers["X-One"] = "1");

        using var miss = await cached.GetAsync("/ai/x?b=2&a=1");
        using var hit = await cached.GetAsync("/ai/x?a=1&b=2");

        Assert.Equal(("Miss", "answer 1", false), (Status(miss), await TextAsync(miss), miss.Headers.Contains("Age")));
        Assert.Equal(("Hit", "answer 1", true), (Status(hit), await TextAsync(hit), hit.Headers.Contains("Age")));
        Assert.Equal(64, Value(hit, "X-Cache-Key").Length);
        Assert.Equal(Value(miss, "X-Cache-Key"), Value(hit, "X-Cache-Key"));
        Assert.Equal("1", Value(hit, "X-One"));
        Assert.False(hit.Headers.Contains("X-Kong-Upstream-Latency"));
        Assert.NotEqual(Value(miss, "X-Kong-Request-Id"), Value(hit, "X-Kong-Request-Id"));
        Assert.Equal("text/plain", hit.Content.Headers.ContentType!.ToString());

        await cached.Host.NextRecordAsync();
        var record = await cached.Host.NextRecordAsync();
        Assert.Equal((RequestOutcome.Ok, false, 200), (record.Outcome, record.IsFromUpstream, record.Status));
    }

    [Theory]
    [InlineData(Plain, "/ai/x", "/ai/y")]
    [InlineData(Plain, "/ai/x", "/ai/X")]
    [InlineData(Plain, "/ai/x?a=1", "/ai/x?a=2")]
    [InlineData(Plain, "/ai/x?a=1&a=2", "/ai/x?a=2&a=1")]
    [InlineData("""{"strategy":"memory","vary_query_params":["a"]}""", "/ai/x?a=1&b=1", "/ai/x?a=2&b=1")]
    public async Task Get_AnotherAddress_IsAnotherAnswer(string config, string first, string second)
    {
        await using var cached = await CachedUpstream.StartAsync(config);

        Assert.Equal(["Miss", "Miss"], await cached.StatusesAsync(first, second));
    }

    [Theory]
    [InlineData("""{"strategy":"memory","ignore_uri_case":true}""", "/ai/x", "/ai/X")]
    [InlineData("""{"strategy":"memory","vary_query_params":["a"]}""", "/ai/x?a=1&b=1", "/ai/x?b=2&a=1")]
    public async Task Get_AddressThatIsTheSameByConfig_IsOneAnswer(string config, string first, string second)
    {
        await using var cached = await CachedUpstream.StartAsync(config);

        Assert.Equal(["Miss", "Hit"], await cached.StatusesAsync(first, second));
    }

    [Theory]
    [InlineData("""{"strategy":"memory","vary_headers":["X-Team"]}""", "X-Team", "", "Miss Hit Miss")]
    [InlineData(Plain, "X-Team", "", "Miss Hit Hit")]
    [InlineData(Plain, "X-Team", "Accept, x-team", "Miss Hit Miss")]
    [InlineData(Plain, "X-Team", "*", "Bypass Bypass Bypass")]
    [InlineData(Plain, "Authorization", "", "Miss Hit Miss")]
    public async Task Get_OtherHeader_IsAnotherAnswerWhereConfigOrUpstreamSaysSo(string config, string header, string vary, string expected)
    {
        await using var cached = await CachedUpstream.StartAsync(config, http => http.Response.Headers.Vary = vary);

        Assert.Equal(expected.Split(' '), await cached.StatusesAsync([.. new[] { "blue", "blue", "red" }.Select(v => Get(header, v))]));
        Assert.Equal(expected == "Bypass Bypass Bypass" ? ["Bypass"] : ["Hit"], await cached.StatusesAsync(Get(header, "blue")));
    }

    [Theory]
    [InlineData(404, "application/json", "", "Hit")]
    [InlineData(500, "text/plain", "", "Bypass")]
    [InlineData(200, "text/html", "", "Bypass")]
    [InlineData(200, "text/plain; charset=utf-8", "", "Bypass")]
    [InlineData(200, "", "", "Bypass")]
    [InlineData(200, "text/plain", "Set-Cookie: a=b", "Bypass")]
    [InlineData(200, "text/plain", "Cache-Control: no-store", "Hit")]
    public async Task Get_OnlyAnswersOfTheConfiguredKindAreKept(int status, string type, string header, string expected)
    {
        await using var cached = await CachedUpstream.StartAsync(Plain, http =>
        {
            (http.Response.StatusCode, http.Response.ContentType) = (status, type.Length > 0 ? type : null);
            Set(http.Response, header);
        });

        Assert.Equal([expected == "Hit" ? "Miss" : "Bypass", expected], await cached.StatusesAsync("/ai", "/ai"));
    }

    [Theory]
    [InlineData("*/*", "image/png", true)]
    [InlineData("text/*", "text/html", true)]
    [InlineData("*/json", "text/html", false)]
    [InlineData("application/json; charset=utf-8", "application/json;charset=UTF-8", true)]
    [InlineData("application/json; charset=utf-8", "application/json", false)]
    public async Task ContentType_MatchesByItsParts(string kept, string type, bool isKept)
    {
        await using var cached = await CachedUpstream.StartAsync($$"""{"strategy":"memory","content_type":["{{kept}}"]}""", http => http.Response.ContentType = type);

        Assert.Equal(isKept ? ["Miss", "Hit"] : ["Bypass", "Bypass"], await cached.StatusesAsync("/ai", "/ai"));
    }

    [Theory]
    [InlineData("Cache-Control: no-store", "", "Bypass")]
    [InlineData("Cache-Control: no-cache", "", "Bypass")]
    [InlineData("Authorization: Bearer x", "", "Bypass")]
    [InlineData("Cache-Control: only-if-cached", "", "Hit")]
    [InlineData("", "Cache-Control: private", "Bypass")]
    [InlineData("", "Cache-Control: no-store", "Bypass")]
    [InlineData("", "Cache-Control: no-cache", "Bypass")]
    [InlineData("", "Cache-Control: max-age=0", "Bypass")]
    [InlineData("", "Cache-Control: max-age=60, s-maxage=0", "Bypass")]
    [InlineData("", "Expires: 0", "Bypass")]
    [InlineData("", "Expires: Thu, 01 Jan 1970 00:00:00 GMT", "Bypass")]
    [InlineData("", "Cache-Control: max-age=60", "Hit")]
    [InlineData("Cache-Control: max-age=60, min-fresh=30", "Cache-Control: max-age=60", "Hit")]
    [InlineData("Cache-Control: min-fresh=90", "Cache-Control: max-age=60", "Refresh")]
    public async Task CacheControl_IsObeyed(string requestHeader, string responseHeader, string expected)
    {
        await using var cached = await CachedUpstream.StartAsync("""{"strategy":"memory","cache_control":true}""", http => Set(http.Response, responseHeader));
        await cached.StatusesAsync("/ai");
        var parts = requestHeader.Split(": ");

        Assert.Equal([expected], await cached.StatusesAsync(parts.Length == 2 ? Get(parts[0], parts[1]) : Get("X", "1")));
    }

    [Fact]
    public async Task CacheControl_OnlyIfCached_WithoutAnAnswer_Is504()
    {
        await using var cached = await CachedUpstream.StartAsync("""{"strategy":"memory","cache_control":true}""");

        using var answer = await cached.SendAsync(Get("Cache-Control", "only-if-cached"));

        Assert.Equal((HttpStatusCode.GatewayTimeout, ""), (answer.StatusCode, await TextAsync(answer)));
        Assert.Empty(cached.Upstream.Requests);
    }

    [Fact]
    public async Task Head_HasItsOwnAnswer_WithTheLengthOfTheBody()
    {
        await using var cached = await CachedUpstream.StartAsync(Plain, http => http.Response.ContentLength = 8);

        Assert.Equal(["Miss"], await cached.StatusesAsync("/ai"));
        for (var i = 0; i < 2; i++)
        {
            using var head = await cached.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/ai"));
            Assert.Equal((i == 0 ? "Miss" : "Hit", 8L), (Status(head), head.Content.Headers.ContentLength));
        }
    }

    [Fact]
    public async Task Post_IsKeptOnlyWhereConfigured_AndByItsBody()
    {
        await using (var plain = await CachedUpstream.StartAsync(Plain))
        {
            Assert.Equal(["Bypass", "Bypass"], await plain.StatusesAsync(Post("a"), Post("a")));
        }

        await using var cached = await CachedUpstream.StartAsync("""{"strategy":"memory","request_method":["POST"]}""");
        Assert.Equal(["Miss", "Hit", "Miss"], await cached.StatusesAsync(Post("a"), Post("a"), Post("b")));
        Assert.Equal(["a", "b"], cached.Upstream.Requests.Select(r => r.BodyText));
    }

    [Fact]
    public async Task Headers_CanBeLeftOut()
    {
        await using var cached = await CachedUpstream.StartAsync("""{"strategy":"memory","response_headers":{"age":false,"X-Cache-Status":false,"X-Cache-Key":false}}""");
        using var miss = await cached.GetAsync("/ai");
        using var hit = await cached.GetAsync("/ai");

        Assert.Equal("answer 1", await TextAsync(hit));
        Assert.DoesNotContain(hit.Headers, h => h.Key is "Age" or "X-Cache-Status" or "X-Cache-Key");
    }

    [Fact]
    public async Task ChangesOfOtherPlugins_ApplyOnceToWhatWasKept()
    {
        await using var cached = await CachedUpstream.StartAsync(
            [("proxy-cache", Plain), ("response-transformer", """{"append":{"headers":["X-One:b"],"json":["list:b"]}}""")],
            http =>
            {
                http.Response.ContentType = "application/json";
                http.Response.Headers["X-One"] = "a";
                return http.Response.WriteAsync("""{"list":["a"]}""");
            });

        foreach (var status in new[] { "Miss", "Hit", "Hit" })
        {
            using var answer = await cached.GetAsync("/ai");
            Assert.Equal((status, "a,b", """{"list":["a","b"]}"""), (Status(answer), Value(answer, "X-One"), await TextAsync(answer)));
        }
    }

    [Fact]
    public async Task Miss_DelaysNothing_AndIsKeptWhenItIsWhole()
    {
        var next = new TaskCompletionSource();
        await using var cached = await CachedUpstream.StartAsync([("proxy-cache", Plain)], async http =>
        {
            http.Response.ContentType = "text/plain";
            await http.Response.WriteAsync("first ");
            await http.Response.Body.FlushAsync();
            await next.Task;
            await http.Response.WriteAsync("second");
        });

        using var answer = await cached.Host.Client.GetAsync("/ai", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var stream = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var buffer = new byte[6];
        await stream.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken);
        Assert.Equal("first "u8.ToArray(), buffer);
        next.SetResult();
        using var reader = new StreamReader(stream);
        Assert.Equal("second", await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        await cached.Host.NextRecordAsync();

        using var hit = await cached.GetAsync("/ai");
        Assert.Equal(("Hit", "first second"), (Status(hit), await TextAsync(hit)));
    }

    [Fact]
    public async Task Answer_ThatBreaksOff_IsNotKept()
    {
        await using var upstream = new RawUpstream("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nhalf");
        await using var host = await GatewayHost.StartAsync(CachedUpstream.Config([("proxy-cache", Plain)], upstream.Port));

        for (var i = 1; i <= 2; i++)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => host.Client.GetStringAsync("/ai", TestContext.Current.CancellationToken));
            await host.NextRecordAsync();
            Assert.Equal(i, upstream.Connections);
        }
    }

    [Fact]
    public async Task Answer_LongerThanAllowed_PassesAndIsNotKept()
    {
        await using var cached = await CachedUpstream.StartAsync([("proxy-cache", Plain)], async http =>
        {
            http.Response.ContentType = "text/plain";
            await http.Response.WriteAsync(new string('x', 600));
            await http.Response.Body.FlushAsync();
            await http.Response.WriteAsync(new string('x', 600));
        }, ("Gateway:ProxyCache:MaxAnswerBytes", "1000"));

        Assert.Equal(["Miss", "Miss"], await cached.StatusesAsync("/ai", "/ai"));
        Assert.Equal(1200, (await cached.Host.Client.GetStringAsync("/ai", TestContext.Current.CancellationToken)).Length);
    }

    [Fact]
    public async Task ErrorOfTheGateway_IsNotKept()
    {
        await using var host = await GatewayHost.StartAsync(CachedUpstream.Config(
            [("proxy-cache", """{"strategy":"memory","response_code":[502,503,504],"content_type":["*/*","text/plain; charset=utf-8","application/json; charset=utf-8"]}""")],
            RawUpstream.FindClosedPort()));

        for (var i = 0; i < 2; i++)
        {
            using var answer = await host.Client.GetAsync("/ai", TestContext.Current.CancellationToken);
            Assert.Equal("Bypass", Status(answer));
        }
    }

    [Theory]
    [InlineData(Plain, "")]
    [InlineData("{}", "config.strategy: required field missing")]
    [InlineData("""{"strategy":"redis"}""", "config.strategy: expected one of: memory")]
    [InlineData("""{"strategy":"memory","response_code":[99]}""", "config.response_code.1: value should be between 100 and 900")]
    [InlineData("""{"strategy":"memory","response_code":[]}""", "config.response_code: length must be at least 1")]
    [InlineData("""{"strategy":"memory","cache_ttl":0}""", "config.cache_ttl: value must be greater than 0")]
    [InlineData("""{"strategy":"memory","request_method":["DELETE"]}""", "config.request_method.1: expected one of: GET, HEAD, PATCH, POST, PUT")]
    [InlineData("""{"strategy":"memory","content_type":["json"]}""", "config.content_type.1: invalid value: json")]
    public void Config_IsJudged(string config, string expected) => Assert.Equal(expected, PluginConfigs.Faults("proxy-cache", config));

    private static void Set(HttpResponse response, string header)
    {
        if (header.Split(": ", 2) is [var name, var value])
        {
            response.Headers[name] = value;
        }
    }

    private static HttpRequestMessage Get(string header, string value)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/ai");
        request.Headers.TryAddWithoutValidation(header, value);
        return request;
    }

    private static HttpRequestMessage Post(string body) => new(HttpMethod.Post, "/ai") { Content = new StringContent(body) };

    private static string Status(HttpResponseMessage answer) => Value(answer, "X-Cache-Status");

    private static string Value(HttpResponseMessage answer, string header) => string.Join(',', answer.Headers.GetValues(header));

    private static Task<string> TextAsync(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
