using ConsoleWeb.Components.Charts;
using ConsoleWeb.Components.Pages.Analytics;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Features.Prices;
using ConsoleWeb.Features.Requests;
using ConsoleWeb.Tests.Data.Logs;
using Gateway.Core.Llm.Pricing;
using Gateway.Shared.Logging;
using Gateway.Testing.Logging;
using Microsoft.AspNetCore.WebUtilities;

namespace ConsoleWeb.Tests.Components.Analytics;

public sealed class AnalyticsViewModelTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("/analytics")]
    [InlineData("/analytics?tab=cost&range=30d&q=model%3Agpt-4o%20-agent%3Acurl&group=agent&compare=week&sort=tokens&step=3600")]
    [InlineData("/analytics?from=2026-11-24T09%3A30%3A00Z&to=2026-11-25T09%3A30%3A00Z")]
    public void View_Address_IsTheWholeState(string address) => Assert.Equal(address, Parse(address).ToAddress());

    [Theory]
    [InlineData("/analytics?tab=nothing&range=9y&group=path&compare=never&sort=beauty&step=7")]
    [InlineData("/analytics?from=2026-11-25T09%3A30%3A00Z&to=2026-11-24T09%3A30%3A00Z")]
    [InlineData("/analytics?from=yesterday&sort=99")]
    public void View_NonsenseInTheAddress_IsAsUsual(string address) => Assert.Equal("/analytics", Parse(address).ToAddress());

    [Theory]
    [InlineData("overview")]
    [InlineData("traffic")]
    [InlineData("tokens")]
    [InlineData("cost")]
    [InlineData("errors")]
    [InlineData("agents")]
    public async Task Load_EveryPart_HasBarsThatAddUpToTheLog(string tab)
    {
        await using var log = await LogAsync();
        var model = await LoadAsync(log, $"/analytics?range=90d&tab={tab}");

        var data = model.Data!;
        var rows = await log.RowsAsync(new RequestFilter { From = data.Window.From, To = data.Window.To });
        Assert.NotEmpty(rows);
        Assert.Equal((rows.Count, rows.Sum(r => r.Cost ?? 0), rows.LongCount(r => r is { IsLlm: true, Cost: null })), ((int)data.Sums.Requests, data.Sums.Cost, data.Sums.Unpriced));
        Assert.All(model.Charts.Where(c => c.Kind == ChartKind.Bars), chart => Assert.Equal(
            chart.Title.Split(" by ")[0] switch
            {
                "Requests" => rows.Count,
                "Tokens" => rows.Sum(r => r.InputTokens + r.CacheReadTokens + r.CacheWriteTokens + r.OutputTokens),
                "Cost" => (double)rows.Sum(r => r.Cost ?? 0),
                "Calls without a price" => rows.Count(r => r is { IsLlm: true, Cost: null }),
                "Failed and refused" or "Refused and failed" => rows.Count(r => r.IsError),
                _ => throw new InvalidOperationException(chart.Title),
            },
            chart.Series.Sum(s => s.Values.Sum(v => v ?? 0)),
            6));
        Assert.Equal(rows.Count, model.Top.Sum(r => r.Sums.Requests));
    }

    /// <summary>What a bar shows is what the request list shows after a click on it.</summary>
    [Fact]
    public async Task Chart_EachBar_LeadsToAsManyRequestsAsItShows()
    {
        await using var log = await LogAsync();
        var model = await LoadAsync(log, "/analytics?range=90d&tab=traffic&q=-model%3Agpt-2");

        foreach (var chart in model.Charts)
        {
            foreach (var series in chart.Series.Where(s => s.Filter is not null))
            {
                for (var i = 0; i < chart.Points; i++)
                {
                    if (series.Values[i] is > 0 and var shown)
                    {
                        Assert.Equal(shown, await CountAsync(log, model.View.LogsAddress(chart.Edges[i], chart.Edges[i + 1], series.Filter)));
                    }
                }
            }
        }
    }

    [Fact]
    public async Task Causes_Each_LeadsToItsRequests()
    {
        await using var log = await LogAsync();
        var model = await LoadAsync(log, "/analytics?range=90d&tab=errors");

        Assert.NotEmpty(model.Data!.Causes);
        foreach (var cause in model.Data.Causes)
        {
            Assert.Equal(cause.Requests, await CountAsync(log, model.View.LogsAddress(model.Data.Window.From, model.Data.Window.To, cause.Filter)));
        }
    }

    [Fact]
    public async Task Load_ManyGroups_KeepsSevenApartAndTheirColours()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(Enumerable.Range(0, 12).SelectMany(i => Enumerable.Range(0, i + 1).Select(_ => Call($"model-{i}"))));
        var model = await LoadAsync(log, "/analytics?tab=traffic");

        var series = model.Charts[1].Series;
        Assert.Equal(["model-11", "model-10", "model-9", "model-8", "model-7", "model-6", "model-5", "other"], series.Select(s => s.Name));
        Assert.Equal(8, series.Select(s => s.Colour).Distinct().Count());
        Assert.Equal((11, "other", 3), (model.Top.Count, model.Top[^1].Name, (int)model.Top[^1].Sums.Requests));

        await log.WriteAsync(Enumerable.Range(0, 20).Select(_ => Call("model-5")));
        await model.ReloadAsync(None);

        Assert.Equal("model-5", model.Charts[1].Series[0].Name);
        Assert.All(model.Charts[1].Series, s => Assert.Equal(series.First(k => k.Name == s.Name).Colour, s.Colour));
    }

    [Fact]
    public async Task Compare_PeriodBefore_IsAlignedAndHasTheSameGroups()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync([Call("a", hoursAgo: 1), Call("a", hoursAgo: 2), Call("a", hoursAgo: 26), Call("b", hoursAgo: 27)]);

        var model = await LoadAsync(log, "/analytics?tab=traffic&compare=previous");

        Assert.Equal((2L, 2L), (model.Data!.Sums.Requests, model.Data.TotalBefore!.Sums.Requests));
        Assert.Equal([("a", 2L, 1L)], model.Top.Select(r => (r.Name, r.Sums.Requests, r.Before!.Requests)));
        var chart = model.Charts[0];
        var place = chart.Series[0].Values.Select((v, i) => (v, i)).First(p => p.v > 0).i;
        Assert.Equal(1, chart.Before![place]);
    }

    [Fact]
    public async Task Refresh_ComesEveryTenSecondsUntilPaused()
    {
        await using var log = await LogAsync();
        var model = await LoadAsync(log, "/analytics");

        Assert.Null(await model.RefreshAsync(None));
        log.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.True(await model.RefreshAsync(None));
        log.Time.Advance(TimeSpan.FromSeconds(11));
        model.IsPaused = true;
        Assert.False(await model.RefreshAsync(None));
    }

    [Theory]
    [InlineData("from=2026-11-24T09%3A30%3A00Z&to=2026-11-25T09%3A30%3A00Z")]
    [InlineData("range=yesterday")]
    public async Task Refresh_RangeThatStandsStill_IsNotReadAgain(string range)
    {
        await using var log = await LogAsync();
        var model = await LoadAsync(log, $"/analytics?{range}");

        log.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.False(await model.RefreshAsync(None));
    }

    /// <summary>A day of the calendar is a day of the zone.</summary>
    [Fact]
    public void Range_Yesterday_IsTheDayOfTheZone()
    {
        var now = new DateTimeOffset(2026, 10, 26, 22, 59, 0, TimeSpan.Zero);

        var window = AnalyticsRange.Of(Parse("/analytics?range=yesterday"), now, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")).Window;

        Assert.Equal((new DateTimeOffset(2026, 10, 24, 22, 0, 0, TimeSpan.Zero), TimeSpan.FromHours(25)), (window.From, window.To - window.From));
    }

    [Fact]
    public async Task Saved_CacheReads_AreTheDifferenceOfTheRates()
    {
        await using var log = await TestLog.StartAsync();
        var call = Call("claude-sonnet-4-5");
        (call.Llm!.Provider, call.Llm.Usage) = ("anthropic", new() { PromptTokens = 3_000_000, CacheReadTokens = 1_000_000, CacheWrite5mTokens = 1_000_000 });
        await log.WriteAsync(call, Call("never heard of"));

        var model = await LoadAsync(log, "/analytics");

        // 1M read at 0.30 in place of 3, 1M written at 3.75 in place of 3.
        Assert.Equal(2.70m - 0.75m, model.Data!.Saved);
    }

    [Fact]
    public async Task Load_BrokenFilter_SaysWhatIsWrongAndShowsTheRest()
    {
        await using var log = await LogAsync();
        var model = await LoadAsync(log, "/analytics?range=90d&q=colour%3Ared%20model%3Agpt-1");

        Assert.Contains("colour", model.FilterError, StringComparison.Ordinal);
        Assert.Equal(["gpt-1"], model.Top.Select(r => r.Name));
    }

    private static async Task<AnalyticsViewModel> LoadAsync(TestLog log, string address)
    {
        var model = new AnalyticsViewModel(log.Store, new SqliteSessionStore(log.Database), new CacheSavings(log.Store, new PriceBook()), log.Time);
        await model.LoadAsync(Parse(address), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), None);
        Assert.Null(model.LoadError);
        return model;
    }

    private static AnalyticsView Parse(string address)
    {
        var query = QueryHelpers.ParseQuery(new Uri(new Uri("http://console"), address).Query);
        return AnalyticsView.Parse(key => query.TryGetValue(key, out var value) ? value.ToString() : null);
    }

    private static async Task<int> CountAsync(TestLog log, string address)
    {
        var query = QueryHelpers.ParseQuery(new Uri(new Uri("http://console"), address).Query);
        var (filter, error) = FilterText.Parse(query["q"]);
        Assert.Null(error);
        return (await log.RowsAsync(filter with { From = Moment(query["from"]!), To = Moment(query["to"]!) })).Count;
    }

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static RequestRecord Call(string model, int hoursAgo = 1)
    {
        var call = SomeRecords.AiProxy(null, TestLog.Start.AddHours(-hoursAgo).ToUnixTimeMilliseconds());
        call.Llm!.ResponseModel = model;
        return call;
    }

    private static async Task<TestLog> LogAsync()
    {
        var log = await TestLog.StartAsync(set: o => (o.Retention.MaxAgeDays, o.Retention.MaxBytes) = (0, 0));
        var random = new Random(23);
        await log.WriteAsync(Enumerable.Range(0, 150).Select(_ => StatsTests.Record(random)));
        return log;
    }
}
