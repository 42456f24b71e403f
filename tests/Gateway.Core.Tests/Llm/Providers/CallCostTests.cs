using Gateway.Core.Llm.Providers;
using Gateway.Shared.Usage;

namespace Gateway.Core.Tests.Llm.Providers;

public sealed class CallCostTests
{
    [Fact]
    public void Compute_BothPrices_IsTheSampleOfTheReference() =>
        Assert.Equal(0.00037m, CallCost.Compute(new TargetPrices { Input = 10, Output = 10 }, new TokenUsage { PromptTokens = 25, CompletionTokens = 12 }, null));

    [Fact]
    public void Compute_OnePriceMissing_IsZero() =>
        Assert.Equal(0m, CallCost.Compute(new TargetPrices { Input = 10 }, new TokenUsage { PromptTokens = 25 }, null));

    [Fact]
    public void Compute_CachedTokens_HaveTheirOwnPrices()
    {
        var usage = new TokenUsage { PromptTokens = 1000, CacheReadTokens = 600, CacheWrite5mTokens = 100, CacheWrite1hTokens = 50, CompletionTokens = 10 };
        var prices = new TargetPrices { Input = 10, Output = 20, CacheRead = 1, CacheWrite = 12, CacheWriteByTtl = [new("1h", 30)] };

        // 250 × 10 + 600 × 1 + 100 × 12 + 50 × 30 + 10 × 20 = 6000 per million.
        Assert.Equal(0.006m, CallCost.Compute(prices, usage, null));
    }

    [Fact]
    public void Compute_CachePricesUnset_FallBackToInput() => Assert.Equal(
        0.01m, CallCost.Compute(new TargetPrices { Input = 10, Output = 10 }, new TokenUsage { PromptTokens = 1000, CacheReadTokens = 900 }, null));

    [Theory]
    [InlineData(100, 0.001)]
    [InlineData(201, 0.00402)]
    public void Compute_LongPrompt_IsMultiplied(long prompt, double expected) => Assert.Equal(
        (decimal)expected,
        CallCost.Compute(new TargetPrices { Input = 10, Output = 10, ContextFactors = [new(200, 2, 3)] }, new TokenUsage { PromptTokens = prompt }, null));

    [Theory]
    [InlineData("default", 1)]
    [InlineData("PRIORITY", 2)]
    [InlineData("fast", 2)]
    [InlineData("breakfast", 1)]
    [InlineData("flex-large", 5)]
    public void Compute_ServiceTier_LongestMatchCounts(string tier, int factor) => Assert.Equal(
        0.01m * factor,
        CallCost.Compute(
            new TargetPrices { Input = 10, Output = 10, TierFactors = [new("priority", 2), new("flex", 3), new("flex-large", 5)] },
            new TokenUsage { PromptTokens = 1000 },
            tier));
}
