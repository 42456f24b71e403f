using ConsoleWeb.Components.Controls;

namespace ConsoleWeb.Tests.Components.Controls;

public sealed class SizeTextTests
{
    [Theory]
    [InlineData("10 GB", 10_737_418_240)]
    [InlineData("1.5gib", 1_610_612_736)]
    [InlineData("512 KB", 524_288)]
    [InlineData("10.0\u202fGiB", 10_737_418_240)]
    [InlineData("2t", 2_199_023_255_552)]
    [InlineData("131072", 131_072)]
    [InlineData("0", 0)]
    public void TryParse_Size_IsBytes(string text, long bytes)
    {
        Assert.True(SizeText.TryParse(text, out var parsed));
        Assert.Equal(bytes, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GB")]
    [InlineData("-1 GB")]
    [InlineData("10 PB")]
    [InlineData("1,5 GB")]
    [InlineData("ten")]
    [InlineData("9999999999999 TB")]
    public void TryParse_Else_IsNone(string text) => Assert.False(SizeText.TryParse(text, out _));

    [Theory]
    [InlineData(16_777_216)]
    [InlineData(1_610_612_736)]
    public void Of_ReadBack_IsTheSame(long bytes)
    {
        Assert.True(SizeText.TryParse(SizeText.Of(bytes), out var parsed));
        Assert.Equal(bytes, parsed);
    }
}
