using Gateway.Core.Plugins.Cors;

namespace Gateway.Core.Tests.Plugins.Cors;

public sealed class OriginRulesTests
{
    [Theory]
    [InlineData("https://app.example", "https://app.example", true)]
    [InlineData("https://app.example", "https://APP.example", true)]
    [InlineData("https://app.example", "http://app.example", false)]
    [InlineData("https://app.example", "https://app.example:8443", false)]
    [InlineData("https://app.example", "https://app.example:443", true)]
    [InlineData("https://app.example:443", "https://app.example", true)]
    [InlineData("http://app.example", "http://app.example:80", true)]
    [InlineData("https://app.example", "https://app.example.evil.example", false)]
    [InlineData("https://app.example", "null", false)]
    [InlineData("app.example", "https://app.example", true)]
    [InlineData("app.example", "http://app.example:8080", true)]
    [InlineData("app.example", "https://x.app.example", false)]
    [InlineData("https?://(www\\.)?app\\.example(:[0-9]+)?", "http://app.example", true)]
    [InlineData("https?://(www\\.)?app\\.example(:[0-9]+)?", "https://www.app.example:8443", true)]
    [InlineData("https?://(www\\.)?app\\.example(:[0-9]+)?", "https://app.example.evil.example", false)]
    [InlineData("https://.*\\.app\\.example", "xhttps://a.app.example", false)]
    [InlineData("https://a\\.example|https://b\\.example", "https://b.example", true)]
    [InlineData("https://a\\.example|https://b\\.example", "https://b.example.evil.example", false)]
    [InlineData(".*[.]app[.]example", "https://x.app.example:8443", true)]
    [InlineData(".*[.]app[.]example", "https://app.example", false)]
    public void Allows_OneOfSeveral_ComparesTheWholeOriginOrTheHost(string entry, string origin, bool expected)
    {
        var rules = new OriginRules([entry, "https://other.example"]);

        Assert.Equal(expected, rules.Allows(origin));
    }

    [Fact]
    public void Allows_NothingNamedOrEverything_AllowsAll()
    {
        Assert.All([new OriginRules(null), new OriginRules([]), new OriginRules(["*"])], rules =>
        {
            Assert.True(rules.AllowsAll);
            Assert.True(rules.Allows("https://any.example"));
        });
        Assert.True(new OriginRules(["https://app.example", "*"]).Allows("https://any.example"));
    }

    [Fact]
    public void Allows_AnEndlessOrigin_IsRefused() =>
        Assert.False(new OriginRules([".*", "https://app.example"]).Allows("https://" + new string('a', 1000)));
}
