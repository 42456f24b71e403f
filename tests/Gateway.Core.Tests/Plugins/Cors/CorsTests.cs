using System.Net;
using Gateway.Core.Tests.Pipeline;
using Gateway.Testing;

namespace Gateway.Core.Tests.Plugins.Cors;

public sealed class CorsTests
{
    private const string Plugin = "cors";
    private const string App = "https://app.example";
    private const string Several = """{"origins":["https://app.example","https://b.example"]}""";

    [Fact]
    public async Task Preflight_IsAnsweredInsteadOfForwarded()
    {
        await using var host = await PluginHost.StartAsync((Plugin, "{}"));

        using var answer = await PreflightAsync(host, App, ("Access-Control-Request-Headers", "x-one, x-two"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("*", Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal("CONNECT,DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT,TRACE", Header(answer, "Access-Control-Allow-Methods"));
        Assert.Equal("x-one, x-two", Header(answer, "Access-Control-Allow-Headers"));
        Assert.Null(Header(answer, "Access-Control-Max-Age"));
        Assert.Null(Header(answer, "Access-Control-Allow-Credentials"));
        Assert.Null(Header(answer, "Access-Control-Allow-Private-Network"));
        Assert.Null(Header(answer, "Vary"));
        Assert.Equal(0, answer.Content.Headers.ContentLength);
        Assert.Empty(host.Forwarded);
    }

    [Fact]
    public async Task Preflight_EveryField_IsInTheAnswer()
    {
        await using var host = await PluginHost.StartAsync((Plugin, """
            {"origins":["https://app.example"],"methods":["GET","POST"],"headers":["X-A","X-B"],"exposed_headers":["X-C"],"max_age":3600,"credentials":true,"private_network":true}
            """));

        using var answer = await PreflightAsync(
            host, App, ("Access-Control-Request-Headers", "x-other"), ("Access-Control-Request-Private-Network", "true"));

        Assert.Equal(App, Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal("GET,POST", Header(answer, "Access-Control-Allow-Methods"));
        Assert.Equal("X-A,X-B", Header(answer, "Access-Control-Allow-Headers"));
        Assert.Equal("3600", Header(answer, "Access-Control-Max-Age"));
        Assert.Equal("true", Header(answer, "Access-Control-Allow-Credentials"));
        Assert.Equal("true", Header(answer, "Access-Control-Allow-Private-Network"));
        Assert.Equal("Origin", Header(answer, "Vary"));
    }

    [Fact]
    public async Task Preflight_NotAskedForThePrivateNetwork_DoesNotOpenIt()
    {
        await using var host = await PluginHost.StartAsync((Plugin, """{"private_network":true}"""));

        using var answer = await PreflightAsync(host, App);

        Assert.Null(Header(answer, "Access-Control-Allow-Private-Network"));
    }

    [Fact]
    public async Task Preflight_Continued_GoesToTheUpstreamAndIsLeftToIt()
    {
        await using var host = await PluginHost.StartAsync(
            GatewayHost.Config(Plugin, """{"preflight_continue":true,"origins":["https://other.example"]}"""),
            await FakeUpstream.StartAsync(204, "", ("Access-Control-Allow-Origin", "https://upstream.example")));

        using var answer = await PreflightAsync(host, App);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("https://upstream.example", Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal("OPTIONS", Assert.Single(host.Forwarded).Method);
    }

    [Theory]
    [InlineData(null, "POST")]
    [InlineData(App, null)]
    public async Task Options_ThatAreNoPreflight_AreForwarded(string? origin, string? asked)
    {
        await using var host = await PluginHost.StartAsync((Plugin, "{}"));

        using var answer = await SendAsync(host, HttpMethod.Options, origin, ("Access-Control-Request-Method", asked));

        Assert.Single(host.Forwarded);
        Assert.Equal("*", Header(answer, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Preflight_OfALaterRefusal_IsAnsweredFirst_AndTheRefusalCanBeRead()
    {
        await using var host = await PluginHost.StartAsync((Plugin, Several), ("key-auth", "{}"));

        using var preflight = await PreflightAsync(host, App);
        using var answer = await SendAsync(host, HttpMethod.Get, App);

        Assert.Equal(HttpStatusCode.OK, preflight.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(App, Header(answer, "Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("{}", App, "*", null, null)]
    [InlineData("{}", null, "*", null, null)]
    [InlineData("""{"origins":["*"]}""", App, "*", null, null)]
    [InlineData("""{"allow_origin_absent":false}""", App, "*", null, null)]
    [InlineData("""{"allow_origin_absent":false}""", null, "https://upstream.example", null, "Accept")]
    [InlineData("""{"credentials":true}""", App, App, "true", "Accept,Origin")]
    [InlineData("""{"credentials":true}""", null, "*", null, null)]
    [InlineData("""{"origins":["https://app.example"]}""", App, App, null, "Accept,Origin")]
    [InlineData("""{"origins":["https://app.example"]}""", "https://evil.example", App, null, "Accept,Origin")]
    [InlineData("""{"origins":["https://app.example"],"credentials":true}""", App, App, "true", "Accept,Origin")]
    [InlineData(Several, App, App, null, "Accept,Origin")]
    [InlineData(Several, "https://evil.example", null, null, "Accept,Origin")]
    [InlineData(Several, null, null, null, "Accept,Origin")]
    [InlineData("""{"origins":["https://.*[.]example"],"credentials":true}""", App, App, "true", "Accept,Origin")]
    [InlineData("""{"origins":["https://.*[.]example"],"credentials":true}""", "https://evil.test", null, null, "Accept,Origin")]
    public async Task Answer_OfTheUpstream_SaysWhoMayReadIt(string config, string? origin, string? allowed, string? credentials, string? vary)
    {
        await using var host = await PluginHost.StartAsync(
            GatewayHost.Config(Plugin, config),
            await FakeUpstream.StartAsync(200, "ok", ("Access-Control-Allow-Origin", "https://upstream.example"), ("Vary", "Accept")));

        using var answer = await SendAsync(host, HttpMethod.Get, origin);

        Assert.Equal(allowed, Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal(credentials, Header(answer, "Access-Control-Allow-Credentials"));
        Assert.Equal(vary ?? "Accept", Header(answer, "Vary"));
        Assert.Null(Header(answer, "Access-Control-Expose-Headers"));
        Assert.Single(host.Forwarded);
    }

    [Fact]
    public async Task Answer_ExposedHeaders_ReplaceTheUpstreams()
    {
        await using var host = await PluginHost.StartAsync(
            GatewayHost.Config(Plugin, """{"exposed_headers":["X-A","X-B"]}"""),
            await FakeUpstream.StartAsync(200, "ok", ("Access-Control-Expose-Headers", "X-Upstream")));

        using var answer = await SendAsync(host, HttpMethod.Get, App);

        Assert.Equal("X-A,X-B", Header(answer, "Access-Control-Expose-Headers"));
    }

    [Theory]
    [InlineData("""{"origins":["(["]}""", "config.origins.1: '([' is not a valid regex")]
    [InlineData("""{"origins":["https://(?=a).*"]}""", "config.origins.1: 'https://(?=a).*' is not a valid regex")]
    [InlineData("""{"methods":["get"]}""", "config.methods.1: expected one of: CONNECT, DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT, TRACE")]
    [InlineData("""{"origins":["*","https://a.example:8080","^https?://(a|b)[.]example$"]}""", "")]
    public void Config_IsChecked(string config, string faults) => Assert.Equal(faults, PluginConfigs.Faults(Plugin, config));

    private static Task<HttpResponseMessage> PreflightAsync(PluginHost host, string origin, params (string Name, string? Value)[] headers) =>
        SendAsync(host, HttpMethod.Options, origin, [("Access-Control-Request-Method", "POST"), .. headers]);

    private static async Task<HttpResponseMessage> SendAsync(
        PluginHost host, HttpMethod method, string? origin, params (string Name, string? Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, "/ai");
        foreach (var (name, value) in headers.Prepend(("Origin", origin)))
        {
            if (value is not null)
            {
                request.Headers.Add(name, value);
            }
        }

        return await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;
}
