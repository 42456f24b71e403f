using System.Text;
using System.Text.Json;
using Gateway.Core.Llm.Accounting;
using Gateway.Core.Llm.Pricing;
using Gateway.Core.Llm.Providers;
using Gateway.Shared.Usage;

namespace Gateway.Core.Tests.Llm.Pricing;

/// <summary>What calls cost, from the usage as providers send it: each row is one way to count wrongly.</summary>
public sealed class ReceiptTests
{
    private static readonly PriceBook Book = new();

    [Theory]
    [InlineData("cached inside the prompt", "openai", "gpt-4o-2024-08-06", """{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100,"prompt_tokens_details":{"cached_tokens":600}}""",
        "input 400×2.5 cache_read 600×1.25 output 100×10 = 0.00275")]
    [InlineData("reasoning inside the completion", "openai", "o3", """{"prompt_tokens":1000,"completion_tokens":500,"total_tokens":1500,"completion_tokens_details":{"reasoning_tokens":400}}""",
        "input 1000×2 output 100×8 reasoning 400×8 = 0.006")]
    [InlineData("reasoning beside the completion", "xai", "grok-3-mini", """{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1500,"completion_tokens_details":{"reasoning_tokens":400}}""",
        "input 1000×0.3 output 100×0.5 reasoning 400×0.5 = 0.00055")]
    [InlineData("cached beside the prompt", "openai", "gpt-4o", """{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1700,"prompt_tokens_details":{"cached_tokens":600}}""",
        "input 1000×2.5 cache_read 600×1.25 output 100×10 = 0.00425")]
    [InlineData("more cached than prompt, no total", "openai", "gpt-4o", """{"prompt_tokens":100,"completion_tokens":0,"prompt_tokens_details":{"cached_tokens":600}}""",
        "input 100×2.5 cache_read 600×1.25 = 0.001")]
    [InlineData("Responses API", "openai", "gpt-5", """{"input_tokens":1000,"input_tokens_details":{"cached_tokens":800},"output_tokens":200,"output_tokens_details":{"reasoning_tokens":150},"total_tokens":1200}""",
        "input 200×1.25 cache_read 800×0.125 output 50×10 reasoning 150×10 = 0.00235")]
    [InlineData("hits and misses", "deepseek", "deepseek-chat", """{"prompt_tokens":1000,"prompt_cache_hit_tokens":900,"prompt_cache_miss_tokens":100,"completion_tokens":10,"total_tokens":1010}""",
        "input 100×0.28 cache_read 900×0.028 output 10×0.42 = 0.0000574")]
    [InlineData("no price for cached tokens", "openai", "o3-pro", """{"prompt_tokens":1000,"completion_tokens":0,"prompt_tokens_details":{"cached_tokens":600}}""",
        "input 400×20 cache_read 600×20 = 0.02")]
    [InlineData("output that costs nothing", "openai", "text-embedding-3-small", """{"prompt_tokens":1000,"total_tokens":1000}""", "input 1000×0.02 = 0.00002")]
    public void Compute_UsageOfOpenAIShape_CountsEachTokenOnce(string trap, string provider, string model, string usage, string expected)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(usage));
        reader.Read();

        Assert.Equal((trap, expected), (trap, Text(provider, model, UsageReader.ReadOpenAI(ref reader)!, null)));
    }

    [Theory]
    [InlineData("cached beside the input", "claude-sonnet-4-5-20250929",
        """{"input_tokens":10,"cache_read_input_tokens":1000,"cache_creation_input_tokens":100,"output_tokens":20}""", null,
        "input 10×3 cache_read 1000×0.3 cache_write_5m 100×3.75 output 20×15 = 0.001005")]
    [InlineData("two lifetimes", "claude-haiku-4-5",
        """{"input_tokens":10,"cache_creation_input_tokens":300,"cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":200},"output_tokens":20}""", null,
        "input 10×1 cache_write_5m 100×1.25 cache_write_1h 200×2 output 20×5 = 0.000635")]
    [InlineData("running totals are not added", "claude-haiku-4-5", """{"input_tokens":10,"output_tokens":1}""", """{"output_tokens":50}""",
        "input 10×1 output 50×5 = 0.00026")]
    [InlineData("the delta names the input again", "claude-haiku-4-5", """{"input_tokens":10,"cache_read_input_tokens":5,"output_tokens":1}""",
        """{"input_tokens":10,"cache_read_input_tokens":5,"output_tokens":50}""", "input 10×1 cache_read 5×0.1 output 50×5 = 0.0002605")]
    [InlineData("at the threshold", "claude-sonnet-4-5", """{"input_tokens":100000,"cache_read_input_tokens":100000,"output_tokens":100}""", null,
        "input 100000×3 cache_read 100000×0.3 output 100×15 = 0.3315")]
    [InlineData("above the threshold because of cached tokens", "claude-sonnet-4-5", """{"input_tokens":100000,"cache_read_input_tokens":100001,"output_tokens":100}""", null,
        "input 100000×6 cache_read 100001×0.6 output 100×22.5 = 0.6622506")]
    [InlineData("tier in the usage", "claude-haiku-4-5", """{"input_tokens":1000,"output_tokens":100,"service_tier":"batch"}""", null,
        "input 1000×0.5 output 100×2.5 = 0.00075")]
    [InlineData("tier without a known price", "claude-haiku-4-5", """{"input_tokens":1000,"output_tokens":100,"service_tier":"priority"}""", null, "unpriced")]
    public void Compute_UsageOfMessages_CountsEachTokenOnce(string trap, string model, string start, string? delta, string expected)
    {
        var usage = new AnthropicUsage();
        Read(ref usage, start, isProvisional: delta is not null);
        if (delta is not null)
        {
            Read(ref usage, delta, isProvisional: false);
        }

        Assert.Equal((trap, expected), (trap, Text("anthropic", model, usage.ToUsage()!, usage.ServiceTier)));
    }

    [Theory]
    [InlineData("gpt-5", "flex", "input 1000×0.625 output 100×5 = 0.001125")]
    [InlineData("gpt-5", "Priority", "input 1000×2.5 output 100×20 = 0.0045")]
    [InlineData("gpt-5", "default", "input 1000×1.25 output 100×10 = 0.00225")]
    [InlineData("gpt-4o-mini", "flex", "unpriced")]
    [InlineData("gpt-5-unheard-of", null, "unpriced")]
    [InlineData("gpt-4o-audio-preview", null, "unpriced")]
    public void Compute_TierAndModel_ArePricedOnlyWhenKnown(string model, string? tier, string expected) =>
        Assert.Equal(expected, Text("openai", model, new TokenUsage { PromptTokens = 1000, CompletionTokens = 100 }, tier));

    /// <summary>Above the threshold of a model whose cached tokens are inside the prompt.</summary>
    [Theory]
    [InlineData(200_000, 150_000, "input 50000×1.25 cache_read 150000×0.125 output 100×10 = 0.08225")]
    [InlineData(200_001, 150_000, "input 50001×2.5 cache_read 150000×0.25 output 100×15 = 0.1640025")]
    public void Compute_LongPromptWithCachedTokensInside_CountsThemOnceForTheThreshold(long prompt, long cached, string expected) =>
        Assert.Equal(expected, Text("gemini", "gemini-2.5-pro", new TokenUsage { PromptTokens = prompt, CacheReadTokens = cached, CompletionTokens = 100 }, null));

    [Theory]
    [InlineData("""{"input_tokens":100,"cache_creation_input_tokens":100000,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":100000},"cache_read_input_tokens":99901,"output_tokens":10}""", "input 100×6 cache_read 99901×0.6 cache_write_1h 100000×12 output 10×22.5 = 1.2607656")]
    [InlineData("""{"input_tokens":100,"cache_creation_input_tokens":100000,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":100000},"cache_read_input_tokens":99900,"output_tokens":10}""", "input 100×3 cache_read 99900×0.3 cache_write_1h 100000×6 output 10×15 = 0.63042")]
    public void Compute_LongPromptOfWrites_AllBucketsCountForTheThreshold(string usage, string expected)
    {
        var read = new AnthropicUsage();
        Read(ref read, usage, isProvisional: false);

        Assert.Equal(expected, Text("anthropic", "claude-sonnet-4-5", read.ToUsage()!, null));
    }

    [Fact]
    public void Compute_EstimatedUsage_SaysSo() => Assert.True(
        Book.Find("openai", "gpt-4o", null, default)!.Compute(new TokenUsage { PromptTokens = 1, Source = UsageSource.Estimate }, null)!.IsEstimate);

    [Fact]
    public void Receipt_PricesOfThePlugin_KeepTheFormulaOfTheReference()
    {
        var prices = new TargetPrices { Input = 10, Output = 20, CacheRead = 1, ContextFactors = [new(200, 2, 3)], TierFactors = [new("flex", 0.5m)] };
        var usage = new TokenUsage { PromptTokens = 1000, CacheReadTokens = 600, CompletionTokens = 100, ReasoningTokens = 40, ReportedTotal = 1140 };

        var receipt = CallCost.Receipt(prices, usage, "flex")!;

        // The factor of long prompts is not for cached tokens, and reasoning is inside the completion whatever the total says.
        Assert.Equal("input 400×10 cache_read 600×0.5 output 60×30 reasoning 40×30 = 0.0073", Text(receipt));
        Assert.Equal((null, PriceSource.Plugin, receipt.Amount), (receipt.PriceId, receipt.Source, CallCost.Compute(prices, usage, "flex")));
    }

    private static void Read(ref AnthropicUsage usage, string json, bool isProvisional)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();
        usage.Read(ref reader, isProvisional);
    }

    private static string Text(string provider, string model, TokenUsage usage, string? tier) =>
        Book.Find(provider, model, null, default)?.Compute(usage, tier) is { } receipt ? Text(receipt) : "unpriced";

    private static string Text(CostReceipt receipt) => FormattableString.Invariant(
        $"{string.Join(' ', receipt.Lines.Select(l => FormattableString.Invariant($"{l.Bucket} {l.Tokens}×{l.Rate}")))} = {receipt.Amount}");
}
