namespace Gateway.Core.Tests.Plugins.RequestTransformer;

public sealed class HeaderRuleTests
{
    [Fact]
    public async Task EveryOperation_ChangesTheRequest()
    {
        var context = Transforming.Context("");
        var headers = context.Http.Request.Headers;
        headers["X-Old"] = "old";
        headers["X-Gone"] = "gone";

        await Transforming.ApplyAsync(context, """
            {"remove":{"headers":["x-gone"]},"rename":{"headers":["X-Old:X-New"]},"replace":{"headers":["X-Team:red","X-None:1"]},
             "add":{"headers":["X-Team:never","X-Added:a:b"]},"append":{"headers":["X-Added:c"]}}
            """);

        Assert.False(headers.ContainsKey("X-Gone"));
        Assert.False(headers.ContainsKey("X-Old"));
        Assert.False(headers.ContainsKey("X-None"));
        Assert.Equal("old", headers["X-New"]);
        Assert.Equal("red", headers["X-Team"]);
        Assert.Equal(["a:b", "c"], headers["X-Added"].ToArray());
    }

    [Fact]
    public async Task Rename_OfTheCaseOnly_IsHonoured()
    {
        var context = Transforming.Context("");

        await Transforming.ApplyAsync(context, """{"rename":{"headers":["X-Team:x-TEAM"]}}""");

        Assert.Equal("x-TEAM", Assert.Single(context.Http.Request.Headers.Keys, k => k.Equals("X-Team", StringComparison.OrdinalIgnoreCase)));
        Assert.Equal("blue", context.Http.Request.Headers["X-Team"]);
    }

    [Theory]
    [InlineData("""{"replace":{"headers":["host:other.example"]}}""", "other.example")]
    [InlineData("""{"replace":{"headers":["Host:$(headers.x_team).example"]}}""", "blue.example")]
    [InlineData("""{"remove":{"headers":["Host"]}}""", null)]
    [InlineData("""{"rename":{"headers":["Host:X-Host"]}}""", null)]
    [InlineData("""{"rename":{"headers":["X-Team:Host"]}}""", null)]
    [InlineData("""{"add":{"headers":["Host:other.example"]}}""", null)]
    [InlineData("""{"append":{"headers":["Host:other.example"]}}""", null)]
    public async Task Host_OnlyByReplace_GetsAnotherValue(string config, string? expected)
    {
        var context = Transforming.Context("");
        context.Http.Request.Headers.Host = "shop.example";

        await Transforming.ApplyAsync(context, config);

        Assert.Equal(expected, context.UpstreamHost);
        Assert.Equal(["shop.example"], context.Http.Request.Headers.Host.ToArray());
        Assert.Equal("blue", context.Http.Request.Headers["X-Team"]);
        Assert.False(context.Http.Request.Headers.ContainsKey("X-Host"));
    }

    [Theory]
    [InlineData("""{"remove":{"headers":["X-Team"]},"add":{"headers":["X-Was:$(headers.x_team)"]}}""")]
    [InlineData("""{"rename":{"headers":["X-Team:X-Group"]},"add":{"headers":["X-Was:$(headers.x_team)"]}}""")]
    [InlineData("""{"replace":{"headers":["X-Team:red"]},"add":{"headers":["X-Was:$(headers['X-Team'])"]}}""")]
    [InlineData("""{"rename":{"headers":["X-Team:X-Was"]},"replace":{"headers":["X-Was:$(headers.x_team)"]}}""")]
    public async Task Template_AfterOtherRules_ReadsTheHeaderAsItArrived(string config)
    {
        var context = Transforming.Context("");

        await Transforming.ApplyAsync(context, config);

        Assert.Equal("blue", context.Http.Request.Headers["X-Was"]);
    }

    [Fact]
    public async Task Template_InBodyAndQuery_ReadsTheHeaderAsItArrived()
    {
        var context = Transforming.Context("", "{}", "application/json");

        await Transforming.ApplyAsync(context, """
            {"replace":{"headers":["X-Team:red"]},"add":{"body":["was:$(headers.x_team)"],"querystring":["was:$(headers.x_team)"]}}
            """);

        Assert.Equal("""{"was":"blue"}""", await Transforming.BodyAsync(context));
        Assert.Equal("?was=blue", context.UpstreamQuery);
        Assert.Equal("red", context.Http.Request.Headers["X-Team"]);
    }

    [Fact]
    public async Task Template_OfAHeaderWithSeveralValues_ReadsTheFirst()
    {
        var context = Transforming.Context("");
        context.Http.Request.Headers["X-Team"] = new(["one", "two"]);

        await Transforming.ApplyAsync(context, """{"add":{"headers":["X-First:$(headers.x_team)"]}}""");

        Assert.Equal("one", context.Http.Request.Headers["X-First"]);
    }
}
