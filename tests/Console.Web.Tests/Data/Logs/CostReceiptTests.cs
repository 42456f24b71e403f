using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Pricing;
using ConsoleWeb.Features.Requests;
using Gateway.Core.Llm.Pricing;
using Gateway.Shared.Logging;
using Gateway.Shared.Usage;
using Gateway.Testing.Logging;

namespace ConsoleWeb.Tests.Data.Logs;

/// <summary>The receipt of many calls comes to what lists and sums show.</summary>
public sealed class CostReceiptTests
{
    private readonly PriceBook _book = new();

    [Fact]
    public async Task Sum_ManyCalls_IsTheSumOfTheirLinesAndOfTheLists()
    {
        await using var log = await FillAsync();

        var receipt = await SumAsync(log);

        var totals = await log.Store.SumAsync(RequestFilter.None, TestContext.Current.CancellationToken);
        Assert.True(receipt.IsItemized);
        Assert.Equal((totals.Requests, totals.Cost, totals.Unpriced), (receipt.Requests, receipt.Cost, receipt.Unpriced));
        Assert.Equal(totals.Cost, receipt.Groups.SelectMany(g => g.Lines).Sum(l => l.Amount));
        Assert.All(receipt.Groups.SelectMany(g => g.Lines), l => Assert.Equal(l.Tokens * l.Rate / 1_000_000, l.Amount));
        Assert.Equal((receipt.Groups.Sum(g => g.Requests), receipt.Groups.Sum(g => g.Estimated)), (receipt.Reported + receipt.Estimated, receipt.Estimated));
        Assert.Equal(receipt.Groups.OrderByDescending(g => g.Amount), receipt.Groups);
    }

    [Fact]
    public async Task Sum_OneModel_HasALineForEachBucketAndRate()
    {
        await using var log = await TestLog.StartAsync();
        var usage = new TokenUsage { PromptTokens = 1000, CacheReadTokens = 400, CompletionTokens = 300, ReasoningTokens = 100, HasPromptDetails = true, HasCompletionDetails = true };
        await log.WriteAsync(Call("openai", "gpt-5", usage), Call("openai", "gpt-5", usage), Call("openai", "gpt-5", usage, tier: "priority"), Call("ollama", "llama3", usage), Estimated(Call("openai", "gpt-5", usage)), SomeRecords.Plain());

        var receipt = await SumAsync(log);

        var group = Assert.Single(receipt.Groups);
        Assert.Equal(("openai", "gpt-5", "table", 4L, 1L), (group.Provider, group.Model, group.Source, group.Requests, group.Estimated));
        Assert.NotNull(group.PriceDate);
        // The priority tier costs more, so that each bucket has a line for each rate.
        Assert.Equal(
            [("input", 1800L), ("input", 600L), ("cache_read", 1200L), ("cache_read", 400L), ("output", 600L), ("output", 200L), ("reasoning", 300L), ("reasoning", 100L)],
            group.Lines.Select(l => (l.Bucket, l.Tokens)));
        Assert.Equal([new UnpricedModel("ollama", "llama3", 1)], receipt.UnpricedModels);
        Assert.Equal((6L, 5L, 3L, 1L, 1L), (receipt.Requests, receipt.Calls, receipt.Reported, receipt.Estimated, receipt.Unpriced));
    }

    [Theory]
    [InlineData("session:session-1")]
    [InlineData("model:gpt-4o")]
    [InlineData("provider:ollama")]
    [InlineData("cost:>0.002 agent:claude-code")]
    [InlineData("has:error")]
    public async Task Sum_Filter_IsTheSumOfItsRequests(string text)
    {
        await using var log = await FillAsync();
        var filter = FilterText.Parse(text).Filter;
        var rows = await log.RowsAsync(filter);

        var receipt = await SumAsync(log, filter);

        Assert.Equal((rows.Count, rows.Sum(r => r.Cost ?? 0), rows.Count(r => r is { IsLlm: true, Cost: null })), (receipt.Requests, receipt.Cost, receipt.Unpriced));
    }

