using Gateway.Core.Llm.Pricing;
using Gateway.Core.Llm.Providers;
using Gateway.Shared.Usage;

namespace Gateway.Core.Tests.Llm.Pricing;

public sealed class PriceBookTests
{
    private static readonly DateTimeOffset Today = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("openai", "gpt-4o-2024-08-06", "gpt-4o")]
    [InlineData("openai", "GPT-4o", "gpt-4o")]
    [InlineData("openai", "gpt-4o-2024-05-13", "gpt-4o-2024-05-13")]
    [InlineData("openai", "gpt-4o-mini-2024-07-18", "gpt-4o-mini")]
    [InlineData("openai", "gpt-4-0613", "gpt-4")]
    [InlineData("openai", "gpt-5-chat-latest", "gpt-5-chat")]
    [InlineData("anthropic", "claude-opus-4-1-20250805", "claude-opus-4-1")]
    [InlineData("anthropic", "claude-opus-4-20250514", "claude-opus-4")]
    [InlineData("openai", "gpt-4o-realtime-preview", null)]
    [InlineData("openai", "claude-opus-4", null)]
    [InlineData("ollama", "gpt-4o", null)]
    [InlineData("vllm", "llama3", null)]
    [InlineData("llama2", "llama2", null)]
    public void Find_ShippedTable_TakesTheMostSpecificPattern(string provider, string model, string? pattern) =>
        Assert.Equal(pattern, new PriceBook().Find(provider, model, null, Today)?.Pattern);

    [Fact]
    public void Find_AnswerNamesAnUnknownModel_TheOneAskedForCounts() =>
        Assert.Equal("gpt-4o", new PriceBook().Find("openai", "deployment-7", "gpt-4o", Today)?.Pattern);

    [Fact]
    public void Find_AdminPrices_OverrideTheTableWithinTheirTime()
    {
        var book = new PriceBook();
        book.SetAdmin([Set("openai", "gpt-4o", 1, 0, 3), Set("openai", "gpt-4o", 2, 10, 4), Set("openai", "gpt-*", 1, 0, 9), Set("openai", "gpt-4o", 3, 20, null), Set("ollama", "*", 1, 0, 0)]);

        string Input(string provider, string model, int day) => $"{book.Find(provider, model, null, Today.AddDays(day))?.Input}";

        Assert.Equal(
            ["2.5", "3", "4", "9", "9", "0", "0.15"],
            new[]
            {
                Input("openai", "gpt-4o", -1), Input("openai", "gpt-4o-2024-08-06", 5), Input("openai", "gpt-4o", 10), Input("openai", "gpt-4o", 20),
                Input("openai", "gpt-4o-mini", 1), Input("ollama", "llama3", 1), Input("openai", "gpt-4o-mini", -1),
            });
    }

    [Fact]
    public void Shipped_EveryRow_IsComplete()
    {
        Assert.All(PriceTable.Shipped, row =>
        {
            Assert.Contains(row.Provider, ProviderCatalog.Names);
            Assert.DoesNotContain(row.Provider, new[] { "ollama", "vllm", "llama2" });
            Assert.True(row is { Input: > 0, Output: >= 0, Source.Length: > 0 }, row.Id);
            Assert.True(row.CacheRead is null || row.CacheRead < row.Input, row.Id);
            Assert.Equal($"{row.Provider}/{row.Pattern}@{row.Date:yyyy-MM-dd}", row.Id);
        });
        Assert.Distinct(PriceTable.Shipped.Select(p => p.Id));
    }

    private static AdminPrice Set(string provider, string pattern, int version, int day, decimal? rate) => new(
        provider, pattern, version, Today.AddDays(day),
        rate is not { } set ? null : new ModelPrice
        {
            Id = "x",
            Provider = provider,
            Pattern = pattern,
            Input = set,
            Output = set,
            Source = "test",
            Date = new DateOnly(2026, 5, 1),
            Origin = PriceSource.Admin,
        });
}
