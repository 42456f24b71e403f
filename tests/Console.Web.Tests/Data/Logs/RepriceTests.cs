using System.Text.Json.Nodes;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Pricing;
using Gateway.Core.Llm.Pricing;
using Gateway.Shared.Logging;
using Gateway.Shared.Usage;
using Gateway.Testing;
using Gateway.Testing.Logging;

namespace ConsoleWeb.Tests.Data.Logs;

/// <summary>Stored requests priced anew: the records, and everything that is counted from them.</summary>
public sealed class RepriceTests
{
    private readonly PriceBook _book = new();

    [Fact]
    public async Task Preview_PricesAsTheyWere_ChangesNothing()
    {
        await using var log = await TestLog.StartAsync();
        TokenUsage[] usages =
        [
            new() { PromptTokens = 100, CompletionTokens = 50 },
            new() { PromptTokens = 100, CompletionTokens = 50, ReasoningTokens = 20, Source = UsageSource.Estimate },
            new() { PromptTokens = 500_000, CompletionTokens = 50, CacheReadTokens = 400_000, CacheWrite5mTokens = 30, CacheWrite1hTokens = 20 },
            new() { PromptTokens = 100, CompletionTokens = 50, CacheReadTokens = 300 },
            new() { PromptTokens = 100, CompletionTokens = 50, CacheReadTokens = 30, ReportedTotal = 180 },
            new() { PromptTokens = 100, CompletionTokens = 50, ReasoningTokens = 70, ReportedTotal = 220 },
        ];
        string[] models = ["gpt-4o", "gpt-4o-2024-08-06", "gpt-5", "claude-sonnet-4-5", "nobody-knows-it"];
        var calls = from usage in usages
                    from model in models
                    from tier in new[] { null, "default", "priority" }
                    from provider in new[] { "openai", "anthropic" }
                    select Call(provider, model, usage, tier: tier);
        await log.WriteAsync(calls.Append(Call("openai", "answered-by-an-alias", new TokenUsage { PromptTokens = 7 }, asked: "gpt-4o")));

        var preview = await PreviewAsync(log);

        Assert.Equal((usages.Length * models.Length * 3 * 2) + 1, preview.Looked);
        Assert.Equal([], preview.Models);
    }

    [Fact]
    public async Task Reprice_PriceChanged_ChangesRecordListSumsSeriesAndSessions()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(Many());
        var before = await log.Store.SumAsync(RequestFilter.None, TestContext.Current.CancellationToken);
        SetPrices(("openai", "gpt-4o", 1, 2), ("ollama", "*", 10, 10));

        var preview = await PreviewAsync(log);

