using System.Text.Json.Nodes;

namespace Gateway.Core.Tests.Plugins.RequestTransformer;

public sealed class RequestTransformerConfigTests
{
    [Theory]
    [InlineData("""{"add":{"body":["x:"]}}""", "key 'x' has no value")]
    [InlineData("""{"append":{"querystring":["x"]}}""", "key 'x' has no value")]
    [InlineData("""{"replace":{"querystring":["x:"]}}""", "key 'x' has no value")]
    [InlineData("""{"rename":{"body":["x:"]}}""", "key 'x' has no value")]
    [InlineData("""{"rename":{"headers":["X-Old"]}}""", "key 'X-Old' has no value")]
    [InlineData("""{"rename":{"headers":["X-Old:a b"]}}""", "'a b' is not a valid header")]
    [InlineData("""{"add":{"headers":["a b:1"]}}""", "'a b' is not a valid header")]
    [InlineData("""{"remove":{"headers":["a\u0000"]}}""", "is not a valid header")]
    [InlineData("""{"http_method":"get"}""", "http_method")]
    [InlineData("""{"replace":{"uri":"$((function() return 1 end)())"}}""", "value '$((function() return 1 end)())' is not in supported format")]
    [InlineData("""{"add":{"headers":["X:$(os.exit())"]}}""", "is not in supported format")]
    [InlineData("""{"add":{"body":["x:$(headers.a"]}}""", "is not in supported format")]
    [InlineData("""{"add":{"body":["x:$(headers.a or)"]}}""", "is not in supported format")]
    [InlineData("""{"add":{"body":["x:$(headers.a order)"]}}""", "is not in supported format")]
    public void Config_OutOfTheRules_IsRefusedInWords(string config, string expected) =>
        Assert.Contains(expected, PluginConfigs.Faults("request-transformer", config), StringComparison.Ordinal);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"http_method":"PATCH","replace":{"uri":"/to/$(uri_captures.name)"}}""")]
    [InlineData("""{"remove":{"headers":["X-A"],"body":["a"],"querystring":["a"]},"rename":{"headers":["X-A:x-b"],"body":["a:b:c"]}}""")]
    [InlineData("""{"add":{"headers":["X-A:","X-B:a:b"],"body":["x:1"],"querystring":["x:$(shared[\"a\"].b)"]}}""")]
    public void Config_WithinTheRules_IsAccepted(string config) => Assert.Equal("", PluginConfigs.Faults("request-transformer", config));

    /// <summary>What is accepted can be rendered: the two readers of templates agree.</summary>
    [Theory]
    [InlineData("$(headers.x_team)", "blue")]
    [InlineData("$(headers[ 'X-Team' ])", "blue")]
    [InlineData("a$(headers.x-team)b$(uri_captures[1])c", "abluebcapc")]
    [InlineData("$(headers.none)x", "x")]
    [InlineData("$(headers.none or query_params.none or \"de\\\"fault\")", "de\"fault")]
    [InlineData("$(headers.x_team..'-'..uri_captures['1'])", "blue-cap")]
    [InlineData("$(headers.none or'a'..'b')", "ab")]
    [InlineData("$(nil or 1..2.5)", "12.5")]
    [InlineData("$(1.2.3)x", "1.2.3x")]
    [InlineData("$(true)$(false)", "true")]
    [InlineData("$(headers)x", "x")]
    [InlineData("$(shared.a.b)x", "x")]
    [InlineData("$ (headers.x) $", "$ (headers.x) $")]
    public async Task Template_ThatIsAccepted_IsRendered(string template, string expected)
    {
        var config = new JsonObject
        {
            ["add"] = new JsonObject { ["headers"] = new JsonArray($"X-Made:{template}") },
        }.ToJsonString();
        var context = Transforming.Context("");

        var faults = PluginConfigs.Faults("request-transformer", config);
        await Transforming.ApplyAsync(context, config);

        Assert.Empty(faults);
        Assert.Equal(expected, context.Http.Request.Headers["X-Made"]);
    }
}
