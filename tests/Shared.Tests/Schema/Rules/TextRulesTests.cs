using Gateway.Shared.Schema;

namespace Gateway.Shared.Tests.Schema.Rules;

public sealed class TextRulesTests
{
    [Theory]
    [InlineData("codex-route_1.v2~x", true)]
    [InlineData("größe", true)]
    [InlineData("日本", true)]
    [InlineData("a b", false)]
    [InlineData("a/b", false)]
    [InlineData("a:b", false)]
    [InlineData("a\n", false)]
    public void Name(string text, bool isFine) => Assert.Equal(
        isFine ? null : $"invalid value '{text}': the only accepted ascii characters are alphanumerics or ., -, _, and ~", new NameRule().Check(text));

    [Theory]
    [InlineData("team:a b", true)]
    [InlineData("größe", true)]
    [InlineData("🚀", true)]
    [InlineData("a,b", false)]
    [InlineData("a/b", false)]
    [InlineData("a\tb", false)]
    [InlineData("a\u0085b", false)]
    public void Tag(string text, bool isFine) => Assert.Equal(isFine, new TagRule().Check(text) is null);

    /// <summary>Half of a character that needs two halves.</summary>
    [Fact]
    public void Tag_BrokenText_IsRefused() => Assert.NotNull(new TagRule().Check("a\ud83d"));

    [Theory]
    [InlineData("GET", true)]
    [InlineData("PURGE", true)]
    [InlineData("get", false)]
    [InlineData("M-SEARCH", false)]
    [InlineData("GET\n", false)]
    public void HttpMethod(string text, bool isFine) => Assert.Equal(isFine ? null : $"invalid value: {text}", new HttpMethodRule().Check(text));

    [Theory]
    [InlineData("X-Api-Key", true)]
    [InlineData("x_1!#$%&'*+.^`|~", true)]
    [InlineData("x y", false)]
    [InlineData("x:", false)]
    [InlineData("ä", false)]
    [InlineData("", false)]
    public void HeaderAndCookieNames_AreTokens(string text, bool isFine)
    {
        Assert.Equal(isFine, new HeaderNameRule().Check(text) is null);
        Assert.Equal(isFine, new CookieNameRule().Check(text) is null);
    }

    [Theory]
    [InlineData("my-env", null)]
    [InlineData("a1", null)]
    [InlineData("a", "invalid value: a")]
    [InlineData("1a", "invalid value: 1a")]
    [InlineData("my-", "invalid value: my-")]
    [InlineData("My", "invalid value: My")]
    [InlineData("env", "must not be one of: aws, azure, conjur, env, file, gcp, hcv")]
    public void VaultPrefix(string text, string? fault) => Assert.Equal(fault, new VaultPrefixRule().Check(text));

    [Theory]
    [InlineData("APP_", true)]
    [InlineData("-a1", true)]
    [InlineData("1", false)]
    [InlineData("A B", false)]
    public void EnvPrefix(string text, bool isFine) => Assert.Equal(isFine, new EnvPrefixRule().Check(text) is null);
}
