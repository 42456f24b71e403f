using ConsoleWeb.Cli;
using ConsoleWeb.Cli.Wire;

namespace ConsoleWeb.Tests.Cli.Wire;

public sealed class ConnectionSettingsTests
{
    [Theory]
    [InlineData("http://localhost:8001", null, null, false, false)]
    [InlineData("http://localhost:8001", "kpat_x", null, false, true)]
    [InlineData("http://localhost:8001", null, "http://k", false, true)]
    [InlineData("http://localhost:9001", "kpat_x", "http://k", false, false)]
    [InlineData("http://localhost:9001", null, null, true, true)]
    public void IsKonnect_AsDeckDecides(string kong, string? token, string? konnect, bool fileNamesKonnect, bool expected)
        => Assert.Equal(
            expected,
            new ConnectionSettings { KongAddress = kong, KonnectToken = token, KonnectAddress = konnect }.IsKonnect(fileNamesKonnect));

    [Theory]
    [InlineData("Authorization:Bearer x", new[] { "Authorization:Bearer x" })]
    [InlineData("a:1, b:2", new[] { "a:1", "b:2" })]
    [InlineData("a:1,2,b:3", new[] { "a:1,2", "b:3" })]
    [InlineData("", new string[0])]
    public void SplitHeaders_CommaList_KeepsValues(string text, string[] expected)
        => Assert.Equal(expected, ConnectionOptions.SplitHeaders(text));
}