    /// <summary>Of very many calls records are not read, but the sums are those that the log has counted.</summary>
    [Fact]
    public async Task Sum_MoreThanIsRead_TellsTheSameSumsByModel()
    {
        await using var log = await FillAsync();
        var whole = await SumAsync(log);

        var receipt = await SumAsync(log, most: 10);

        Assert.False(receipt.IsItemized);
        Assert.Equal((whole.Requests, whole.Cost, whole.Reported, whole.Estimated, whole.Unpriced), (receipt.Requests, receipt.Cost, receipt.Reported, receipt.Estimated, receipt.Unpriced));
        Assert.Equal(whole.UnpricedModels, receipt.UnpricedModels);
        foreach (var group in receipt.Groups)
        {
            var same = whole.Groups.Where(g => (g.Provider, g.Model) == (group.Provider, group.Model)).ToList();
            Assert.Equal((same.Sum(g => g.Amount), same.Sum(g => g.Requests), same.Sum(g => g.Estimated)), (group.Amount, group.Requests, group.Estimated));
            Assert.Equal(same.SelectMany(g => g.Lines).Sum(l => l.Tokens), group.Lines.Sum(l => l.Tokens));
        }
    }

    [Fact]
    public async Task Sum_CostWithoutReceipt_CountsWithoutLines()
    {
        await using var log = await TestLog.StartAsync();
        var call = Call("ollama", "llama3", new TokenUsage { PromptTokens = 10 });
        (call.Llm!.Cost, call.Llm.IsPriced) = (0.25m, true);
        await log.WriteAsync(call);

        var group = Assert.Single((await SumAsync(log)).Groups);

        Assert.Equal((0.25m, 0, (string?)null), (group.Amount, group.Lines.Count, group.Source));
    }

    private static Task<SummedReceipt> SumAsync(TestLog log, RequestFilter? filter = null, int most = CostReceipts.MostRead) =>
        new CostReceipts(log.Database, log.Store, log.Time, most).SumAsync(filter ?? RequestFilter.None, TestContext.Current.CancellationToken);

    private async Task<TestLog> FillAsync()
    {
        var log = await TestLog.StartAsync();
        await log.WriteAsync(Enumerable.Range(0, 300).Select(i =>
        {
            var usage = new TokenUsage { PromptTokens = 1000 + (i * 7), CompletionTokens = 30 + i, CacheReadTokens = i % 3 == 0 ? 500 : 0, ReasoningTokens = i % 5 == 0 ? 20 : 0, HasPromptDetails = true, HasCompletionDetails = true };
            var call = (i % 5) switch
            {
                0 => Call("openai", "gpt-4o", usage, at: i),
                1 => Call("openai", "gpt-5", usage, i % 2 == 0 ? "priority" : null, i),
                2 => Call("anthropic", "claude-sonnet-4-5", usage, at: i),
                3 => Call("ollama", "llama3", usage, at: i),
                _ => SomeRecords.Plain(startedAtMs: TestLog.Start.AddSeconds(i).ToUnixTimeMilliseconds(), status: i % 2 == 0 ? 200 : 502),
            };
            call.SessionId = $"session-{i % 4}";
            return i % 7 == 0 && call.Llm is not null ? Estimated(call) : call;
        }));
        return log;
    }

    private RequestRecord Estimated(RequestRecord call)
    {
        call.Llm!.Usage = call.Llm.Usage! with { Source = UsageSource.Estimate };
        call.Llm.Receipt = _book.Find(call.Llm.Provider, call.Llm.ResponseModel, call.Llm.ResponseModel, TestLog.Start)?.Compute(call.Llm.Usage, call.Llm.ServiceTier);
        return call;
    }

    private RequestRecord Call(string provider, string model, TokenUsage usage, string? tier = null, int at = 0)
    {
        var started = TestLog.Start.AddSeconds(at);
        var call = SomeRecords.AiProxy(startedAtMs: started.ToUnixTimeMilliseconds());
        (call.Llm!.Provider, call.Llm.ResponseModel, call.Llm.RequestModel) = (provider, model, model);
        (call.Llm.Usage, call.Llm.ServiceTier) = (usage, tier);
        call.Llm.Receipt = _book.Find(provider, model, model, started)?.Compute(usage, tier);
        return call;
    }
}
