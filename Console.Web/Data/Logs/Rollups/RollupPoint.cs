namespace ConsoleWeb.Data.Logs.Rollups;

/// <summary>What one request adds to each of its cells, worked out once.</summary>
/// <param name="Cost">In the units of <see cref="RequestColumns"/>.</param>
/// <param name="TimeToFirstToken">Bucket of the histogram, as the three that follow; null for none.</param>
/// <param name="Speed">Tokens per second after the first token.</param>
internal readonly record struct RollupPoint(
    long Requests,
    long InputTokens,
    long CacheReadTokens,
    long CacheWriteTokens,
    long OutputTokens,
    long ReasoningTokens,
    long Cost,
    long Unpriced,
    int? TimeToFirstToken,
    int? Total,
    int? Gateway,
    int? Speed)
{
    public static RollupPoint Of(RequestRow row) => new(
        1,
        row.InputTokens,
        row.CacheReadTokens,
        row.CacheWriteTokens,
        row.OutputTokens,
        row.ReasoningTokens,
        row.Cost is { } cost ? RequestColumns.ToUnits(cost) : 0,
        row is { IsLlm: true, Cost: null } ? 1 : 0,
        Histogram.BucketOf(row.TimeToFirstTokenMs),
        Histogram.BucketOf(row.TotalMs),
        Histogram.BucketOf(row.GatewayMs),
        Histogram.BucketOf(row.TokensPerSecond));
}
