using System.Globalization;
using System.Net;

namespace Gateway.Core.Tests.Plugins.CorrelationId;

public sealed class CorrelationIdTests
{
    private const string Plugin = "correlation-id";
    private const string Header = "Kong-Request-ID";

    [Fact]
    public async Task Request_UuidAndCounter_CountsFromOneBehindOneUuid()
    {
        await using var host = await PluginHost.StartAsync((Plugin, "{}"));

        var first = await ForwardedIdAsync(host);
        var second = await ForwardedIdAsync(host);

        Assert.EndsWith("#1", first, StringComparison.Ordinal);
        Assert.EndsWith("#2", second, StringComparison.Ordinal);
        Assert.Equal(first[..^2], second[..^2]);
        Assert.True(Guid.TryParseExact(first[..^2], "D", out _), first);
    }

    [Fact]
    public async Task Request_Uuid_GetsOneOfItsOwn()
    {
        await using var host = await PluginHost.StartAsync((Plugin, """{"generator":"uuid"}"""));

        var ids = new[] { await ForwardedIdAsync(host), await ForwardedIdAsync(host) };

        Assert.All(ids, id => Assert.True(Guid.TryParseExact(id, "D", out _), id));
        Assert.NotEqual(ids[0], ids[1]);
    }

    [Fact]
    public async Task Request_Tracker_TellsWhereItCameInAndWhen()
    {
        await using var host = await PluginHost.StartAsync((Plugin, """{"generator":"tracker"}"""));
        var before = DateTimeOffset.UtcNow;

        var first = (await ForwardedIdAsync(host)).Split('-');
        var second = (await ForwardedIdAsync(host)).Split('-');

        var port = host.Gateway.Address.Port.ToString(CultureInfo.InvariantCulture);
        var process = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(["127.0.0.1", port, process, "1", "1"], first[..5]);
        Assert.Equal(["127.0.0.1", port, process, "1", "2"], second[..5]);
        Assert.Matches("^[0-9]+\\.[0-9]{3}$", first[5]);
        Assert.InRange(double.Parse(first[5], CultureInfo.InvariantCulture), before.ToUnixTimeSeconds(), before.ToUnixTimeSeconds() + 60);
    }

    [Theory]
    [InlineData("mine", "mine")]
    [InlineData("", "#1")]
    public async Task Request_WithAnId_KeepsItUnlessItIsEmpty(string sent, string expectedEnd)
    {
        await using var host = await PluginHost.StartAsync((Plugin, """{"header_name":"X-Trace","echo_downstream":true}"""));

        using var request = new HttpRequestMessage(HttpMethod.Get, "/ai");
        request.Headers.Add("x-trace", sent);
        using var answer = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        var forwarded = host.Forwarded[0].Headers["X-Trace"];
        Assert.EndsWith(expectedEnd, forwarded, StringComparison.Ordinal);
        Assert.Equal(forwarded, Assert.Single(answer.Headers.GetValues("X-Trace")));
        Assert.Equal(forwarded, (await host.Gateway.NextRecordAsync()).CorrelationId);
    }

    [Fact]
    public async Task Answer_WithoutEcho_HasNoId()
    {
        await using var host = await PluginHost.StartAsync((Plugin, "{}"));

        using var answer = await host.Client.GetAsync("/ai", TestContext.Current.CancellationToken);

        Assert.False(answer.Headers.Contains(Header));
    }

    [Theory]
    [InlineData("/ai", HttpStatusCode.ServiceUnavailable)]
    [InlineData("/nowhere", HttpStatusCode.NotFound)]
    public async Task Answer_OfTheGatewayItself_EchoesTheId(string uri, HttpStatusCode status)
    {
        await using var host = await PluginHost.StartAsync((Plugin, """{"echo_downstream":true}"""), ("request-termination", "{}"));

        using var answer = await host.Client.GetAsync(uri, TestContext.Current.CancellationToken);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal((await host.Gateway.NextRecordAsync()).CorrelationId, Assert.Single(answer.Headers.GetValues(Header)));
    }

    [Theory]
    [InlineData("""{"header_name":"a b"}""", "config.header_name: bad header name 'a b'")]
    [InlineData("""{"generator":"random"}""", "config.generator: expected one of: tracker, uuid, uuid#counter")]
    [InlineData("""{"header_name":null,"generator":"tracker"}""", "")]
    public void Config_IsChecked(string config, string fault) =>
        Assert.StartsWith(fault, PluginConfigs.Faults(Plugin, config), StringComparison.Ordinal);

    private static async Task<string> ForwardedIdAsync(PluginHost host)
    {
        using var answer = await host.Client.GetAsync("/ai", TestContext.Current.CancellationToken);
        return host.Forwarded[^1].Headers[Header];
    }
}
