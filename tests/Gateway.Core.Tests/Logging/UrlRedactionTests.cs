using Gateway.Core.Logging;

namespace Gateway.Core.Tests.Logging;

public sealed class UrlRedactionTests
{
    [Theory]
    [InlineData("/v1/x", "/v1/x")]
    [InlineData("/v1/x?a=1&b=2", "/v1/x?a=1&b=2")]
    [InlineData("/v1/x?key=abc", "/v1/x?key=REDACTED")]
    [InlineData("/v1/x?a=1&API_KEY=abc&b=2", "/v1/x?a=1&API_KEY=REDACTED&b=2")]
    [InlineData("/v1/x?%6Bey=abc&sig=s=s&x", "/v1/x?%6Bey=REDACTED&sig=REDACTED&x")]
    [InlineData("/v1/x?key=&access_token", "/v1/x?key=&access_token")]
    [InlineData("/v1/x?key=abc#key=1", "/v1/x?key=REDACTED#key=REDACTED")]
    [InlineData("https://user:pass@host/p?token=t", "https://REDACTED@host/p?token=REDACTED")]
    [InlineData("/v1/x?u=https://a@b", "/v1/x?u=https://a@b")]
    [InlineData("", "")]
    public void Redact_Query_HidesKeysOnly(string url, string expected) =>
        Assert.Equal(expected, UrlRedaction.Redact(url, SensitiveNames.Default));

    [Fact]
    public void Redact_NothingToHide_ReturnsTheSameString()
    {
        var url = "/v1/x?model=gpt";

        Assert.Same(url, UrlRedaction.Redact(url, SensitiveNames.Default));
    }
}
