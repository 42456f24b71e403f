using System.Text.Json;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Reading;

namespace ConsoleWeb.Data.Logs.Pricing;

/// <summary>
/// Receipts of many calls, read from their records. Of more calls than that takes a moment for, the sums of the models are told, which
/// the log has counted already; the sum is exact both ways.
/// </summary>
/// <param name="most">Requests whose records are read.</param>
internal sealed class CostReceipts(LogDatabase database, IRequestLogStore log, TimeProvider time, int most = CostReceipts.MostRead) : ICostReceipts
{
    public const int MostRead = 20_000;

    private readonly LogReader _reader = new(database);

    public async Task<SummedReceipt> SumAsync(RequestFilter filter, CancellationToken cancellationToken) =>
        await _reader.ReadAsync(
            connection =>
            {
                var ids = new RowFinder(connection, new RequestFilterSql(filter)).Find(most + 1);
                if (ids.Count > most)
                {
                    return null;
                }

                var (parameters, sums) = (new SqlParameters(), new ReceiptSums());
                LogReader.ForEach(
                    connection,
                    $"""
                    SELECT f.provider, f.model, f.is_llm, r.cost, d.record FROM requests r CROSS JOIN facets f ON f.id = r.facet JOIN details d ON d.id = r.id
                    WHERE r.id IN (SELECT value FROM json_each({parameters.Add(JsonSerializer.Serialize(ids))}))
                    """,
                    parameters,
                    reader => sums.Add(reader[0] as string, reader[1] as string, reader.GetInt64(2) != 0, reader[3] as long?, (byte[])reader[4]));
                return sums.ToReceipt();
            },
            cancellationToken) ?? await SumModelsAsync(filter, cancellationToken);

    private async Task<SummedReceipt> SumModelsAsync(RequestFilter filter, CancellationToken cancellationToken)
    {
        var points = await ByModelAsync(filter, cancellationToken);
        var estimated = (await ByModelAsync(filter.Where(LogFields.Usage, "estimate"), cancellationToken)).ToDictionary(p => p.Key, Priced);
        var calls = await ByModelAsync(filter.And(new FlagTerm(LogFields.Llm)), cancellationToken);
        return new(
            points.Sum(p => p.Sums.Requests),
            calls.Sum(Priced) - estimated.Values.Sum(),
            estimated.Values.Sum(),
            points.Sum(p => p.Sums.Unpriced),
            ReceiptSums.Sorted(calls.Where(p => Priced(p) > 0).Select(p => new ReceiptGroup(
                p.Group, p.SubGroup, null, null, null, Priced(p), estimated.GetValueOrDefault(p.Key), p.Sums.Cost, LinesOf(p.Sums)))),
            [.. calls.Where(p => p.Sums.Unpriced > 0).Select(p => new UnpricedModel(p.Group, p.SubGroup, p.Sums.Unpriced)).OrderByDescending(u => u.Requests)],
            IsItemized: false);
    }

    private async Task<IReadOnlyList<StatsPoint>> ByModelAsync(RequestFilter filter, CancellationToken cancellationToken)
    {
        var (from, to) = (filter.From ?? DateTimeOffset.UnixEpoch, filter.To ?? time.GetUtcNow().AddYears(1));
        return (await log.StatsAsync(new StatsQuery(filter, from, to, Step: null, LogFields.Provider, HasPercentiles: false) { ThenBy = LogFields.Model }, cancellationToken)).Points;
    }

    private static long Priced(StatsPoint point) => point.Sums.Requests - point.Sums.Unpriced;

    private static IReadOnlyList<ReceiptLine> LinesOf(StatsSums sums) =>
    [
        .. new[]
        {
            new ReceiptLine("input", sums.InputTokens, null, null),
            new ReceiptLine("cache_read", sums.CacheReadTokens, null, null),
            new ReceiptLine("cache_write", sums.CacheWriteTokens, null, null),
            new ReceiptLine("output", sums.OutputTokens - sums.ReasoningTokens, null, null),
            new ReceiptLine("reasoning", sums.ReasoningTokens, null, null),
        }.Where(l => l.Tokens > 0),
    ];
}
