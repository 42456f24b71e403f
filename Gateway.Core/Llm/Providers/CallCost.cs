using Gateway.Core.Llm.Pricing;
using Gateway.Shared.Usage;

namespace Gateway.Core.Llm.Providers;

/// <summary>The cost of a call by the configured prices.</summary>
internal static class CallCost
{
    /// <summary>Cost in the currency of the prices; 0 unless input and output are both priced.</summary>
    /// <param name="serviceTier">Tier that the provider reports; null when it reports none.</param>
    public static decimal Compute(TargetPrices prices, TokenUsage usage, string? serviceTier) => Receipt(prices, usage, serviceTier)?.Amount ?? 0;

    /// <summary>The same with its lines; null unless input and output are both priced.</summary>
    public static CostReceipt? Receipt(TargetPrices prices, TokenUsage usage, string? serviceTier)
    {
        if (prices is not { Input: { } input, Output: { } output })
        {
            return null;
        }

        var (inputFactor, outputFactor) = FactorsFor(prices, usage.PromptTokens);

        // A cache without a price of its own costs what the prompt costs.
        var tier = TierFactorFor(prices, serviceTier);
        var outputRate = output * outputFactor * tier;
        var rates = new BucketRates(
            input * inputFactor * tier, (prices.CacheRead ?? input) * tier, WritePrice(prices, "5m", input) * tier, WritePrice(prices, "1h", input) * tier,
            outputRate, outputRate);
        var lines = rates.Price(UsageBuckets.Of(usage));
        return new CostReceipt(
            BucketRates.Sum(lines), ModelPrice.Currency, null, null, PriceSource.Plugin, lines, usage.Source == UsageSource.Estimate);
    }

    private static decimal WritePrice(TargetPrices prices, string ttl, decimal input)
    {
        foreach (var price in prices.CacheWriteByTtl)
        {
            if (price.Ttl.Equals(ttl, StringComparison.OrdinalIgnoreCase))
            {
                return price.Cost;
            }
        }

        return prices.CacheWrite ?? input;
    }

    /// <summary>The factors of the highest threshold that the prompt exceeds.</summary>
    private static (decimal Input, decimal Output) FactorsFor(TargetPrices prices, long promptTokens)
    {
        ContextFactor? best = null;
        foreach (var factor in prices.ContextFactors)
        {
            if (promptTokens > factor.Above && (best is null || factor.Above > best.Above))
            {
                best = factor;
            }
        }

        return best is null ? (1, 1) : (best.Input, best.Output);
    }

    private static decimal TierFactorFor(TargetPrices prices, string? tier)
    {
        if (tier is null)
        {
            return 1;
        }

        TierFactor? best = null;
        foreach (var factor in prices.TierFactors)
        {
            var isMatch = tier.Contains(factor.Tier, StringComparison.OrdinalIgnoreCase)
                || (factor.Tier.Equals("priority", StringComparison.OrdinalIgnoreCase) && HasWordFast(tier));
            if (isMatch && (best is null || factor.Tier.Length > best.Tier.Length))
            {
                best = factor;
            }
        }

        return best?.Factor ?? 1;
    }

    private static bool HasWordFast(string tier)
    {
        foreach (var word in tier.Split([' ', '-', '_', '.']))
        {
            if (word.Equals("fast", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
