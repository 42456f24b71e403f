using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Features.Requests;

namespace ConsoleWeb.Tests.Data.Logs;

/// <summary>Groups of two fields, the largest groups, and points that begin at the midnights of a time zone.</summary>
public sealed class StatsGroupTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Stats_TwoFields_EqualWhatTheRowsSay()
    {
        await using var log = await LogAsync();
        var (from, to) = (TestLog.Start.AddDays(-90), TestLog.Start);
        var query = new StatsQuery(RequestFilter.None, from, to, null, LogFields.Model, HasPercentiles: false) { ThenBy = LogFields.Agent };

        var answer = await log.Store.StatsAsync(query, None);

        var expected = (await log.RowsAsync()).Where(r => r.StartedAt >= from && r.StartedAt < to).GroupBy(r => (r.Model, r.Agent)).ToDictionary(g => g.Key, g => (g.LongCount(), g.Sum(r => r.Cost ?? 0)));
        Assert.Equal(expected.Count, answer.Points.Count);
        Assert.All(answer.Points, p => Assert.Equal(expected[(p.Group, p.SubGroup)], (p.Sums.Requests, p.Sums.Cost)));
    }

    [Fact]
    public async Task Stats_Top_KeepsTheLargestAndPutsTheRestTogether()
    {
        await using var log = await LogAsync();
        var all = new StatsQuery(RequestFilter.None, TestLog.Start.AddDays(-90), TestLog.Start, TimeSpan.FromDays(1), LogFields.Model, HasPercentiles: true) { ThenBy = LogFields.Agent };
        var whole = await log.Store.StatsAsync(all, None);

        var top = await log.Store.StatsAsync(all with { Top = new StatsTop(2, StatsMeasure.Cost) }, None);

        var largest = whole.Points.GroupBy(p => p.Key).OrderByDescending(g => g.Sum(p => p.Sums.Cost)).Take(2).Select(g => g.Key).ToHashSet();
        Assert.Equal(largest, top.Points.Where(p => !p.IsOther).Select(p => p.Key).ToHashSet());
        var others = whole.Points.Where(p => !largest.Contains(p.Key)).ToLookup(p => p.Start);
        Assert.All(top.Points.Where(p => p.IsOther), p => Assert.Equal(
            (others[p.Start].Sum(o => o.Sums.Requests), others[p.Start].Sum(o => o.Sums.Cost), others[p.Start].Sum(o => o.Sums.Failed), others[p.Start].Sum(o => o.Times!.Total.Count)),
            (p.Sums.Requests, p.Sums.Cost, p.Sums.Failed, p.Times!.Total.Count)));
        Assert.Equal(whole.Points.Sum(p => p.Sums.Requests), top.Points.Sum(p => p.Sums.Requests));
    }

    [Theory]
    [InlineData("Europe/Berlin", 24, "")]
    [InlineData("Europe/Berlin", 6, "model:gpt-1")]
    [InlineData("Asia/Kolkata", 24, "")]
    [InlineData("America/New_York", 168, "total:>20s")]
    public async Task Stats_PointsOfAZone_EqualWhatTheRowsSay(string name, int hours, string filter)
    {
        await using var log = await LogAsync();
        var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        var window = StatsWindow.Of(TestLog.Start.AddDays(-80), TestLog.Start, TimeSpan.FromHours(hours), zone);
        var query = window.Query(FilterText.Parse(filter).Filter, null, hasPercentiles: true);

        var answer = await log.Store.StatsAsync(query, None);

        var starts = window.Starts;
        var rows = await log.RowsAsync(query.Filter with { From = window.From, To = window.To });
        var expected = rows.GroupBy(r => starts.Last(s => s <= r.StartedAt)).ToDictionary(g => g.Key, g => (g.LongCount(), g.Sum(r => r.OutputTokens)));
        Assert.Equal(expected.Count, answer.Points.Count);
        Assert.All(answer.Points, p => Assert.Equal(expected[p.Start], (p.Sums.Requests, p.Sums.OutputTokens)));
        Assert.All(answer.Points, p => Assert.Equal(TimeSpan.Zero, TimeZoneInfo.ConvertTime(p.Start, zone).TimeOfDay is var time && hours < 24 ? time - TimeSpan.FromHours(6 * Math.Floor(time.TotalHours / 6)) : time));
    }

    /// <summary>A day of 23 hours, one of 25, and an hour that comes twice.</summary>
    [Theory]
    [InlineData("2026-03-28T12:00Z", "2026-03-30T12:00Z", 24, "24:00 23:00 24:00")]
    [InlineData("2026-10-24T12:00Z", "2026-10-26T12:00Z", 24, "24:00 25:00 24:00")]
    [InlineData("2026-10-24T23:30Z", "2026-10-25T02:30Z", 1, "1:00 1:00 1:00 1:00")]
    [InlineData("2026-03-29T00:30Z", "2026-03-29T02:30Z", 1, "1:00 1:00 1:00")]
    [InlineData("2026-03-28T23:30Z", "2026-03-29T04:00Z", 3, "2:00 3:00")]
    [InlineData("2026-10-24T22:30Z", "2026-10-25T05:00Z", 3, "4:00 3:00")]
    public void Edges_WhereClocksChange_FollowTheClocks(string from, string to, int hours, string lengths)
    {
        var edges = StatsEdges.Of(Moment(from), Moment(to), TimeSpan.FromHours(hours), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"))!;

        Assert.Equal(lengths, string.Join(' ', edges.Zip(edges.Skip(1)).Select(e => $"{(int)(e.Second - e.First).TotalHours}:{(e.Second - e.First).Minutes:00}")));
        Assert.True(edges[0] <= Moment(from) && edges[^1] >= Moment(to));
    }

    [Fact]
    public void Edges_ShortStepOrUtc_AreNotNeeded()
    {
        var (from, to) = (Moment("2026-03-28T12:00Z"), Moment("2026-03-30T12:00Z"));

        Assert.Null(StatsEdges.Of(from, to, TimeSpan.FromMinutes(30), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")));
        Assert.Null(StatsEdges.Of(from, to, TimeSpan.FromDays(1), TimeZoneInfo.Utc));
    }

    /// <summary>A week before is the same time of the clock, whatever the clocks did between.</summary>
    [Fact]
    public void Earlier_AcrossAChangeOfClocks_KeepsTheTimeOfDay()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var window = StatsWindow.Of(Moment("2026-03-31T22:00Z"), Moment("2026-04-01T22:00Z"), TimeSpan.FromHours(1), zone);

        var before = window.Earlier(TimeSpan.FromDays(7), zone);

        Assert.Equal((Moment("2026-03-24T23:00Z"), Moment("2026-03-25T23:00Z"), window.Points), (before.From, before.To, before.Points));
    }

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<TestLog> LogAsync()
    {
        var log = await TestLog.StartAsync(set: o => (o.Retention.MaxAgeDays, o.Retention.MaxBytes) = (0, 0));
        var random = new Random(17);
        await log.WriteAsync(Enumerable.Range(0, 400).Select(_ => StatsTests.Record(random)));
        return log;
    }
}
