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

    /// <summary>Anthropic's rates hang together (its price list: writes for five minutes cost 1.25 times the input, for an hour twice, reads a tenth), so that a slip of the pen shows.</summary>
    [Fact]
    public void Shipped_RowsOfAnthropic_KeepItsRatios() => Assert.All(PriceTable.Shipped.Where(p => p.Provider == "anthropic"), row =>
    {
        // Its list has round figures for the oldest small model: 0.30 and 0.03 in place of 0.3125 and 0.025.
        var (write, read) = row.Pattern == "claude-3-haiku" ? (0.30m, 0.03m) : (row.Input * 1.25m, row.Input * 0.1m);
        Assert.Equal((row.Id, write, row.Input * 2, read, row.Input * 5), (row.Id, row.CacheWrite5m, row.CacheWrite1h, row.CacheRead, row.Output));
        Assert.Equal(0.5m, row.Tiers?["batch"]);
    });

    [Fact]
    public void Shipped_EveryRow_IsPlausible() => Assert.All(PriceTable.Shipped, row =>
    {
        Assert.InRange(row.Input, 0.01m, 200m);
        Assert.True(row.Output == 0 || row.Output >= row.Input, row.Id);
        Assert.True(row.CacheRead is not { } read || (read >= row.Input * 0.1m && read <= row.Input * 0.5m), row.Id);
        Assert.True(row.Provider == "anthropic" || (row.CacheWrite5m ?? row.CacheWrite1h) is null, row.Id);
        Assert.True(row.LongContext is null or { Above: 200_000, Input: 2, Output: 1.5m }, row.Id);
        Assert.All(row.Tiers ?? new Dictionary<string, decimal>(), t => Assert.True(t.Key is "flex" or "batch" ? t.Value == 0.5m : t is { Key: "priority", Value: >= 1.5m and <= 2m }, row.Id));
        Assert.Contains(row.Provider switch { "openai" => "openai", "anthropic" => "anthropic", "mistral" => "mistral", "deepseek" => "deepseek", "xai" => "xai", _ => "google" }, row.Source, StringComparison.OrdinalIgnoreCase);
        Assert.InRange(row.Date, new DateOnly(2025, 1, 1), DateOnly.FromDateTime(DateTime.UtcNow));
    });

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
