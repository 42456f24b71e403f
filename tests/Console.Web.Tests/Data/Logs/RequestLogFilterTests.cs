using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Reading;
using ConsoleWeb.Features.Requests;
using ConsoleWeb.Live;
using Gateway.Shared.Logging;
using Gateway.Testing.Logging;

namespace ConsoleWeb.Tests.Data.Logs;

public sealed class RequestLogFilterTests
{
    private static readonly RequestRecord[] Records = DifferentRecords.All();

    public static TheoryData<string, string, string> Filters => new()
    {
        { "nothing", "", "plain codex claude" },
        { "exact status", "status:404", "plain" },
        { "class of status", "status:5xx", "codex" },
        { "compared status", "status:>=404", "plain codex" },
        { "status below", "status:<404", "claude" },
        { "some statuses", "status:(200,404)", "plain claude" },
        { "every error", "status:error", "plain codex" },
        { "no error", "-status:error", "claude" },
        { "has an error", "has:error", "plain codex" },
        { "status that nothing has", "status:418", "" },
        { "model that answered", "model:GPT-5-mini-2025-08-07", "claude" },
        { "model by its beginning", "model:gpt-5-*", "codex claude" },
        { "model with a star inside", "model:gpt*08*", "claude" },
        { "one of some models", "model:(nothing,gpt-5-codex)", "codex" },
        { "model that was asked for only", "model:gpt-5-codex", "codex" },
        { "not that model, or none", "-model:gpt-5-codex", "plain claude" },
        { "without a model", "-has:model", "plain" },
        { "provider", "provider:OpenAI", "claude" },
        { "another provider or none", "-provider:openai", "plain codex" },
        { "route", "route:Codex-Route", "codex" },
        { "service", "service:some-service", "codex claude" },
        { "consumer", "consumer:alice", "codex" },
        { "with a consumer", "has:consumer", "codex" },
        { "without a consumer", "-has:consumer", "plain claude" },
        { "agent", "agent:curl", "plain" },
        { "session", "session:session-1", "claude" },
        { "session by its beginning", "session:sess*", "claude" },
        { "not that session", "-session:session-1", "plain codex" },
        { "outcome", "outcome:rejected", "plain" },
        { "model calls", "llm:true", "codex claude" },
        { "other calls", "llm:false", "plain" },
        { "method", "method:post", "plain codex claude" },
        { "many input tokens", "tokens.in:>50", "codex" },
        { "few input tokens", "tokens.in:<=25", "plain claude" },
        { "tokens within bounds", "tokens.in:20..30", "claude" },
        { "thousands", "tokens.in:>1k", "" },
        { "expensive", "cost:>0.2", "claude" },
        { "cost that is not reached", "cost:>0.25", "" },
        { "exact cost", "cost:0.25", "claude" },
        { "priced", "has:cost", "claude" },
        { "unpriced", "-has:cost", "plain codex" },
        { "slow first token", "ttft:>2s", "claude" },
        { "long", "total:>6.7s", "claude" },
        { "has a first token", "has:ttft", "claude" },
        { "id", "id:CODEX", "codex" },
        { "id by its beginning", "id:cl*", "claude" },
        { "not that id", "-id:codex", "plain claude" },
        { "path", "path:/v1/*", "codex" },
        { "text in the path", "V1/RESPONSES", "codex" },
        { "text in the id", "laud", "claude" },
        { "text in the model", "2025-08", "claude" },
        { "text in the route", "codex-r", "codex" },
        { "text in the agent", "claude-co", "claude" },
        { "text in the error", "\"no Route\"", "plain" },
        { "text in the user agent", "claude-cli", "claude" },
        { "text with a per cent sign", "100%", "codex" },
        { "per cent sign alone", "%", "codex" },
        { "underline is no wildcard", "cod_x", "" },
        { "backslash is no wildcard", "\\", "" },
        { "quotation mark", "' OR 1=1 --", "" },
        { "two words", "codex quota", "codex" },
        { "two at once", "status:error agent:codex", "codex" },
        { "two that exclude each other", "status:404 agent:codex", "" },
        { "large values and a facet", "tokens.in:>20 agent:claude-code", "claude" },
    };

    public static TheoryData<string, RequestFilter, string> Windows => new()
    {
        { "from is included", new() { From = TestLog.Start.AddMinutes(1) }, "plain codex" },
        { "from within a minute", new() { From = TestLog.Start.AddMinutes(1).AddMilliseconds(1) }, "plain" },
        { "from before everything", new() { From = TestLog.Start.AddYears(-1) }, "plain codex claude" },
        { "from after everything", new() { From = TestLog.Start.AddYears(1) }, "" },
        { "to is excluded", new() { To = TestLog.Start.AddMinutes(1) }, "claude" },
        { "from and to", new() { From = TestLog.Start.AddSeconds(1), To = TestLog.Start.AddMinutes(1).AddSeconds(1) }, "codex" },
    };

