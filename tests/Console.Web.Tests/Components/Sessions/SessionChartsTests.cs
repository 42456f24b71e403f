using ConsoleWeb.Components.Charts;
using ConsoleWeb.Components.Pages.Sessions;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Features.Sessions;

namespace ConsoleWeb.Tests.Components.Sessions;

public sealed class SessionChartsTests
{
    [Fact]
    public void Context_Parts_ShareTheTokensOfTheRequest()
    {
        var charts = Of(3);

        var chart = charts.Context(new Dictionary<long, ContextParts> { [1] = new(50, 25, 25, 0, 0), [3] = new(20, 20, 20, 20, 20) })!;

        // The second turn has no body, so it is not drawn.
        Assert.Equal(["11", "13"], chart.Labels);
        Assert.Equal((2, "1.3k", "2 of 3 turns"), (chart.Points, chart.Total, chart.Note));
        Assert.Equal(
            ["system 550 260", "tools 275 260", "history 275 260", "results 0 260", "files 0 260"],
            chart.Series.Select(s => $"{s.Name} {string.Join(' ', s.Values)}"));
    }

    [Fact]
    public void Context_NoBodies_IsNone() => Assert.Null(Of(3).Context(new Dictionary<long, ContextParts> { [1] = new(0, 0, 0, 0, 0) }));

    [Fact]
    public void Sample_LongSession_TakesSomeFromFirstToLast()
    {
        var turns = Enumerable.Range(1, 500).Select(Turn).ToList();

        var sample = SessionCharts.Sample(turns);

        Assert.Equal((SessionCharts.MostBodies, 1, 500), (sample.Count, sample[0].Row, sample[^1].Row));
        Assert.Equal(sample.Select(t => t.Row).Distinct().Order(), sample.Select(t => t.Row));
        Assert.All(sample.Zip(sample.Skip(1)), pair => Assert.InRange(pair.Second.Row - pair.First.Row, 12, 13));
        Assert.Equal(turns[..40], SessionCharts.Sample(turns[..40]));
    }

    [Fact]
    public void Cost_UnpricedTurn_IsAGapAndSaid()
    {
        var turns = new[] { Turn(1), Turn(2) with { Cost = null } };

        var chart = new SessionCharts(turns, Numbers(2)).Cost();

        Assert.Equal(new double?[] { 0.1, null }, chart.Series[0].Values);
        Assert.Equal(("$0.1000", "1 turns without a known price"), (chart.Total, chart.Note));
    }

    [Fact]
    public void CacheShare_Turns_IsWhatWasReadOfThePrompt() => Assert.Equal([0.5, 0.5], Of(2).CacheShare().Series[0].Values.Select(v => Math.Round(v!.Value, 3)));

    [Fact]
    public void ToCsv_Turns_NamesThem()
    {
        var lines = ChartText.ToCsv(Of(2).Cost()).Split("\r\n");

        Assert.StartsWith("turn,from,to,cost", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("11,", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Ticks_ManyTurns_NamesRoundOnes()
    {
        var ticks = ChartText.Ticks(Of(64).Cost(), TimeZoneInfo.Utc);

        Assert.Equal(["11", "20", "30", "40", "50", "60", "70"], ticks.Select(t => t.Text));
    }

    private static SessionCharts Of(int turns) => new([.. Enumerable.Range(1, turns).Select(Turn)], Numbers(turns));

    private static Dictionary<long, long> Numbers(int turns) => Enumerable.Range(1, turns).ToDictionary(t => (long)t, t => t + 10L);

    private static SessionFigures Turn(int number) => new(number, CallKind.Main, false, 500 + (number * 50), 500 + (number * 50), 0, 10, 0.1m);
}
