using System.Globalization;
using ConsoleWeb.Components.Charts;
using ConsoleWeb.Components.Controls;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Features.Sessions;

namespace ConsoleWeb.Components.Pages.Sessions;

/// <summary>The turns of a session as charts.</summary>
/// <param name="turns">In order.</param>
/// <param name="numbers">What each turn is called, by its row.</param>
internal sealed class SessionCharts(IReadOnlyList<SessionFigures> turns, IReadOnlyDictionary<long, long> numbers)
{
    /// <summary>Requests whose bodies are read for a chart; of longer sessions some turns stand for all.</summary>
    public const int MostBodies = 40;

    /// <summary>The turns of which the chart of the context is made, evenly over the session.</summary>
    public static IReadOnlyList<SessionFigures> Sample(IReadOnlyList<SessionFigures> turns) =>
        turns.Count <= MostBodies ? turns : [.. Enumerable.Range(0, MostBodies).Select(i => turns[(int)Math.Round(i * (turns.Count - 1) / (MostBodies - 1.0))])];

    /// <summary>What each request consisted of; the tokens of the parts are estimated by their length.</summary>
    /// <param name="parts">By row; turns without are left out.</param>
    /// <returns>Null where no bodies are known.</returns>
    public ChartData? Context(IReadOnlyDictionary<long, ContextParts> parts)
    {
        var read = Sample(turns).Where(t => parts.TryGetValue(t.Row, out var p) && p.Sum > 0).ToList();
        if (read.Count == 0)
        {
            return null;
        }

        IReadOnlyList<double?> Values(Func<ContextParts, long> part) => [.. read.Select(t => (double?)Math.Round(t.PromptTokens * (part(parts[t.Row]) / (double)parts[t.Row].Sum)))];
        return Chart("Context per turn", ChartUnit.Tokens, ChartKind.Bars, read,
            new("system", "var(--gh-d5)", Values(p => p.System)),
            new("tools", "var(--gh-d3)", Values(p => p.Tools)),
            new("history", "var(--gh-d1)", Values(p => p.History)),
            new("results", "var(--gh-d2)", Values(p => p.Results)),
            new("files", "var(--gh-d7)", Values(p => p.Files))) with
        {
            Total = Formats.Tokens(read[^1].PromptTokens),
            Note = read.Count < turns.Count ? $"{read.Count} of {turns.Count} turns" : null,
        };
    }

    /// <summary>How much of each request the provider had cached.</summary>
    public ChartData Tokens() => Chart("Tokens per turn", ChartUnit.Tokens, ChartKind.Bars, turns,
        new("cache read", "var(--gh-tok-read)", [.. turns.Select(t => (double?)t.CacheReadTokens)]),
        new("cache write", "var(--gh-tok-write)", [.. turns.Select(t => (double?)t.CacheWriteTokens)]),
        new("input", "var(--gh-tok-in)", [.. turns.Select(t => (double?)t.InputTokens)]),
        new("output", "var(--gh-tok-out)", [.. turns.Select(t => (double?)t.OutputTokens)]));

    public ChartData Cost() => Chart("Cost per turn", ChartUnit.Money, ChartKind.Bars, turns, new ChartSeries("cost", "var(--gh-t-gen)", [.. turns.Select(t => (double?)t.Cost)])) with
    {
        Total = Formats.Money(turns.Sum(t => t.Cost ?? 0)),
        Note = turns.Any(t => t.Cost is null) ? $"{turns.Count(t => t.Cost is null)} turns without a known price" : null,
    };

    public ChartData CacheShare() => Chart("From cache per turn", ChartUnit.Share, ChartKind.Lines, turns,
        new ChartSeries("from cache", "var(--gh-d1)", [.. turns.Select(t => t.PromptTokens == 0 ? null : (double?)t.CacheReadTokens / t.PromptTokens)])) with
    {
        Total = Formats.Share(turns.Sum(t => t.CacheReadTokens), turns.Sum(t => t.PromptTokens)),
    };

    private ChartData Chart(string title, ChartUnit unit, ChartKind kind, IReadOnlyList<SessionFigures> points, params IReadOnlyList<ChartSeries> series) =>
        // An edge more than points, as charts over time have it.
        new(title, kind, unit, [.. points.Append(points[^1]).Select(p => p.StartedAt)], [.. series.Where(s => s.Values.Any(v => v is > 0))])
        {
            Labels = [.. points.Select(p => numbers.GetValueOrDefault(p.Row).ToString(CultureInfo.InvariantCulture))],
            PointName = "Turn",
        };
}
