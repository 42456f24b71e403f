namespace Gateway.Core.Tests.Plugins.RequestTransformer;

public sealed class QueryRuleTests
{
    [Theory]
    [InlineData("""{"remove":{"querystring":["a"]}}""", "?a=1&b=2", "?b=2")]
    [InlineData("""{"remove":{"querystring":["a"]}}""", "?a=1", "")]
    [InlineData("""{"remove":{"querystring":["a b"]}}""", "?a%20b=1&a+b=2&x", "?x")]
    [InlineData("""{"rename":{"querystring":["a:c"]}}""", "?a=1&b=2", "?c=1&b=2")]
    [InlineData("""{"rename":{"querystring":["a:c"]}}""", "?a=1&a=2&c=3", "?c=1&c=2")]
    [InlineData("""{"rename":{"querystring":["a:a"]}}""", "?a=1", "?a=1")]
    [InlineData("""{"replace":{"querystring":["a:9","x:9"]}}""", "?a=1&a=2", "?a=9")]
    [InlineData("""{"add":{"querystring":["a:9","x:y:z"]}}""", "?a=1", "?a=1&x=y%3Az")]
    [InlineData("""{"append":{"querystring":["a:9"]}}""", "?a=1", "?a=1&a=9")]
    [InlineData("""{"append":{"querystring":["a:1","a:2"]}}""", "", "?a=1&a=2")]
    [InlineData("""{"remove":{"querystring":["a"]},"rename":{"querystring":["b:a"]},"replace":{"querystring":["a:3"]},"add":{"querystring":["a:4"]},"append":{"querystring":["a:5"]}}""", "?a=1&b=2", "?a=3&a=5")]
    public async Task Operation_GivesTheUpstreamQuery(string config, string query, string expected)
    {
        var context = Transforming.Context(query);

        await Transforming.ApplyAsync(context, config);

        Assert.Equal(expected, context.UpstreamQuery);
    }

    /// <summary>Signatures and upstreams that read a query in their own way depend on its exact text.</summary>
    [Theory]
    [InlineData("""{"remove":{"querystring":["x"]}}""", "?flag&x=1&a=%7e&b=x+y&c=%c3%a9&&=;z[]=1&d=", "?flag&a=%7e&b=x+y&c=%c3%a9&&=;z[]=1&d=")]
    [InlineData("""{"add":{"querystring":["x:1"]}}""", "?flag&a=%7e", "?flag&a=%7e&x=1")]
    [InlineData("""{"rename":{"querystring":["a:c","flag:on"]}}""", "?flag&a=%7e", "?on&c=%7e")]
    [InlineData("""{"replace":{"querystring":["b:2"]}}""", "?a=%7E&b=1&c", "?a=%7E&b=2&c")]
    [InlineData("""{"remove":{"querystring":["a"]}}""", "?A=1", "?A=1")]
    [InlineData("""{"remove":{"querystring":["a"]}}""", "?", "?")]
    public async Task Pair_ThatNoRuleTouches_StaysAsItWas(string config, string query, string expected)
    {
        var context = Transforming.Context(query);

        await Transforming.ApplyAsync(context, config);

        Assert.Equal(expected, context.UpstreamQuery);
    }

    [Theory]
    [InlineData("$(headers.x_team)", "", "blue")]
    [InlineData("$(headers[\"X-Team\"])", "", "blue")]
    [InlineData("$(headers.none or 'nobody')", "", "nobody")]
    [InlineData("$(query_params.a)-$(uri_captures[1])", "?a=1", "1-cap")]
    [InlineData("$(query_params['x-y'])", "?x-y=~+%7e", "~%20~")]
    [InlineData("x$(query_params.A)", "?a=1", "x")]
    [InlineData("$(query_params.a)", "?a=1&a=2", "1")]
    public async Task Template_ReadsTheRequest(string template, string query, string expected)
    {
        var context = Transforming.Context(query);

        await Transforming.ApplyAsync(context, $$$"""{"add":{"querystring":["from:{{{template.Replace("\"", "\\\"", StringComparison.Ordinal)}}}"]}}""");

        Assert.EndsWith($"from={expected}", context.UpstreamQuery, StringComparison.Ordinal);
    }

    /// <summary>What a form brings into the query is not of the request's query either.</summary>
    [Theory]
    [InlineData("""{"replace":{"querystring":["a:new"]},"add":{"querystring":["was:$(query_params.a)"]}}""", "?a=new&was=old")]
    [InlineData("""{"rename":{"querystring":["a:b"]},"add":{"querystring":["was:$(query_params.a)"]}}""", "?b=old&was=old")]
    [InlineData("""{"http_method":"GET","add":{"querystring":["was:$(query_params.f)"]}}""", "?a=old&f=1&was=")]
    public async Task Template_AfterOtherRules_ReadsTheQueryAsItArrived(string config, string expected)
    {
        var context = Transforming.Context("?a=old", "f=1", Transforming.Form);

        await Transforming.ApplyAsync(context, config);

        Assert.Equal(expected, context.UpstreamQuery);
    }

    [Fact]
    public async Task UriAndMethod_AreReplaced()
    {
        var context = Transforming.Context("?a=1");

        await Transforming.ApplyAsync(context, """{"http_method":"PUT","replace":{"uri":"/to/$(uri_captures[1])"}}""");

        Assert.Equal(("/to/cap", "?a=1", "PUT"), (context.UpstreamPath, context.UpstreamQuery, context.UpstreamMethod));
    }
}