        Assert.Equal(before, await log.Store.SumAsync(RequestFilter.None, TestContext.Current.CancellationToken));
        Assert.Equal(["llama3", "gpt-4o"], preview.Models.OrderByDescending(m => m.Unpriced).Select(m => m.Model));
        var local = preview.Models.Single(m => m.Model == "llama3");
        Assert.Equal((local.Requests, local.Requests, 0m), (preview.Models[0].Requests, local.Unpriced, local.Before));
        var applied = await ApplyAsync(log);
        Assert.Equal(preview.Models, applied.Models);
        var after = await log.Store.SumAsync(RequestFilter.None, TestContext.Current.CancellationToken);
        Assert.Equal(before.Cost + applied.After - applied.Before, after.Cost);
        Assert.Equal((local.Unpriced, 0), (before.Unpriced, after.Unpriced));
        SumsCheck.AreThoseOfTheRows(log);
        Assert.Equal([], (await PreviewAsync(log)).Models);
    }

    [Fact]
    public async Task Reprice_CheaperThanBefore_LeavesNoTraceOfTheOldPrice()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(Many());
        SetPrices(("openai", "gpt-4o", 0.001m, 0.001m));

        var applied = await ApplyAsync(log);

        Assert.True(applied.After < applied.Before);
        SumsCheck.AreThoseOfTheRows(log);
    }

    [Fact]
    public async Task Reprice_ThenMoreRequests_GoOnFromTheNewSums()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(Many());
        SetPrices(("openai", "gpt-4o", 5, 5));
        await ApplyAsync(log);

        await log.WriteAsync(Many(shift: 7));

        SumsCheck.AreThoseOfTheRows(log);
    }

    [Fact]
    public async Task Reprice_OneRecord_GetsTheReceiptAndKeepsTheRest()
    {
        await using var log = await TestLog.StartAsync();
        var call = Call("openai", "gpt-4o", new TokenUsage { PromptTokens = 1000, CompletionTokens = 10 });
        (call.Uri, call.Llm!.LogPayloads, call.Llm.RequestPayload) = ("/some/path?text=a<b&\u00e4=1", true, "body");
        await log.WriteAsync(call);
        var before = (await log.Store.FindAsync(call.RequestId, TestContext.Current.CancellationToken))!.Record;
        SetPrices(("openai", "gpt-4o", 3, 7));

        await ApplyAsync(log);

        var stored = (await log.Store.FindAsync(call.RequestId, TestContext.Current.CancellationToken))!;
        var cost = stored.Record["gatehouse"]!["cost"]!;
        Assert.Equal(0.00307m, stored.Row.Cost);
        Assert.Equal(("0.00307", "set/openai/gpt-4o", "admin", "2"), (cost["amount"]!.ToString(), cost["price_id"]!.ToString(), cost["source"]!.ToString(), $"{cost["lines"]!.AsArray().Count}"));
        before["gatehouse"]!["cost"] = cost.DeepClone();
        Assert.True(JsonNode.DeepEquals(before, stored.Record), stored.Record.ToJsonString());
    }

    [Fact]
    public async Task Reprice_PricesOfThePlugin_Stay()
    {
        await using var log = await TestLog.StartAsync();
        var receipted = Call("openai", "gpt-4o", new TokenUsage { PromptTokens = 1000 });
        receipted.Llm!.Receipt = new CostReceipt(9, "USD", null, null, PriceSource.Plugin, [new CostLine("input", 1000, 9000, 9)], false);
        var older = Call("openai", "gpt-4o", new TokenUsage { PromptTokens = 1000 });
        (older.Llm!.Receipt, older.Llm.IsPriced, older.Llm.Cost) = (null, true, 8);
        await log.WriteAsync(receipted, older);
        SetPrices(("openai", "gpt-4o", 3, 7));

        var applied = await ApplyAsync(log);

        Assert.Equal((2L, 0L), (applied.Looked, applied.Requests));
        Assert.Equal([9m, 8m], (await log.RowsAsync()).Select(r => r.Cost).OrderDescending());
    }

    [Fact]
    public async Task Reprice_Window_LeavesWhatIsOutside()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(Enumerable.Range(0, 4).Select(i => Call("ollama", "llama3", new TokenUsage { PromptTokens = 1_000_000 }, at: TestLog.Start.AddHours(i))));
        SetPrices(("ollama", "*", 1, 1));

        await ApplyAsync(log, TestLog.Start.AddHours(1), TestLog.Start.AddHours(3));

        Assert.Equal([null, 1m, 1m, null], (await log.RowsAsync()).Select(r => r.Cost));
        SumsCheck.AreThoseOfTheRows(log);
    }

    [Fact]
    public async Task Reprice_PriceValidFromADay_LeavesEarlierRequests()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(Enumerable.Range(0, 2).Select(i => Call("ollama", "llama3", new TokenUsage { PromptTokens = 1_000_000 }, at: TestLog.Start.AddHours(i))));
        _book.SetAdmin([new AdminPrice("ollama", "*", 1, TestLog.Start.AddMinutes(30), Price("ollama", "*", 2, 2))]);

        await ApplyAsync(log);

        Assert.Equal([2m, null], (await log.RowsAsync()).Select(r => r.Cost));
    }

    [Fact]
    public async Task Reprice_GivenUp_LeavesTheLogWhole()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(Many());
        SetPrices(("openai", "gpt-4o", 0.001m, 0.001m));
        using var leaving = new CancellationTokenSource();
        var job = new RepriceJob(new RepriceScan(_book, 0, long.MaxValue), leaving.Token);
        using (var connection = log.Open())
        {
            Assert.Equal(LogJobStep.Changed, job.Step(connection));
            await leaving.CancelAsync();
            Assert.Equal(LogJobStep.Done, job.Step(connection));
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => job.Done);
        SumsCheck.AreThoseOfTheRows(log);
    }

    /// <summary>A list that is open shows what calls cost now, and a page that follows the log hears of it.</summary>
    [Fact]
    public async Task Reprice_OpenList_ShowsTheNewCost()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(Call("ollama", "llama3", new TokenUsage { PromptTokens = 1_000_000 }));
        var list = new ConsoleWeb.Components.Pages.Logs.RequestLogsViewModel(log.Store, log.Running, log.Time);
        await list.LoadAsync(null, TimeSpan.FromDays(1), TestContext.Current.CancellationToken);
        Assert.Null(Assert.Single(list.Rows).Cost);
        var heard = 0;
        using var following = log.Store.OnAppended(() => heard++);

        SetPrices(("ollama", "llama3", 2m, 2m));
        await ApplyAsync(log);
        Assert.True(await Poll.UntilAsync(() => list.IsBehind && heard > 0));
        await list.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2m, Assert.Single(list.Rows).Cost);
        Assert.False(list.IsBehind);
    }

    [Fact]
    public async Task Reprice_EachStep_TellsHowFarItIs()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(Many());
        SetPrices(("openai", "gpt-4o", 0.001m, 0.001m));
        var steps = new List<RepriceProgress>();

        var done = await new Repricer(log.Database, log.Jobs, _book).RunAsync(null, null, isDry: false, TestContext.Current.CancellationToken, steps.Add);

        Assert.True(steps.Count > 2);
        Assert.Equal(steps.Select(s => s.Share).Order(), steps.Select(s => s.Share));
        Assert.Equal(new RepriceProgress(1, done.Looked, done.Requests), steps[^1]);
        Assert.InRange(steps[0].Share, 0.01, 0.6);
    }

    /// <summary>More calls than one step takes, over several minutes, sessions and zones, a third of them without a price.</summary>
    private IEnumerable<RequestRecord> Many(int shift = 0) => Enumerable.Range(0, 1500).Select(i =>
    {
        var usage = new TokenUsage { PromptTokens = 1000 + (i % 13), CompletionTokens = i % 97 };
        var call = i % 3 == 0 ? Call("ollama", "llama3", usage, at: At(i)) : i % 3 == 1 ? Call("openai", "gpt-4o", usage, at: At(i)) : SomeRecords.Plain(startedAtMs: At(i).ToUnixTimeMilliseconds());
        call.SessionId = i % 5 == 0 ? null : $"session-{i % 4}";
        return call;

        DateTimeOffset At(int index) => TestLog.Start.AddMilliseconds((index * 290) + shift);
    });

    private static Task<RepriceSummary> RunAsync(TestLog log, PriceBook book, bool isDry, DateTimeOffset? from = null, DateTimeOffset? to = null) =>
        new Repricer(log.Database, log.Jobs, book).RunAsync(from, to, isDry, TestContext.Current.CancellationToken);

    private static ModelPrice Price(string provider, string pattern, decimal input, decimal output) => new()
    {
        Id = $"set/{provider}/{pattern}",
        Provider = provider,
        Pattern = pattern,
        Input = input,
        Output = output,
        Source = "a test",
        Date = new DateOnly(2020, 1, 1),
        Origin = PriceSource.Admin,
    };

    private Task<RepriceSummary> PreviewAsync(TestLog log) => RunAsync(log, _book, isDry: true);

    private Task<RepriceSummary> ApplyAsync(TestLog log, DateTimeOffset? from = null, DateTimeOffset? to = null) => RunAsync(log, _book, isDry: false, from, to);

    private void SetPrices(params (string Provider, string Pattern, decimal Input, decimal Output)[] prices) =>
        _book.SetAdmin([.. prices.Select(p => new AdminPrice(p.Provider, p.Pattern, 1, DateTimeOffset.UnixEpoch, Price(p.Provider, p.Pattern, p.Input, p.Output)))]);

    /// <summary>A finished call, priced as the gateway prices it.</summary>
    private RequestRecord Call(string provider, string model, TokenUsage usage, string? asked = null, string? tier = null, DateTimeOffset? at = null)
    {
        var started = at ?? TestLog.Start;
        var call = SomeRecords.AiProxy(startedAtMs: started.ToUnixTimeMilliseconds());
        (call.Llm!.Provider, call.Llm.ResponseModel, call.Llm.RequestModel, call.Llm.RequestedModel) = (provider, model, asked ?? model, "whatever");
        (call.Llm.Usage, call.Llm.ServiceTier) = (usage, tier);
        call.Llm.Receipt = _book.Find(provider, model, asked ?? model, started)?.Compute(usage, tier);
        return call;
    }
}
