using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Plugins.RequestTransformer;

public sealed class MultipartRuleTests
{
    private const string Type = "multipart/form-data; boundary=\"b 1\"";

    private const string Body =
        "preamble\r\n--b 1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n"
        + "--b 1  \r\nContent-Type: image/png\r\ncontent-disposition: form-data; name=\"file\"; filename=\"x;y.png\"\r\n\r\n\u00ff\r\n--b\r\n\r\n--b 1--\r\nepilogue";

    private const string File = "--b 1\r\nContent-Type: image/png\r\ncontent-disposition: form-data; name=\"file\"; filename=\"x;y.png\"\r\n\r\n\u00ff\r\n--b\r\n\r\n";

    private const string End = "--b 1--\r\n";

    [Theory]
    [InlineData("""{"remove":{"body":["a"]}}""", File + End)]
    [InlineData("""{"remove":{"body":["a","file"]}}""", End)]
    [InlineData("""{"replace":{"body":["a:\u00e9","x:1"]}}""", "--b 1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\u00c3\u00a9\r\n" + File + End)]
    [InlineData("""{"remove":{"body":["a"]},"add":{"body":["file:1","c\"d:2"]}}""", File + "--b 1\r\nContent-Disposition: form-data; name=\"c%22d\"\r\n\r\n2\r\n" + End)]
    [InlineData("""{"remove":{"body":["a"]},"rename":{"body":["file:f"]}}""", "--b 1\r\nContent-Type: image/png\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x;y.png\"\r\n\r\n\u00ff\r\n--b\r\n\r\n" + End)]
    [InlineData("""{"remove":{"body":["c"]},"rename":{"body":["a:c"]}}""", File + End)]
    public async Task Operation_GivesTheUpstreamBody(string config, string expected)
    {
        var context = Transforming.Context("", System.Text.Encoding.Latin1.GetBytes(Body), Type);

        await Transforming.ApplyAsync(context, config);

        Assert.Equal(expected, await Transforming.BodyAsync(context));
        Assert.Equal(expected.Length, context.Http.Request.ContentLength);
    }

    [Fact]
    public async Task Add_WithoutABody_MakesOne()
    {
        var context = Transforming.Context("", "", Type);

        await Transforming.ApplyAsync(context, """{"add":{"body":["a:1"]}}""");

        Assert.Equal("--b 1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b 1--\r\n", await Transforming.BodyAsync(context));
    }

    [Theory]
    [InlineData(Body, Type, """{"append":{"body":["a:2"]}}""")]
    [InlineData(Body, Type, """{"remove":{"body":["A","b"]}}""")]
    [InlineData(Body, "multipart/form-data", """{"remove":{"body":["a"]}}""")]
    [InlineData(Body, "multipart/form-data; boundary=other", """{"remove":{"body":["a"]}}""")]
    [InlineData("--b 1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none", Type, """{"remove":{"body":["a"]}}""")]
    [InlineData("--b 1x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--b 1--", Type, """{"remove":{"body":["a"]}}""")]
    [InlineData("", Type, """{"remove":{"body":["a"]},"append":{"body":["a:2"]}}""")]
    [InlineData("--b 1\r\n\r\nnameless\r\n--b 1--", Type, """{"remove":{"body":["a"]}}""")]
    public async Task Body_ThatRulesDoNotFit_PassesAsItIs(string body, string contentType, string config)
    {
        var context = Transforming.Context("", System.Text.Encoding.Latin1.GetBytes(body), contentType);

        await Transforming.ApplyAsync(context, config);

        Assert.False(context.Body.IsReplaced);
        Assert.Equal(body, await Transforming.BodyAsync(context));
    }

    /// <summary>Lines may end in a bare line feed, which many readers take; a rule must see such parts too.</summary>
    [Fact]
    public async Task Remove_WithBareLineFeeds_FindsThePart()
    {
        var context = Transforming.Context("", "--b 1\nContent-Disposition: form-data; name=a\n\none\n--b 1\n\ntwo\n--b 1--", Type);

        await Transforming.ApplyAsync(context, """{"remove":{"body":["a"]}}""");

        Assert.Equal("--b 1\r\n\ntwo\r\n--b 1--\r\n", await Transforming.BodyAsync(context));
    }

    [Fact]
    public async Task Template_WhoseValueHoldsTheBoundary_IsRefused()
    {
        var context = Transforming.Context("?x=1%0D%0A--b+1%0D%0A", Body, Type);

        var thrown = await Assert.ThrowsAsync<BadHttpRequestException>(
            async () => await Transforming.ApplyAsync(context, """{"add":{"body":["x:$(query_params.x)"]}}"""));

        Assert.Equal(StatusCodes.Status400BadRequest, thrown.StatusCode);
    }
}
