using ConsoleWeb.Components.Controls;

namespace ConsoleWeb.Tests.Components.Controls;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("plain\nlines\tand tabs", "plain\nlines\tand tabs")]
    [InlineData("<script>alert(1)</script>", "<script>alert(1)</script>")]
    [InlineData("\u001b[31mred\u001b[0m", "␛[31mred␛[0m")]
    [InlineData("a\0b\u007fc", "a␀b␡c")]
    [InlineData("invoice\u202egnp.exe", "invoice⟨U+202E⟩gnp.exe")]
    [InlineData("\u2066x\u2069", "⟨U+2066⟩x⟨U+2069⟩")]
    public void Show_MarksThatAct_AreShownInstead(string? text, string expected) => Assert.Equal(expected, VisibleText.Show(text));

    [Fact]
    public void Show_LongerThanAPage_IsCutAndSaysSo()
    {
        var shown = VisibleText.Show(new string('x', 1_000_000), 1000);

        Assert.StartsWith(new string('x', 1000) + "\n", shown, StringComparison.Ordinal);
        Assert.EndsWith("the first 1,000 of 1,000,000 characters are shown", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Show_CutInsideASurrogatePair_LeavesNoHalf()
    {
        var shown = VisibleText.Show("ab😀cd", 3);

        Assert.StartsWith("ab\n", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(shown, char.IsSurrogate);
    }
}
