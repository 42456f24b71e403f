namespace Gateway.Core.Plugins.RateLimiting;

/// <summary>The lengths of windows, shortest first.</summary>
internal enum RatePeriod
{
    Second,
    Minute,
    Hour,
    Day,
    Month,
    Year,
}

/// <summary>One window of time, aligned to the calendar in UTC.</summary>
/// <param name="Start">Its beginning, Unix milliseconds.</param>
/// <param name="End">The beginning of the next one.</param>
internal readonly record struct RateWindow(RatePeriod Period, long Start, long End)
{
    public static RateWindow At(RatePeriod period, DateTimeOffset now)
    {
        var utc = now.UtcDateTime;
        switch (period)
        {
            case RatePeriod.Second:
                return Regular(period, now, 1000);
            case RatePeriod.Minute:
                return Regular(period, now, 60_000);
            case RatePeriod.Hour:
                return Regular(period, now, 3_600_000);
            case RatePeriod.Day:
                return Regular(period, now, 86_400_000);
            case RatePeriod.Month:
                var month = new DateTimeOffset(utc.Year, utc.Month, 1, 0, 0, 0, TimeSpan.Zero);
                return new RateWindow(period, month.ToUnixTimeMilliseconds(), month.AddMonths(1).ToUnixTimeMilliseconds());
            default:
                var year = new DateTimeOffset(utc.Year, 1, 1, 0, 0, 0, TimeSpan.Zero);
                return new RateWindow(period, year.ToUnixTimeMilliseconds(), year.AddYears(1).ToUnixTimeMilliseconds());
        }
    }

    private static RateWindow Regular(RatePeriod period, DateTimeOffset now, long length)
    {
        var milliseconds = now.ToUnixTimeMilliseconds();
        var start = milliseconds - (milliseconds % length);
        return new RateWindow(period, start, start + length);
    }
}
