using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using Gateway.Core.Llm.Pricing;

namespace ConsoleWeb.Features.Prices;

/// <summary>
/// What caches saved: input read from them at the rate for that instead of the rate for input, less what writing to them cost more. By
/// the price of each day; sums do not know long contexts, tiers, and which writes were for an hour, so it is close and not exact.
/// </summary>
internal sealed class CacheSavings(IRequestLogStore store, PriceBook book)
{
    private const decimal Million = 1_000_000m;

    /// <returns>In the currency of the table; calls of models without a known price count as nothing.</returns>
    public async Task<decimal> ReadAsync(RequestFilter filter, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var days = new List<DateTimeOffset> { from };
        for (var day = StatsSteps.Floor(from, TimeSpan.FromDays(1)).AddDays(1); day < to; day = day.AddDays(1))
        {
            days.Add(day);
        }

        days.Add(to);
        var query = new StatsQuery(filter, from, to, null, LogFields.Provider, HasPercentiles: false) { ThenBy = LogFields.Model, Edges = days };
        var answer = await store.StatsAsync(query, cancellationToken);
        return answer.Points.Sum(Of);
    }

    private decimal Of(StatsPoint point)
    {
        if (point.Sums is { CacheReadTokens: 0, CacheWriteTokens: 0 } || book.Find(point.Group, point.SubGroup, null, point.Start) is not { } price)
        {
            return 0;
        }

        return ((point.Sums.CacheReadTokens * (price.Input - (price.CacheRead ?? price.Input))) - (point.Sums.CacheWriteTokens * ((price.CacheWrite5m ?? price.Input) - price.Input))) / Million;
    }
}
