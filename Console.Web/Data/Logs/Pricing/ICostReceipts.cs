using ConsoleWeb.Data.Logs.Filters;

namespace ConsoleWeb.Data.Logs.Pricing;

/// <summary>Adds up what stored calls of models have cost, so that a sum can be checked line by line.</summary>
public interface ICostReceipts
{
    /// <exception cref="TimeoutException">It took longer than readers of the log may.</exception>
    Task<SummedReceipt> SumAsync(RequestFilter filter, CancellationToken cancellationToken);
}

/// <summary>The receipt of many calls.</summary>
/// <param name="Requests">Everything that the filter means, calls of models or not.</param>
/// <param name="Reported">Calls with a price whose tokens the provider has counted.</param>
/// <param name="Estimated">Calls with a price whose tokens the gateway has counted.</param>
/// <param name="Unpriced">Calls whose price is not known; they are not part of the cost.</param>
/// <param name="Groups">The most expensive first.</param>
/// <param name="UnpricedModels">The models without a price, the most called first.</param>
/// <param name="IsItemized">False for so many calls that only the sums of the models were read.</param>
public sealed record SummedReceipt(
    long Requests, long Reported, long Estimated, long Unpriced, IReadOnlyList<ReceiptGroup> Groups, IReadOnlyList<UnpricedModel> UnpricedModels, bool IsItemized)
{
    public decimal Cost => Groups.Sum(g => g.Amount);

    public long Calls => Reported + Estimated + Unpriced;
}

/// <summary>The calls of one model by one version of its price.</summary>
/// <param name="Source"><c>plugin</c>, <c>table</c> or <c>admin</c>; null where the records do not say, or were not read.</param>
/// <param name="PriceId">Null for prices of a plugin.</param>
/// <param name="PriceDate">The day from which the price is known, as <c>2026-01-31</c>.</param>
/// <param name="Estimated">Those whose tokens the gateway has counted.</param>
/// <param name="Amount">What lists show for these calls, added up.</param>
/// <param name="Lines">By bucket, then by rate; without amounts where records were not read.</param>
public sealed record ReceiptGroup(
    string? Provider, string? Model, string? Source, string? PriceId, string? PriceDate, long Requests, long Estimated, decimal Amount, IReadOnlyList<ReceiptLine> Lines);

/// <param name="Bucket"><c>input</c>, <c>cache_read</c>, <c>cache_write_5m</c>, <c>cache_write_1h</c>, <c>output</c> or <c>reasoning</c>; where records were not read also <c>cache_write</c>.</param>
/// <param name="Rate">Per million tokens; null where records were not read.</param>
/// <param name="Amount">Null where records were not read.</param>
public sealed record ReceiptLine(string Bucket, long Tokens, decimal? Rate, decimal? Amount);

/// <summary>A model that has no known price.</summary>
public sealed record UnpricedModel(string? Provider, string? Model, long Requests);
