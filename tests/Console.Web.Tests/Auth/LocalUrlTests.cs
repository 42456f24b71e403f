using ConsoleWeb.Auth;

namespace ConsoleWeb.Tests.Auth;

public class LocalUrlTests
{
    [Theory]
    [InlineData("/logs?model=gpt-4o", "/logs?model=gpt-4o")]
    [InlineData("/", "/")]
    [InlineData(null, "/")]
    [InlineData("", "/")]
    [InlineData("logs", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    public void LocalUrl_AnyAddress_StaysHere(string? given, string result) => Assert.Equal(result, SignInService.LocalUrl(given));
}
