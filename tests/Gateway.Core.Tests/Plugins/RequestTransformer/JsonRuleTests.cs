using System.Text;

namespace Gateway.Core.Tests.Plugins.RequestTransformer;

public sealed class JsonRuleTests
{
    private const string Json = "application/json";

    [Theory]
    [InlineData("""{"remove":{"body":["a"]}}""", """{"a":1,"b":2}""", """{"b":2}""")]
    [InlineData("""{"remove":{"body":["a"]}}""", """{"\u0061":1}""", "{}")]
    [InlineData("""{"rename":{"body":["a:c"]}}""", """{"a":1}""", """{"c":1}""")]
    [InlineData("""{"rename":{"body":["a:c"]}}""", """{"a":1,"c":2,"d":3}""", """{"c":1,"d":3}""")]
    [InlineData("""{"replace":{"body":["a:2","x:2"]}}""", """{"a":1}""", """{"a":"2"}""")]
    [InlineData("""{"add":{"body":["a:2","x:2"]}}""", """{"a":1}""", """{"a":1,"x":"2"}""")]
    [InlineData("""{"add":{"body":["x:2"]}}""", "{ }", """{"x":"2"}""")]
    [InlineData("""{"add":{"body":["x:2"]}}""", "", """{"x":"2"}""")]
    [InlineData("""{"append":{"body":["x:2"]}}""", "", """{"x":["2"]}""")]
    [InlineData("""{"append":{"body":["a:2"]}}""", """{"a":1}""", """{"a":[1,"2"]}""")]
    [InlineData("""{"append":{"body":["a:2"]}}""", """{"a" : [ 1 ]}""", """{"a":[1,"2"]}""")]
    [InlineData("""{"append":{"body":["a:2"]}}""", """{"a":[ ]}""", """{"a":["2"]}""")]
    [InlineData("""{"append":{"body":["a:2"]}}""", """{"a":null}""", """{"a":["2"]}""")]
    [InlineData("""{"append":{"body":["a:2","a:3"]}}""", """{"a":{"b":1}}""", """{"a":[{"b":1},"2","3"]}""")]
    [InlineData("""{"add":{"body":["x:\"\\<"]}}""", "", """{"x":"\"\\<"}""")]
    public async Task Operation_GivesTheUpstreamBody(string config, string body, string expected)
    {
        var context = Transforming.Context("", body, Json);

        await Transforming.ApplyAsync(context, config);

        Assert.Equal(expected, await Transforming.BodyAsync(context));
        Assert.Equal(expected.Length, context.Http.Request.ContentLength);
    }

    /// <summary>Numbers beyond the range of a double, spelling of escapes and blanks are the client's.</summary>
    [Theory]
    [InlineData("""{"a":1,"n":[1.50e+2,12345678901234567890123]}""", """{"n":[1.50e+2,12345678901234567890123]}""")]
    [InlineData("""{"a":1,"s":"\u00e9\/é"}""", """{"s":"\u00e9\/é"}""")]
    [InlineData("""{"a":1,"half":"\ud83d"}""", """{"half":"\ud83d"}""")]
    [InlineData("""{"\ud83d":1,"a":1}""", """{"\ud83d":1}""")]
    [InlineData("""{ "a" : 1 , "o" : { "x" : [ ] } }""", """{"o" : { "x" : [ ] }}""")]
    public async Task Member_ThatNoRuleTouches_KeepsItsText(string body, string expected)
    {
        var context = Transforming.Context("", body, Json);

        await Transforming.ApplyAsync(context, """{"remove":{"body":["a"]}}""");

        Assert.Equal(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(expected)), await Transforming.BodyAsync(context));
    }

    /// <summary>A reader takes either, so a rule means both.</summary>
    [Theory]
    [InlineData("""{"remove":{"body":["a"]}}""", """{"b":3}""")]
    [InlineData("""{"replace":{"body":["a:x"]}}""", """{"a":"x","b":3}""")]
    [InlineData("""{"append":{"body":["a:x"]}}""", """{"a":1,"b":3,"a":[2,"x"]}""")]
    public async Task Member_ThatStandsTwice_IsMeantTwice(string config, string expected)
    {
        var context = Transforming.Context("", """{"a":1,"b":3,"a":2}""", Json);

        await Transforming.ApplyAsync(context, config);

        Assert.Equal(expected, await Transforming.BodyAsync(context));
    }

    [Fact]
    public async Task DeepBody_IsChanged()
    {
        var deep = new string('[', 500) + new string(']', 500);
        var context = Transforming.Context("", $$"""{"a":1,"d":{{deep}}}""", Json);

        await Transforming.ApplyAsync(context, """{"remove":{"body":["a"]}}""");

        Assert.Equal($$"""{"d":{{deep}}}""", await Transforming.BodyAsync(context));
    }

    [Theory]
    [InlineData("{ not json", Json)]
    [InlineData("""{"a":1} x""", Json)]
    [InlineData("""{"a":1""", Json)]
    [InlineData("""["a"]""", Json)]
    [InlineData("\"a\"", Json)]
    [InlineData(" ", Json)]
    [InlineData("""{"b":1}""", Json)]
    [InlineData("""{"a":1}""", "text/plain")]
    [InlineData("""{"a":1}""", null)]
    [InlineData("", Json)]
    public async Task Body_ThatRulesDoNotFit_PassesAsItIs(string body, string? contentType)
    {
        var context = Transforming.Context("", body, contentType);

        await Transforming.ApplyAsync(context, """{"remove":{"body":["a"]},"rename":{"body":["a:c"]},"replace":{"body":["a:1"]}}""");

        Assert.False(context.Body.IsReplaced);
        Assert.Equal(body, await Transforming.BodyAsync(context));
    }
}
