using System.Collections.Frozen;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Configuration;
using Gateway.Core.Pipeline;
using Gateway.Core.Plugins;
using Gateway.Core.Plugins.RequestTransformer;
using Gateway.Core.Routing;
using Gateway.Core.Upstreams.Pools;
using Gateway.Shared.Contracts;
using Gateway.Shared.Logging;
using Gateway.Shared.Schema;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Plugins.RequestTransformer;

public sealed class TransformPlanTests
{
    [Theory]
    [InlineData("""{"remove":{"querystring":["a"]}}""", "?a=1&b=2", "?b=2")]
    [InlineData("""{"rename":{"querystring":["a:c"]}}""", "?a=1&b=2", "?c=1&b=2")]
    [InlineData("""{"replace":{"querystring":["a:9","x:9"]}}""", "?a=1&a=2", "?a=9")]
    [InlineData("""{"add":{"querystring":["a:9","x:y:z"]}}""", "?a=1", "?a=1&x=y%3Az")]
    [InlineData("""{"append":{"querystring":["a:9"]}}""", "?a=1", "?a=1&a=9")]
    [InlineData("""{"add":{"querystring":["from:$(headers.x_team)"]}}""", "", "?from=blue")]
    [InlineData("""{"add":{"querystring":["from:$(headers.none or 'nobody')"]}}""", "", "?from=nobody")]
    [InlineData("""{"add":{"querystring":["from:$(query_params.a)-$(uri_captures[1])"]}}""", "?a=1", "?a=1&from=1-cap")]
    public async Task Query_Rule_GivesTheUpstreamQuery(string config, string query, string expected)
    {
        var context = Context(query);

        await Plan(config).ApplyAsync(context);

        Assert.Equal(expected, context.UpstreamQuery);
    }

    [Theory]
    [InlineData("""{"remove":{"body":["a"]}}""", """{"a":1,"b":2}""", """{"b":2}""")]
    [InlineData("""{"rename":{"body":["a:c"]}}""", """{"a":1}""", """{"c":1}""")]
    [InlineData("""{"replace":{"body":["a:2","x:2"]}}""", """{"a":1}""", """{"a":"2"}""")]
    [InlineData("""{"add":{"body":["a:2","x:2"]}}""", """{"a":1}""", """{"a":1,"x":"2"}""")]
    [InlineData("""{"append":{"body":["a:2"]}}""", """{"a":1}""", """{"a":[1,"2"]}""")]
    [InlineData("""{"add":{"body":["x:2"]}}""", "", """{"x":"2"}""")]
    [InlineData("""{"remove":{"body":["a"]}}""", "{ not json", "{ not json")]
    public async Task JsonBody_Rule_GivesTheUpstreamBody(string config, string body, string expected)
    {
        var context = Context("", body, "application/json");

        await Plan(config).ApplyAsync(context);

        var result = await context.Body.ReadAsync(0, CancellationToken.None);
        Assert.Equal(expected, Encoding.UTF8.GetString(result.Span));
    }

    [Fact]
    public async Task FormBody_Rules_ApplyInOrder()
    {
        var context = Context("", "a=1&b=2", "application/x-www-form-urlencoded");

        await Plan("""{"remove":{"body":["a"]},"rename":{"body":["b:c"]},"append":{"body":["c:3"]}}""").ApplyAsync(context);

        Assert.Equal("c=2&c=3", Encoding.UTF8.GetString((await context.Body.ReadAsync(0, CancellationToken.None)).Span));
    }

    [Fact]
    public async Task Headers_EveryOperation_ChangesTheRequest()
    {
        var context = Context("");
        context.Http.Request.Headers["X-Old"] = "old";
        context.Http.Request.Headers["X-Gone"] = "gone";

        await Plan("""{"remove":{"headers":["x-gone"]},"rename":{"headers":["X-Old:X-New"]},"replace":{"headers":["X-Team:red","Host:other.example"]},"add":{"headers":["X-Team:never","X-Added:a:b"]},"append":{"headers":["X-Added:c"]}}""").ApplyAsync(context);

        var headers = context.Http.Request.Headers;
        Assert.False(headers.ContainsKey("X-Gone"));
        Assert.False(headers.ContainsKey("X-Old"));
        Assert.Equal("old", headers["X-New"]);
        Assert.Equal("red", headers["X-Team"]);
        Assert.Equal(["a:b", "c"], headers["X-Added"].ToArray());
        Assert.Equal("other.example", context.UpstreamHost);
    }

    [Fact]
    public async Task UriAndMethod_AreReplaced()
    {
        var context = Context("?a=1");

        await Plan("""{"http_method":"PUT","replace":{"uri":"/to/$(uri_captures[1])"}}""").ApplyAsync(context);

        Assert.Equal(("/to/cap", "?a=1", "PUT"), (context.UpstreamPath, context.UpstreamQuery, context.UpstreamMethod));
    }

    private static TransformPlan Plan(string config) =>
        new(SchemaJson.Deserialise<RequestTransformerConfig>(JsonNode.Parse(config)!.AsObject()));

    private static GatewayContext Context(string query, string body = "", string? contentType = null)
    {
        var http = new DefaultHttpContext();
        http.Request.Method = "POST";
        http.Request.QueryString = new QueryString(query);
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        http.Request.ContentType = contentType;
        http.Request.Headers["X-Team"] = "blue";
        var snapshot = new GatewaySnapshot
        {
            Config = GatewayConfig.Empty,
            Consumers = new ConsumerDirectory(GatewayConfig.Empty),
            Upstreams = new UpstreamPools(GatewayConfig.Empty, null, TimeProvider.System),
            Router = new GatewayRouter([], FrozenDictionary<Guid, ServiceConfig>.Empty),
            Plugins = new PluginPlan([]),
            PluginInstances = [],
        };
        return new GatewayContext(http, snapshot, new RequestRecord { RequestId = "00", StartedAtMs = 1, StartTimestamp = 1 }, TimeProvider.System)
        {
            UpstreamQuery = query,
            UriCaptures = new Dictionary<string, string> { ["1"] = "cap" },
        };
    }
}
