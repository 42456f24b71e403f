using ConsoleWeb.Components.Charts;
using ConsoleWeb.Components.Controls;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Requests;

namespace ConsoleWeb.Components.Pages.Analytics;

/// <summary>The charts of each part of the page, made of what was read.</summary>
internal sealed class AnalyticsCharts
{
    private readonly AnalyticsView _view;
    private readonly AnalyticsData _data;
    private readonly GroupColours _colours;
    private readonly IReadOnlyList<DateTimeOffset> _edges;

    private AnalyticsCharts(AnalyticsView view, AnalyticsData data, GroupColours colours) => (_view, _data, _colours, _edges) = (view, data, colours, data.Window.Starts);

    public static IReadOnlyList<ChartData> Of(AnalyticsView view, AnalyticsData data, GroupColours colours)
    {
        colours.Assign(data.Groups.Select(g => g.Group));
        var charts = new AnalyticsCharts(view, data, colours);
        return view.Tab switch
        {
            "traffic" => [charts.Requests(), charts.ByGroup("Requests", ChartUnit.Count, s => s.Requests, Formats.Exact(data.Sums.Requests))],
            "tokens" => [charts.Tokens(), charts.ByGroup("Tokens", ChartUnit.Tokens, s => s.Tokens, Formats.Tokens(data.Sums.Tokens)), charts.CacheShare(), charts.CacheByGroup()],
            "cost" => [charts.Cost(), charts.CostSoFar(), charts.Unpriced()],
            "latency" =>
            [
                charts.Percentiles("Time to first token", ChartUnit.Duration, t => t.TimeToFirstToken), charts.Percentiles("Whole time", ChartUnit.Duration, t => t.Total),
                charts.Percentiles("Tokens per second", ChartUnit.Speed, t => t.Speed), charts.Percentiles("Gateway’s own time", ChartUnit.Duration, t => t.Gateway), charts.FirstTokenByGroup(),
            ],
            "errors" => [charts.Errors(), charts.ByGroup("Refused and failed", ChartUnit.Count, s => s.Refused + s.Failed, Formats.Exact(data.Sums.Refused + data.Sums.Failed), "has:error"), charts.ErrorShare()],
            "agents" => [charts.ByGroup("Requests", ChartUnit.Count, s => s.Requests, Formats.Exact(data.Sums.Requests)), charts.Cost()],
            _ => [charts.Requests(), charts.Tokens(), charts.Cost(), charts.Percentiles("Time to first token", ChartUnit.Duration, t => t.TimeToFirstToken)],
        };
    }

    private string BeforeName => _view.Compare == "week" ? "a week before" : "period before";

    private ChartData Requests() => Chart("Requests", ChartKind.Bars, ChartUnit.Count, s => s.Requests, Formats.Exact(_data.Sums.Requests),
        Series("ok", "var(--gh-t-gen)", s => s.Ok, "-has:error"),
        Series("refused", "var(--gh-warn)", s => s.Refused, "status:4xx"),
        Series("failed", "var(--gh-err)", s => s.Failed, "has:error -status:4xx"));

    private ChartData Errors() => Chart("Failed and refused", ChartKind.Bars, ChartUnit.Count, s => s.Refused + s.Failed, Formats.Exact(_data.Sums.Refused + _data.Sums.Failed),
        Series("failed", "var(--gh-err)", s => s.Failed, "has:error -status:4xx"),
        Series("refused", "var(--gh-warn)", s => s.Refused, "status:4xx"));

    private ChartData ErrorShare() => Chart("Share that failed", ChartKind.Lines, ChartUnit.Share, s => Share(s.Failed, s.Requests), Formats.Share(_data.Sums.Failed, _data.Sums.Requests),
        Series("failed", "var(--gh-err)", s => Share(s.Failed, s.Requests), "has:error -status:4xx") with { Counts = Counts(_data.Points) },
        Series("refused", "var(--gh-warn)", s => Share(s.Refused, s.Requests), "status:4xx") with { Counts = Counts(_data.Points) });

    private ChartData Tokens() => Chart("Tokens by kind", ChartKind.Bars, ChartUnit.Tokens, s => s.Tokens, Formats.Tokens(_data.Sums.Tokens),
        Series("input", "var(--gh-tok-in)", s => s.InputTokens, "tokens.in:>0"),
        Series("cache read", "var(--gh-tok-read)", s => s.CacheReadTokens, "tokens.cached:>0"),
        Series("cache write", "var(--gh-tok-write)", s => s.CacheWriteTokens, "tokens.written:>0"),
        Series("output", "var(--gh-tok-out)", s => s.OutputTokens - s.ReasoningTokens, "tokens.out:>0"),
        Series("reasoning", "var(--gh-tok-reason)", s => s.ReasoningTokens, "tokens.reasoning:>0"));

    private ChartData CacheShare() => Chart("Input from cache", ChartKind.Lines, ChartUnit.Share, s => Share(s.CacheReadTokens, s.PromptTokens), Formats.Share(_data.Sums.CacheReadTokens, _data.Sums.PromptTokens),
        Series("share of input tokens", "var(--gh-d1)", s => Share(s.CacheReadTokens, s.PromptTokens)));