    [Theory]
    [MemberData(nameof(Filters))]
    public Task List_Filtered_ShowsTheMatchingRows(string name, string filter, string ids)
    {
        var (read, error) = FilterText.Parse(filter);
        Assert.Null(error);
        return ShowsAsync(name, read, ids);
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public Task List_Window_ShowsTheRowsInIt(string name, RequestFilter filter, string ids) => ShowsAsync(name, filter, ids);

    [Theory]
    [MemberData(nameof(Filters))]
    public void Matches_RowsThatStillRun_FollowTheSameRules(string name, string filter, string ids)
    {
        var read = FilterText.Parse(filter).Filter;

        var found = Records.Reverse().Where(r => read.Matches(RequestRows.FromRunning(r))).Select(r => r.RequestId);

        Assert.Equal((name, ids), (name, string.Join(' ', found)));
    }

    [Fact]
    public async Task List_From_FindsRowsThatFinishedLaterThanYoungerOnes()
    {
        await using var log = await TestLog.StartAsync();
        var start = TestLog.Start.ToUnixTimeMilliseconds();

        // The long call began first and is stored last.
        await log.WriteAsync(
            SomeRecords.Plain("quick", start + 600_000), SomeRecords.Plain("later", start + 900_000), SomeRecords.Plain("long", start));

        Assert.Equal(["later", "quick", "long"], await log.IdsAsync(new() { From = TestLog.Start }));
        Assert.Equal(["later"], await log.IdsAsync(new() { From = TestLog.Start.AddMinutes(12) }));
    }

    [Theory]
    [InlineData("status:429 tokens.out:>500")]
    [InlineData("status:429 -has:cost")]
    [InlineData("status:429 tokens.out:>5000")]
    public async Task Find_RareFacetInManyWindows_FindsTheNewestInOrder(string text)
    {
        await using var log = await TestLog.StartAsync(set: o => (o.Retention.MaxAgeDays, o.Retention.MaxBytes) = (0, 0));
        var random = new Random(3);
        await log.WriteAsync(Enumerable.Range(0, 600).Select(i =>
        {
            var record = SomeRecords.AiProxy(null, TestLog.Start.AddMinutes(-random.Next(100_000)).ToUnixTimeMilliseconds());
            record.Status = i % 30 == 0 ? 429 : 200;
            record.Agent = $"agent-{random.Next(3)}";
            record.Llm!.Usage = record.Llm.Usage! with { CompletionTokens = random.Next(1000) };
            record.Llm.IsPriced = random.Next(2) == 0;
            return record;
        }));
        var filter = FilterText.Parse(text).Filter;
        var meant = (await log.RowsAsync()).Where(filter.Matches).Select(r => r.Sequence).OrderDescending().ToList();
        using var connection = log.Open();

        foreach (var size in new[] { 1, 4, 100 })
        {
            foreach (var rowsOfWindow in new[] { 1, 3, 2000 })
            {
                Assert.Equal(meant.Take(size), new RowFinder(connection, new RequestFilterSql(filter), rowsOfWindow).Find(size));
            }
        }
    }

    [Fact]
    public async Task Sum_Window_AddsUpTokensCostAndErrors()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(Records);

        var totals = await log.Store.SumAsync(RequestFilter.None, TestContext.Current.CancellationToken);

        Assert.Equal(new RequestTotals(3, 2, 25 + 100, 0, 0, 456 + 7, 0.25m, 1, totals.P95TimeToFirstTokenMs), totals);
        Assert.InRange(totals.P95TimeToFirstTokenMs!.Value, 6785.2 * 0.975, 6785.2 * 1.025);
    }

    [Fact]
    public async Task Sum_Nothing_IsZeroAndHasNoPercentile()
    {
        await using var log = await TestLog.StartAsync();

        Assert.Equal(new RequestTotals(0, 0, 0, 0, 0, 0, 0, 0, null), await log.Store.SumAsync(RequestFilter.None, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Sum_HundredFirstTokens_TellsThe95th()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(Enumerable.Range(1, 100).Select(i =>
        {
            var record = SomeRecords.AiProxy();
            record.Llm!.TimeToFirstTokenMs = 101 - i;
            return record;
        }));

        Assert.InRange((await log.Store.SumAsync(RequestFilter.None, TestContext.Current.CancellationToken)).P95TimeToFirstTokenMs!.Value, 92.6, 97.4);
    }

    [Fact]
    public async Task Histogram_Window_HasEveryBucketAndEveryRequestOnce()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(Records);

        var buckets = await log.Store.HistogramAsync(RequestFilter.None, TestLog.Start, TestLog.Start.AddMinutes(4), 4, TestContext.Current.CancellationToken);

        Assert.Equal(
            [
                new RequestBucket(TestLog.Start, 1, 0, 0),
                new RequestBucket(TestLog.Start.AddMinutes(1), 0, 0, 1),
                new RequestBucket(TestLog.Start.AddMinutes(2), 0, 1, 0),
                new RequestBucket(TestLog.Start.AddMinutes(3), 0, 0, 0),
            ],
            buckets);
    }

    [Fact]
    public async Task Histogram_WindowThatBeginsWithinAMillisecond_HasEachRequestInItsBucket()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(Records);
        var from = TestLog.Start.AddTicks(7);

        var buckets = await log.Store.HistogramAsync(RequestFilter.None, from, from.AddMinutes(4), 4, TestContext.Current.CancellationToken);

        Assert.Equal([1, 1, 1, 0], buckets.Select(b => b.Ok + b.Refused + b.Failed));
    }

    private static async Task ShowsAsync(string name, RequestFilter filter, string ids)
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(Records);

        var found = await log.IdsAsync(filter);
        var totals = await log.Store.SumAsync(filter, TestContext.Current.CancellationToken);
        var stored = await log.Store.ListStoredAsync(filter, null, 10, hasPayloads: false, TestContext.Current.CancellationToken);

        Assert.Equal((name, ids), (name, string.Join(' ', found)));
        Assert.Equal(found.Count, totals.Requests);
        Assert.Equal(found, stored.Select(s => s.Row.RequestId));
    }
}
