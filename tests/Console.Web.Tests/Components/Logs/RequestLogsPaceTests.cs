using ConsoleWeb.Components.Pages.Logs;

namespace ConsoleWeb.Tests.Components.Logs;

public sealed class RequestLogsPaceTests
{
    /// <summary>At a steady rate the list is drawn anew when as many rows have come as its pace allows for: the faster, the more rarely.</summary>
    [Theory]
    [InlineData(1, 0.25)]
    [InlineData(10, 0.25)]
    [InlineData(50, 0.5)]
    [InlineData(100, 1)]
    [InlineData(200, 2)]
    [InlineData(5000, 2)]
    public void Pace_AtARate_GrowsUpToTwoSeconds(int rowsASecond, double seconds)
    {
        const double tick = 0.25;
        var drawnAfter = tick;
        while (drawnAfter < RequestLogs.PaceOf((long)(rowsASecond * drawnAfter)).TotalSeconds)
        {
            drawnAfter += tick;
        }

        Assert.Equal(seconds, drawnAfter);
    }
}
