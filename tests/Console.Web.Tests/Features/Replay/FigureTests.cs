using ConsoleWeb.Features.Replay;

namespace ConsoleWeb.Tests.Features.Replay;

public sealed class FigureTests
{
    [Theory]
    [InlineData(FigureKind.Milliseconds, 1000.0, 1051.0, false)]
    [InlineData(FigureKind.Milliseconds, 1000.0, 1049.0, null)]
    [InlineData(FigureKind.Milliseconds, 1000.0, 940.0, true)]
    [InlineData(FigureKind.Milliseconds, 1.0, 1.9, null)]
    [InlineData(FigureKind.Milliseconds, 0.0, 40.0, false)]
    [InlineData(FigureKind.Milliseconds, null, 40.0, null)]
    [InlineData(FigureKind.PerSecond, 100.0, 101.0, null)]
    [InlineData(FigureKind.PerSecond, 100.0, 120.0, true)]
    [InlineData(FigureKind.Money, 1.00, 1.01, false)]
    [InlineData(FigureKind.Money, 1.00, 1.00, null)]
    [InlineData(FigureKind.Tokens, 10.0, 20.0, null)]
    public void IsBetter_OfTimes_WantsMoreThanNoise(FigureKind kind, double? a, double? b, bool? expected) =>
        Assert.Equal(expected, new Figure("f", "F", kind, a, b).IsBetter);
}
