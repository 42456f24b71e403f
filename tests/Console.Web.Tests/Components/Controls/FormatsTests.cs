using ConsoleWeb.Components.Controls;

namespace ConsoleWeb.Tests.Components.Controls;

public sealed class FormatsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 9, 41, 44, 17, TimeSpan.Zero);

    [Theory]
    [InlineData(0, "0")]
    [InlineData(742, "742")]
    [InlineData(1_186, "1.2k")]
    [InlineData(58_368, "58.4k")]
    [InlineData(99_960, "100k")]
    [InlineData(123_400, "123k")]
    [InlineData(999_700, "1.0M")]
    [InlineData(1_234_567, "1.2M")]
    public void Tokens_ShortForm(long tokens, string expected) => Assert.Equal(expected, Formats.Tokens(tokens));

    [Theory]
    [InlineData(null, "–")]
    [InlineData(0.2, "<1 ms")]
    [InlineData(811.6, "812 ms")]
    [InlineData(999.6, "1.0 s")]
    [InlineData(6_790.0, "6.8 s")]
    [InlineData(59_960.0, "1 m 00 s")]
    [InlineData(125_000.0, "2 m 05 s")]
    public void Duration_OneUnitPerRange(double? ms, string expected) =>
        Assert.Equal(expected.Replace(' ', '\u202f'), Formats.Duration(ms));

    [Theory]
    [InlineData("0", "$0")]
    [InlineData("0.00004", "<$0.0001")]
    [InlineData("0.0123", "$0.0123")]
    [InlineData("12.345", "$12.35")]
    [InlineData("1234.5", "$1,234.50")]
    public void Money_FourDecimalsBelowOne(string amount, string expected) =>
        Assert.Equal(expected, Formats.Money(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData(0, 10, "0.0 %")]
    [InlineData(1, 100_000, "<0.1 %")]
    [InlineData(925, 1000, "92.5 %")]
    [InlineData(5, 0, "0.0 %")]
    public void Share_OfTheWhole(double part, double whole, string expected) =>
        Assert.Equal(expected.Replace(' ', '\u202f'), Formats.Share(part, whole));

    [Fact]
    public void Times_AreInTheZoneOfThePerson()
    {
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

        Assert.Equal("10:41:44.017", Formats.TimeOfDay(Noon, berlin));
        Assert.Equal("23 Nov 10:41:44.017", Formats.Moment(Noon, berlin));
        Assert.Equal("2026-11-23T10:41:44.017+01:00", Formats.Iso(Noon, berlin));
    }

    [Theory]
    [InlineData(20, "just now")]
    [InlineData(70, "1 minute ago")]
    [InlineData(4 * 60, "4 minutes ago")]
    [InlineData(3 * 3600, "3 hours ago")]
    [InlineData(3 * 86_400, "20 Nov 2026")]
    public void Relative_ForLastUse(int secondsAgo, string expected) =>
        Assert.Equal(expected, Formats.Relative(Noon.AddSeconds(-secondsAgo), Noon, TimeZoneInfo.Utc));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(14_300, 20_000)]
    [InlineData(4_100, 5_000)]
    [InlineData(120, 200)]
    public void NiceStep_IsTheNextRoundValue(double raw, double expected) => Assert.Equal(expected, Formats.NiceStep(raw));
}
