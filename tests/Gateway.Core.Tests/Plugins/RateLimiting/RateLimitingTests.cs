using System.Net;
using System.Text.Json.Nodes;
using Gateway.Core.Tests.Pipeline;
using Gateway.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Core.Tests.Plugins.RateLimiting;

public sealed class RateLimitingTests
{
    private const string Plugin = "rate-limiting";

    /// <summary>A quarter past one and ten and a half seconds.</summary>
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2024, 5, 5, 13, 15, 10, 500, TimeSpan.Zero));

    [Fact]
    public async Task Request_WithinTheLimit_PassesAndLearnsWhatIsLeft()
    {
        await using var host = await StartAsync("""{"minute":3}""");

        using var first = await GetAsync(host);
        using var second = await GetAsync(host);

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal(("3", "2"), (Header(first, "X-RateLimit-Limit-Minute"), Header(first, "X-RateLimit-Remaining-Minute")));
        Assert.Equal(("3", "1"), (Header(second, "X-RateLimit-Limit-Minute"), Header(second, "X-RateLimit-Remaining-Minute")));
        Assert.Equal(("3", "1", "50"), (Header(second, "RateLimit-Limit"), Header(second, "RateLimit-Remaining"), Header(second, "RateLimit-Reset")));
        Assert.Null(Header(second, "Retry-After"));
        Assert.Null(Header(second, "X-RateLimit-Limit-Second"));
    }

    [Fact]
    public async Task Request_OverTheLimit_IsRefusedUntilTheWindowEnds()
    {
        await using var host = await StartAsync("""{"minute":1}""");
        using var first = await GetAsync(host);

        using var refused = await GetAsync(host);
        _time.Advance(TimeSpan.FromSeconds(49.4));
        using var refusedStill = await GetAsync(host);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        using var next = await GetAsync(host);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(("1", "0"), (Header(refused, "X-RateLimit-Limit-Minute"), Header(refused, "X-RateLimit-Remaining-Minute")));
        Assert.Equal(("50", "50"), (Header(refused, "RateLimit-Reset"), Header(refused, "Retry-After")));
        Assert.Equal("1", Header(refusedStill, "Retry-After"));
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        Assert.Equal(2, host.Forwarded.Count);
        var error = JsonNode.Parse(await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal("API rate limit exceeded", (string?)error["message"]);
        Assert.Equal(Header(refused, "X-Kong-Request-Id"), (string?)error["request_id"]);
        await host.Gateway.NextRecordAsync();
        Assert.Equal("rate_limited", (await host.Gateway.NextRecordAsync()).OutcomeDetail);
    }

    [Fact]
    public async Task Request_Refused_IsNotCounted()
    {
        await using var host = await StartAsync("""{"second":1,"minute":2}""");
        foreach (var expected in new[] { 200, 429, 429, 429 })
        {
            using var answer = await GetAsync(host);
            Assert.Equal(expected, (int)answer.StatusCode);
            Assert.Equal("1", Header(answer, "X-RateLimit-Remaining-Minute"));
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        using var next = await GetAsync(host);

        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        Assert.Equal("0", Header(next, "X-RateLimit-Remaining-Minute"));
    }

    [Theory]
    [InlineData("""{"second":5,"minute":5}""", "5", "4", "50")]
    [InlineData("""{"second":3,"minute":5}""", "3", "2", "1")]
    [InlineData("""{"second":3,"hour":100,"day":1000}""", "3", "2", "1")]
    [InlineData("""{"hour":2}""", "2", "1", "2690")]
    [InlineData("""{"day":2}""", "2", "1", "38690")]
    [InlineData("""{"month":2}""", "2", "1", "2285090")]
    [InlineData("""{"year":2}""", "2", "1", "20774690")]
    public async Task Headers_Tightest_IsTheWindowWithTheFewestLeft_ThenTheLonger(string config, string limit, string remaining, string reset)
    {
        await using var host = await StartAsync(config);

        using var answer = await GetAsync(host);

        Assert.Equal((limit, remaining, reset), (Header(answer, "RateLimit-Limit"), Header(answer, "RateLimit-Remaining"), Header(answer, "RateLimit-Reset")));
    }

    [Fact]
    public async Task Headers_EveryPeriod_HasItsOwn()
    {
        await using var host = await StartAsync("""{"second":1,"minute":2,"hour":3,"day":4,"month":5,"year":6}""");

        using var answer = await GetAsync(host);

        Assert.Equal(
            ["Second 1 0", "Minute 2 1", "Hour 3 2", "Day 4 3", "Month 5 4", "Year 6 5"],
            new[] { "Second", "Minute", "Hour", "Day", "Month", "Year" }
                .Select(p => $"{p} {Header(answer, "X-RateLimit-Limit-" + p)} {Header(answer, "X-RateLimit-Remaining-" + p)}"));
    }

    [Fact]
    public async Task Headers_Hidden_AreAbsentFromEveryAnswer()
    {
        await using var host = await StartAsync("""{"minute":1,"hide_client_headers":true}""");

        using var passed = await GetAsync(host);
        using var refused = await GetAsync(host);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.All([passed, refused], answer =>
            Assert.DoesNotContain(answer.Headers, h => h.Key.Contains("RateLimit", StringComparison.OrdinalIgnoreCase) || h.Key == "Retry-After"));
    }

    [Theory]
    [InlineData(403, HttpStatusCode.Forbidden)]
    [InlineData(7, HttpStatusCode.TooManyRequests)]
    public async Task Refusal_CodeAndText_AreThoseOfTheConfig(int code, HttpStatusCode expected)
    {
        await using var host = await StartAsync($$"""{"minute":1,"error_code":{{code}},"error_message":"Enough"}""");
        using var passed = await GetAsync(host);

        using var refused = await GetAsync(host);

        Assert.Equal(expected, refused.StatusCode);
        Assert.Contains("\"message\":\"Enough\"", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counters_SurviveANewConfiguration_AlsoOneWithAnotherLimit()
    {
        var config = GatewayHost.Config(Plugin, """{"minute":2}""");
        await using var host = await PluginHost.StartAsync(config, await FakeUpstream.StartAsync(), _time);
        using var first = await GetAsync(host);

        host.Apply(config with { Version = 2, Plugins = [config.Plugins[0] with { Config = JsonNode.Parse("""{"minute":3}""")!.AsObject() }] });
        using var second = await GetAsync(host);
        host.Apply(config with { Version = 3 });
        using var third = await GetAsync(host);

        Assert.Equal("1", Header(second, "X-RateLimit-Remaining-Minute"));
        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
    }

    [Fact]
    public async Task Policy_ClusterWithoutRedis_CountsInThisProcess()
    {
        await using var host = await StartAsync("""{"minute":1,"policy":"cluster"}""");
        using var first = await GetAsync(host);

        using var second = await GetAsync(host);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.TooManyRequests), (first.StatusCode, second.StatusCode));
    }

    [Theory]
    [InlineData("{}", "config: at least one of these fields must be non-empty: 'second', 'minute', 'hour', 'day', 'month', 'year'")]
    [InlineData("""{"minute":0}""", "config.minute: value must be greater than 0")]
    [InlineData("""{"second":10,"minute":5}""", "config: The limit for minute(5.0) cannot be lower than the limit for second(10.0)")]
    [InlineData("""{"second":10,"hour":20,"year":15}""", "config: The limit for year(15.0) cannot be lower than the limit for hour(20.0)")]
    [InlineData("""{"second":10,"hour":10,"year":10.5}""", "")]
    [InlineData("""{"minute":1,"limit_by":"header"}""", "config.header_name: required field missing")]
    [InlineData("""{"minute":1,"limit_by":"path"}""", "config.path: required field missing")]
    [InlineData("""{"minute":1,"policy":"redis"}""", "config.redis.host: required field missing")]
    [InlineData("""{"minute":1,"policy":"cluster","limit_by":"path","path":"/a"}""", "")]
    [InlineData("""{"minute":1,"error_code":0}""", "config.error_code: value must be greater than 0")]
    public void Config_IsChecked(string config, string fault) =>
        Assert.Equal(fault, PluginConfigs.Faults(Plugin, config).Split('\n').FirstOrDefault(f => !f.Contains("failed conditional", StringComparison.Ordinal), ""));

    private async Task<PluginHost> StartAsync(string config) =>
        await PluginHost.StartAsync(GatewayHost.Config(Plugin, config), await FakeUpstream.StartAsync(), _time);

    private static Task<HttpResponseMessage> GetAsync(PluginHost host) => host.Client.GetAsync("/ai", TestContext.Current.CancellationToken);

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;
}
