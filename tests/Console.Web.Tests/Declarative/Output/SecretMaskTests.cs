using ConsoleWeb.Declarative.Output;

namespace ConsoleWeb.Tests.Declarative.Output;

public sealed class SecretMaskTests
{
    private static readonly Dictionary<string, string> Variables = new()
    {
        ["DECK_KEY"] = "sk-1",
        ["DECK_LONG"] = "sk-1-2",
        ["DECK_QUOTED"] = "a\"b",
        ["DECK_EMPTY"] = "",
        ["OTHER"] = "plain",
    };

    [Theory]
    [InlineData("Bearer sk-1", "Bearer [masked]")]
    [InlineData("Bearer sk-1-2", "Bearer [masked]")]
    [InlineData("xsk-1 sk-12", "xsk-1 sk-12")]
    [InlineData("sk-1,sk-1", "[masked],[masked]")]
    [InlineData("\"a\\\"b\"", "\"[masked]\"")]
    [InlineData("plain", "plain")]
    public void Apply_WholeWords_AreMasked(string text, string expected)
        => Assert.Equal(expected, new SecretMask(Variables, isOn: true).Apply(text));

    [Fact]
    public void Apply_SwitchedOff_LeavesText()
        => Assert.Equal("sk-1", new SecretMask(Variables, isOn: false).Apply("sk-1"));
}
