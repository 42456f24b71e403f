using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Features.Sessions;

namespace ConsoleWeb.Tests.Features.Sessions;

public sealed class CacheLossTests
{
    [Theory]
    [InlineData("10000/0 10500/9900 11000/10400", "")]
    [InlineData("10000/0 10500/9900 11000/300 11500/10900", "3")]
    [InlineData("10000/0 10500/9900 11000/0 11500/10900 12000/11400 12500/100", "3 6")]
    // The agent has summed its context up.
    [InlineData("90000/0 90500/89900 9000/3000", "")]
    // Too little to matter, or never cached.
    [InlineData("1500/0 1600/1500 1700/0", "")]
    [InlineData("10000/0 10500/0 11000/0", "")]
    public void Find_Turns_NamesThoseThatLostTheCache(string turns, string expected)
    {
        var figures = turns.Split(' ').Select(t => t.Split('/').Select(long.Parse).ToArray())
            .Select((t, i) => new SessionFigures(i + 1, CallKind.Main, false, t[0] - t[1], t[1], 0, 10, 0.1m));

        Assert.Equal(expected, string.Join(' ', CacheLoss.Find(figures).Order()));
    }
}
