using ConsoleWeb.Data.Logs;
using ConsoleWeb.Live;
using Gateway.Shared.Logging;
using Gateway.Testing.Logging;

namespace ConsoleWeb.Tests.Data.Logs;

public sealed class RequestLogFilterTests
{
    private static readonly RequestRecord[] Records = DifferentRecords.All();

    public static TheoryData<string, RequestFilter, string> Filters => new()
    {
        { "nothing", RequestFilter.None, "plain codex claude" },
        { "exact status", new() { Status = "404" }, "plain" },
        { "class of status", new() { Status = "5xx" }, "codex" },
        { "every error", new() { Status = "error" }, "plain codex" },
        { "status that is none", new() { Status = "abc" }, "" },
        { "model that answered", new() { Model = "GPT-5-mini-2025-08-07" }, "claude" },
        { "model that was asked for only", new() { Model = "gpt-5-codex" }, "codex" },
        { "provider", new() { Provider = "OpenAI" }, "claude" },
        { "route", new() { Route = "Codex-Route" }, "codex" },
        { "consumer", new() { Consumer = "alice" }, "codex" },
        { "agent", new() { Agent = "curl" }, "plain" },
        { "session", new() { SessionId = "session-1" }, "claude" },
        { "outcome", new() { Outcome = RequestOutcome.Rejected }, "plain" },
        { "text in the path", new() { Text = "V1/RESPONSES" }, "codex" },
        { "text in the id", new() { Text = "laud" }, "claude" },
        { "text in the model", new() { Text = "2025-08" }, "claude" },
        { "text in the route", new() { Text = "codex-r" }, "codex" },
        { "text in the agent", new() { Text = "claude-co" }, "claude" },
        { "text in the error", new() { Text = "no Route" }, "plain" },
        { "text with a per cent sign", new() { Text = "100%" }, "codex" },
        { "per cent sign alone", new() { Text = "%" }, "codex" },
        { "underline is no wildcard", new() { Text = "cod_x" }, "" },
        { "backslash is no wildcard", new() { Text = "\\" }, "" },
        { "quotation mark", new() { Text = "' OR 1=1 --" }, "" },
        { "two at once", new() { Status = "error", Agent = "codex" }, "codex" },
        { "two that exclude each other", new() { Status = "404", Agent = "codex" }, "" },
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
    [MemberData(nameof(Windows))]
    public async Task List_Filtered_ShowsTheMatchingRows(string name, RequestFilter filter, string ids)
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

    [Theory]
    [MemberData(nameof(Filters))]
    public void Matches_RowsThatStillRun_FollowTheSameRules(string name, RequestFilter filter, string ids)
    {
        var found = Records.Reverse().Where(r => RequestRows.Matches(filter, RequestRows.FromRunning(r))).Select(r => r.RequestId);

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

        Assert.Equal(["long", "later", "quick"], await log.IdsAsync(new() { From = TestLog.Start }));
        Assert.Equal(["later"], await log.IdsAsync(new() { From = TestLog.Start.AddMinutes(12) }));
    }

    [Fact]
    public async Task Sum_Window_AddsUpTokensCostAndErrors()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(Records);

        var totals = await log.Store.SumAsync(RequestFilter.None, TestContext.Current.CancellationToken);

        Assert.Equal(new RequestTotals(3, 2, 25 + 100, 0, 0, 456 + 7, 0.25m, 1, 6785.2), totals);
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

        Assert.Equal(95, (await log.Store.SumAsync(RequestFilter.None, TestContext.Current.CancellationToken)).P95TimeToFirstTokenMs);
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
}
