using Gateway.Shared.Usage;

namespace Gateway.Core.Llm.Pricing;

/// <summary>What a million tokens of each bucket cost in one call, all factors included.</summary>
internal readonly record struct BucketRates(decimal Input, decimal CacheRead, decimal CacheWrite5m, decimal CacheWrite1h, decimal Output, decimal Reasoning)
{
    private const decimal Million = 1_000_000m;

    /// <summary>Dividing by it takes the zeros off the end.</summary>
    private const decimal One = 1.0000000000000000000000000000m;

    /// <summary>One line for every bucket that holds tokens.</summary>
    public List<CostLine> Price(in UsageBuckets buckets)
    {
        var lines = new List<CostLine>(6);
        Add(lines, "input", buckets.Input, Input);
        Add(lines, "cache_read", buckets.CacheRead, CacheRead);
        Add(lines, "cache_write_5m", buckets.CacheWrite5m, CacheWrite5m);
        Add(lines, "cache_write_1h", buckets.CacheWrite1h, CacheWrite1h);
        Add(lines, "output", buckets.Output, Output);
        Add(lines, "reasoning", buckets.Reasoning, Reasoning);
        return lines;
    }

    public static decimal Sum(List<CostLine> lines)
    {
        var sum = 0m;
        foreach (var line in lines)
        {
            sum += line.Amount;
        }

        return sum / One;
    }

    private static void Add(List<CostLine> lines, string bucket, long tokens, decimal rate)
    {
        if (tokens > 0)
        {
            lines.Add(new CostLine(bucket, tokens, rate / One, tokens * rate / Million / One));
        }
    }
}
