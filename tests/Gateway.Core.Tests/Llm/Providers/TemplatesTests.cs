using Gateway.Core.Llm.Providers;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Llm.Providers;

public sealed class TemplatesTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("$(headers.x-model)", "gpt-4o")]
    [InlineData("$(headers.x-model)/$(query_params.tier)", "gpt-4o/fast")]
    [InlineData("a-$(uri_captures.name)-b", "a-captured-b")]
    [InlineData("$(open", "$(open")]
    public void Resolve_Known_IsFilled(string raw, string expected)
    {
        Assert.Equal(expected, Resolve(raw, out var error));
        Assert.Null(error);
    }

    [Theory]
    [InlineData("$(headers)", "cannot parse expression for field '$(headers)'")]
    [InlineData("$(headers.a.b)", "cannot parse expression for field '$(headers.a.b)'")]
    [InlineData("$(body.model)", "source 'body' is not supported")]
    [InlineData("$(headers.absent)", "headers key absent was not provided")]
    [InlineData("$(query_params.absent)", "query_params key absent was not provided")]
    [InlineData("$(uri_captures.absent)", "uri_captures key absent was not provided")]
    public void Resolve_Wrong_SaysWhy(string raw, string expected)
    {
        Resolve(raw, out var error);

        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData("gpt-4o", true)]
    [InlineData("ft:gpt-4o:org", true)]
    [InlineData("a/b", false)]
    [InlineData("a..b", false)]
    [InlineData("a?b", false)]
    [InlineData("a#b", false)]
    [InlineData("a%2fb", false)]
    [InlineData("a\nb", false)]
    [InlineData("", false)]
    public void IsSafeSegment_Value_IsJudged(string value, bool expected) => Assert.Equal(expected, Templates.IsSafeSegment(value));

    private static string Resolve(string raw, out string? error)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers["x-model"] = "gpt-4o";
        http.Request.QueryString = new QueryString("?tier=fast");
        return Templates.Resolve(raw, http.Request, new Dictionary<string, string> { ["name"] = "captured" }, out error);
    }
}
