namespace ConsoleWeb.Data.Logs.Pricing;

/// <summary>What pricing stored requests anew changes.</summary>
/// <param name="Looked">Calls of models that were looked at.</param>
/// <param name="Models">Only models of which something changes, the largest difference first.</param>
public sealed record RepriceSummary(long Looked, IReadOnlyList<RepriceLine> Models)
{
    public long Requests => Models.Sum(m => m.Requests);

    public decimal Before => Models.Sum(m => m.Before);

    public decimal After => Models.Sum(m => m.After);
}

/// <summary>The requests of one model whose price changes.</summary>
/// <param name="Unpriced">How many of them had no price before.</param>
/// <param name="Before">Their cost so far, without the unpriced ones.</param>
public sealed record RepriceLine(string Provider, string Model, long Requests, long Unpriced, decimal Before, decimal After)
{
    public decimal Difference => After - Before;
}

/// <summary>How far pricing stored requests anew has come.</summary>
/// <param name="Share">Of the time between the first and the last request, from 0 to 1.</param>
/// <param name="Looked">Calls of models that were looked at.</param>
/// <param name="Requests">Those whose price has changed.</param>
public sealed record RepriceProgress(double Share, long Looked, long Requests);

/// <summary>Prices stored requests anew by the prices known now. Prices of the plugins' model options stay, and what has no known price stays as it is.</summary>
public interface IRepricer
{
    /// <param name="isDry">Whether only to tell what would change.</param>
    /// <param name="onStep">Told after each step how far it has come; must return at once.</param>
    Task<RepriceSummary> RunAsync(DateTimeOffset? from, DateTimeOffset? to, bool isDry, CancellationToken cancellationToken, Action<RepriceProgress>? onStep = null);
}