    private ChartData CacheByGroup() => Lines($"Input from cache by {_view.GroupField.Name}", ChartUnit.Share, p => Share(p.Sums.CacheReadTokens, p.Sums.PromptTokens), null);

    private ChartData Cost() => ByGroup("Cost", ChartUnit.Money, s => (double)s.Cost, Formats.Money(_data.Sums.Cost));

    private ChartData CostSoFar()
    {
        var chart = Chart("Cost so far", ChartKind.Lines, ChartUnit.Money, s => (double)s.Cost, Formats.Money(_data.Sums.Cost), Series("cost", "var(--gh-d1)", s => (double)s.Cost));
        return chart with { Series = [chart.Series[0] with { Values = RunningSum(chart.Series[0].Values) }], Before = chart.Before is { } before ? RunningSum(before) : null };
    }

    private ChartData Unpriced() => Chart("Calls without a price", ChartKind.Bars, ChartUnit.Count, s => s.Unpriced, Formats.Exact(_data.Sums.Unpriced),
        Series("without a price", "var(--gh-warn)", s => s.Unpriced, "llm:true -has:cost"));

    private ChartData FirstTokenByGroup() => Lines($"First token p95 by {_view.GroupField.Name}", ChartUnit.Duration, p => p.Times?.TimeToFirstToken.P95, p => p.Times?.TimeToFirstToken.Count ?? 0);

    private ChartData Percentiles(string title, ChartUnit unit, Func<StatsTimes, StatsPercentiles> of)
    {
        var values = _data.Points.Select(p => p?.Times is { } times ? of(times) : null).ToList();
        long[] counts = [.. values.Select(v => v?.Count ?? 0)];
        return new ChartData(title, ChartKind.Lines, unit, _edges,
        [
            new("p50", "var(--gh-text)", [.. values.Select(v => v?.P50)]) { Counts = counts },
            new("p95", "var(--gh-d1)", [.. values.Select(v => v?.P95)]) { Counts = counts },
            new("p99", "var(--gh-t-net)", [.. values.Select(v => v?.P99)]) { Counts = counts },
        ])
        {
            Total = _data.Total?.Times is { } all && of(all).P95 is { } p95 ? $"p95 {ChartText.Value(unit, p95)}" : null,
            Before = _data.Before?.Select(p => p?.Times is { } times && of(times).Count >= ChartData.FewRequests ? of(times).P95 : null).ToList(),
            BeforeName = $"p95 {BeforeName}",
        };
    }

    private ChartData ByGroup(string title, ChartUnit unit, Func<StatsSums, double> of, string total, string? term = null) =>
        Chart($"{title} by {_view.GroupField.Name}", ChartKind.Bars, unit, of, total, [.. _data.Groups.Select(g => GroupSeries(g.Group, [.. g.Points.Select(p => p is null ? (double?)null : of(p.Sums))], term))]);

    private ChartData Lines(string title, ChartUnit unit, Func<StatsPoint, double?> of, Func<StatsPoint, long>? count) =>
        new(title, ChartKind.Lines, unit, _edges,
        [
            .. _data.Groups.Where(g => !g.Group.IsOther).Select(g => GroupSeries(g.Group, [.. g.Points.Select(p => p is null ? null : of(p))], null) with
            {
                Counts = count is null ? null : [.. g.Points.Select(p => p is null ? 0 : count(p))],
            }),
        ]);

    private ChartSeries GroupSeries(StatsGroup group, IReadOnlyList<double?> values, string? term) => new(TopRow.NameOf(_view.GroupField, group), _colours.Of(group), values)
    {
        Filter = group.IsOther ? term : $"{FilterText.TermOf(_view.GroupField, group.Value)} {term}".Trim(),
    };

    private ChartData Chart(string title, ChartKind kind, ChartUnit unit, Func<StatsSums, double?> all, string total, params IReadOnlyList<ChartSeries> series) => new(title, kind, unit, _edges, series)
    {
        Total = total,
        Before = _data.Before?.Select(p => p is null ? null : all(p.Sums)).ToList(),
        BeforeName = BeforeName,
        IsLastRunning = _data.Range.IsLive,
    };

    private ChartData Chart(string title, ChartKind kind, ChartUnit unit, Func<StatsSums, double> all, string total, params IReadOnlyList<ChartSeries> series) =>
        Chart(title, kind, unit, s => (double?)all(s), total, series);

    private ChartSeries Series(string name, string colour, Func<StatsSums, double?> of, string? filter = null) =>
        new(name, colour, [.. _data.Points.Select(p => p is null ? null : of(p.Sums))]) { Filter = filter };

    private static long[] Counts(IReadOnlyList<StatsPoint?> points) => [.. points.Select(p => p?.Sums.Requests ?? 0)];

    private static double? Share(long part, long whole) => whole == 0 ? null : (double)part / whole;

    /// <summary>Goes on over points without requests; what is to come has no value.</summary>
    private static List<double?> RunningSum(IReadOnlyList<double?> values)
    {
        var sum = 0.0;
        return [.. values.Select(v => (double?)(sum += v ?? 0))];
    }
}
