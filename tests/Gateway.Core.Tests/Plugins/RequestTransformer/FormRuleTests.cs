using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Plugins.RequestTransformer;

public sealed class FormRuleTests
{
    [Theory]
    [InlineData("""{"remove":{"body":["a"]},"rename":{"body":["b:c"]},"append":{"body":["c:3"]}}""", "a=1&b=2", "c=2&c=3")]
    [InlineData("""{"add":{"body":["x:1 2"]}}""", "", "x=1%202")]
    [InlineData("""{"replace":{"body":["a:2"]}}""", "", "")]
    [InlineData("""{"add":{"body":["x:1"]}}""", "flag&a=%7e&b=x+y", "flag&a=%7e&b=x+y&x=1")]
    [InlineData("""{"remove":{"body":["a"]}}""", "a=1&b=\u00ff", "b=\u00ff")]
    public async Task Operation_GivesTheUpstreamBody(string config, string body, string expected)
    {
        var context = Transforming.Context("", Encoding.Latin1.GetBytes(body), Transforming.Form);

        await Transforming.ApplyAsync(context, config);

        Assert.Equal(expected, await Transforming.BodyAsync(context));
    }

    [Theory]
    [InlineData("GET", "?q=1&a=1&b=x+y&c=%23%C3%A9%0D%0A%20")]
    [InlineData("HEAD", "?q=1&a=1&b=x+y&c=%23%C3%A9%0D%0A%20")]
    [InlineData("TRACE", "?q=1&a=1&b=x+y&c=%23%C3%A9%0D%0A%20")]
    [InlineData("PUT", "?q=1")]
    public async Task Method_ThatHasNoBody_TakesThePairsToTheQuery(string method, string expected)
    {
        var context = Transforming.Context("?q=1", "a=1&b=x+y&c=#é\r\n ", Transforming.Form);

        await Transforming.ApplyAsync(context, $$"""{"http_method":"{{method}}"}""");

        Assert.Equal((method, expected), (context.UpstreamMethod, context.UpstreamQuery));
    }

    [Fact]
    public async Task Method_ThatHasNoBody_LeavesJsonAlone()
    {
        var context = Transforming.Context("?q=1", """{"a":1}""", "application/json");

        await Transforming.ApplyAsync(context, """{"http_method":"GET"}""");

        Assert.Equal("?q=1", context.UpstreamQuery);
    }

    [Fact]
    public async Task CompressedBody_IsChangedAndGoesUpPlain()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress))
        {
            gzip.Write("a=1&b=2"u8);
        }

        var context = Transforming.Context("", packed.ToArray(), Transforming.Form);
        context.Http.Request.Headers.ContentEncoding = "gzip";

        var refusal = await Transforming.ApplyAsync(context, """{"remove":{"body":["a"]}}""");

        Assert.Null(refusal);
        Assert.Equal("b=2", await Transforming.BodyAsync(context));
        Assert.False(context.Http.Request.Headers.ContainsKey("Content-Encoding"));
    }

    [Fact]
    public async Task BodyOfAnUnknownCoding_IsRefused()
    {
        var context = Transforming.Context("", "a=1", Transforming.Form);
        context.Http.Request.Headers.ContentEncoding = "zstd";

        var refusal = await Transforming.ApplyAsync(context, """{"remove":{"body":["a"]}}""");

        Assert.Equal(StatusCodes.Status415UnsupportedMediaType, refusal?.Status);
    }

    [Fact]
    public async Task Body_OfFarTooManyPairs_IsRefused()
    {
        var context = Transforming.Context("", new string('&', 100_001), Transforming.Form);

        var thrown = await Assert.ThrowsAsync<BadHttpRequestException>(async () => await Transforming.ApplyAsync(context, """{"remove":{"body":["a"]}}"""));

        Assert.Equal(StatusCodes.Status413PayloadTooLarge, thrown.StatusCode);
    }
}
