using Gateway.Shared.Routing;

namespace Gateway.Shared.Tests.Routing;

public sealed class RequestPathTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("", "/")]
    [InlineData("?a=b", "/")]
    [InlineData("/a/b", "/a/b")]
    [InlineData("/a/b/", "/a/b/")]
    [InlineData("/a?b=/../c", "/a")]
    [InlineData("/%41%7E%2E%2D", "/A~.-")]
    [InlineData("/a%20b", "/a b")]
    [InlineData("/a%2fb%3a", "/a%2Fb%3A")]
    [InlineData("/%21%2a%27%28%29%3b%3a%40%26%3d%2b%24%2c%2f%3f%25%23%5b%5d", "/%21%2A%27%28%29%3B%3A%40%26%3D%2B%24%2C%2F%3F%25%23%5B%5D")]
    [InlineData("/caf%C3%A9", "/café")]
    [InlineData("/café", "/café")]
    [InlineData("/%FF/%41", "/%FF/A")]
    [InlineData("/%c0%ae%c0%ae/a", "/%C0%AE%C0%AE/a")]
    [InlineData("/a%00b", "/a%00b")]
    [InlineData("/100%", "/100%")]
    [InlineData("/%zz", "/%zz")]
    [InlineData("/a/./b", "/a/b")]
    [InlineData("/a/../b", "/b")]
    [InlineData("/a/b/..", "/a/")]
    [InlineData("/a/.", "/a/")]
    [InlineData("/..", "/")]
    [InlineData("/../../a", "/a")]
    [InlineData("/a/%2e%2E/b", "/b")]
    [InlineData("/a/%2e/b", "/a/b")]
    [InlineData("/a/..%2fb", "/a/..%2Fb")]
    [InlineData("/a/.../b", "/a/.../b")]
    [InlineData("//a///b//", "/a/b/")]
    [InlineData("/a//../b", "/b")]
    [InlineData("///", "/")]
    [InlineData("http://example.com/a/../b?c", "/b")]
    [InlineData("http://example.com", "/")]
    public void Normalise_IsTheOneFormThatAllPartsSee(string target, string path) => Assert.Equal(path, RequestPath.Normalise(target));

    /// <summary>What is in normal form stays; the router refuses the few targets that are not yet after one round.</summary>
    [Theory]
    [InlineData("/a%2fb")]
    [InlineData("/%2541")]
    [InlineData("/caf%C3%A9")]
    [InlineData("/%FF")]
    [InlineData("//a/../b//")]
    [InlineData("/a/..%2f..%2fb")]
    [InlineData("/100%")]
    public void Normalise_Twice_IsTheSameAsOnce(string target)
    {
        var once = RequestPath.Normalise(target);

        Assert.Equal(once, RequestPath.Normalise(once));
    }

    [Theory]
    [InlineData("/a?b", "/a")]
    [InlineData("/a//b", "/a//b")]
    [InlineData("https://example.com:1/a?b", "/a")]
    [InlineData("https://example.com?b", "/")]
    [InlineData("/a://b", "/a://b")]
    [InlineData("*", "*")]
    public void PathOf_CutsQueryAndAuthority(string target, string path) => Assert.Equal(path, RequestPath.PathOf(target).ToString());

    [Theory]
    [InlineData("/a/b-c_d.e~f", "/a/b-c_d.e~f")]
    [InlineData("/a%2Fb", "/a%2Fb")]
    [InlineData("/a b", "/a%20b")]
    [InlineData("/café", "/caf%C3%A9")]
    [InlineData("/🚀", "/%F0%9F%9A%80")]
    [InlineData("/a?b#c", "/a%3Fb%23c")]
    [InlineData("/\"<>\\^`{|}", "/%22%3C%3E%5C%5E%60%7B%7C%7D")]
    [InlineData("/a\r\nb\u007f", "/a%0D%0Ab%7F")]
    public void Escape_LeavesNothingThatARequestLineCannotHold(string path, string escaped) => Assert.Equal(escaped, RequestPath.Escape(path));

    [Theory]
    [InlineData("/a b/ü")]
    [InlineData("/{id}")]
    [InlineData("/x%2Fy")]
    public void Escape_IsUndoneByNormalise(string path) => Assert.Equal(path, RequestPath.Normalise(RequestPath.Escape(path)));
}
