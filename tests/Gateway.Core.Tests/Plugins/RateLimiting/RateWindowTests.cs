using System.Globalization;
using Gateway.Core.Plugins.RateLimiting;

namespace Gateway.Core.Tests.Plugins.RateLimiting;

public sealed class RateWindowTests
{
    [Theory]
    [InlineData(RatePeriod.Second, "2024-02-29T23:59:59.999Z", "2024-02-29T23:59:59Z", "2024-03-01T00:00:00Z")]
    [InlineData(RatePeriod.Minute, "2024-02-29T23:59:59.999Z", "2024-02-29T23:59:00Z", "2024-03-01T00:00:00Z")]
    [InlineData(RatePeriod.Hour, "2024-05-05T12:34:56Z", "2024-05-05T12:00:00Z", "2024-05-05T13:00:00Z")]
    [InlineData(RatePeriod.Day, "2024-05-05T12:34:56Z", "2024-05-05T00:00:00Z", "2024-05-06T00:00:00Z")]
    [InlineData(RatePeriod.Day, "2024-05-06T01:30:00+02:00", "2024-05-05T00:00:00Z", "2024-05-06T00:00:00Z")]
    [InlineData(RatePeriod.Month, "2024-02-10T12:00:00Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z")]
    [InlineData(RatePeriod.Month, "2023-12-31T23:59:59Z", "2023-12-01T00:00:00Z", "2024-01-01T00:00:00Z")]
    [InlineData(RatePeriod.Month, "2024-01-01T01:30:00+02:00", "2023-12-01T00:00:00Z", "2024-01-01T00:00:00Z")]
    [InlineData(RatePeriod.Year, "2024-06-01T00:00:00Z", "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z")]
    [InlineData(RatePeriod.Minute, "2024-05-05T12:34:00Z", "2024-05-05T12:34:00Z", "2024-05-05T12:35:00Z")]
    internal void Window_IsAlignedToTheCalendarInUtc(RatePeriod period, string now, string start, string end)
    {
        var window = RateWindow.At(period, Time(now));

        Assert.Equal(Time(start).ToUnixTimeMilliseconds(), window.Start);
        Assert.Equal(Time(end).ToUnixTimeMilliseconds(), window.End);
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
