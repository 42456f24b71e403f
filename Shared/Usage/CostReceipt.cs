namespace Gateway.Shared.Usage;

/// <summary>Where the price of a call comes from.</summary>
public enum PriceSource
{
    /// <summary>The prices in the plugin's model options.</summary>
    Plugin,

    /// <summary>The table that the product brings along.</summary>
    Table,

    /// <summary>A price that was set in the console or by the Admin API.</summary>
    Admin,
}

/// <summary>The cost of one call with everything needed to check it.</summary>
/// <param name="Amount">Sum of the lines.</param>
/// <param name="PriceId">Null for prices of the plugin.</param>
/// <param name="PriceDate">The day from which the price is known to be valid; null for prices of the plugin.</param>
/// <param name="Lines">Only buckets that hold tokens.</param>
/// <param name="IsEstimate">Whether the tokens were counted by the gateway and not by the provider.</param>
public sealed record CostReceipt(
    decimal Amount, string Currency, string? PriceId, DateOnly? PriceDate, PriceSource Source, IReadOnlyList<CostLine> Lines, bool IsEstimate);

/// <summary>Tokens of one bucket and what they cost.</summary>
/// <param name="Bucket"><c>input</c>, <c>cache_read</c>, <c>cache_write_5m</c>, <c>cache_write_1h</c>, <c>output</c> or <c>reasoning</c>.</param>
/// <param name="Rate">Per million tokens, with the factors of context and tier in it.</param>
public sealed record CostLine(string Bucket, long Tokens, decimal Rate, decimal Amount);
