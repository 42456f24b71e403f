using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using Gateway.Shared.Contracts;
using Gateway.Shared.Logging;
using Gateway.Shared.Usage;
using Gateway.Testing;
using Gateway.Testing.Logging;

namespace ConsoleWeb.Tests.Data.Logs;

/// <summary>A call that lasts is in the log before it ends. A log that is closed while calls run has lost them, as after a crash.</summary>
public sealed class InterruptedCallTests : IDisposable
{
    private readonly string _path = TestLog.NewPath();

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    [Fact]
    public async Task Start_CallsLeftByTheProcessBefore_AreWholeRecords()
    {
        await using (var first = await StartAsync())
        {
            first.Running.Started(Call(first, "chat"));
            var plain = SomeRecords.Plain("plain");
            first.Running.Started(Running(first, "plain", record => (record.Service, record.Route, record.Uri) = (plain.Service, plain.Route, "/plain?x=1")));
            await NotedAsync(first, 2);
        }

        await using var second = await StartAsync();
        var rows = await InterruptedAsync(second, 2);

        var row = rows.Single(r => r.RequestId == "chat");
        Assert.Equal((0, "POST", "/chat", "chat-route", "chat-service", "alice"), (row.Status, row.Method, row.Path, row.RouteName, row.ServiceName, row.ConsumerName));
        Assert.Equal(("codex", "session-7", "openai", "gpt-4o", true, 40L), (row.Agent, row.SessionId, row.Provider, row.Model, row.IsStream, row.OutputTokens));
        Assert.Equal((TestLog.Start, true, UsageSource.Estimate), (row.StartedAt, row.IsFailed, row.UsageSource));
        var stored = await second.Store.FindAsync("chat", TestContext.Current.CancellationToken);
        Assert.Equal(("chat-route", "alice"), ((string?)stored!.Record["route"]!["name"], (string?)stored.Record["consumer"]!["username"]));
        Assert.Equal(("interrupted", "streaming"), ((string?)stored.Record["gatehouse"]!["outcome"], (string?)stored.Record["gatehouse"]!["outcome_detail"]));
        Assert.Equal("some-service", (string?)(await second.Store.FindAsync("plain", TestContext.Current.CancellationToken))!.Record["service"]!["name"]);
        Assert.Equal(2, second.Writer.State.Interrupted);
    }

    [Fact]
    public async Task Start_CallLeft_KnowsTheHeadersOfItsRequestWithoutItsCredentials()
    {
        var key = "sk-ant" + "-api03-aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY";
        await using (var first = await StartAsync())
        {
            var call = Call(first, "chat");
            call.RequestHeaders = [new("user-agent", "codex_cli_rs/0.55.0"), new("x-twice", "a"), new("x-twice", "b"), new("authorization", "REDACTED"), new("x-mine", key)];
            first.Running.Started(call);
            await NotedAsync(first, 1);
            Assert.Equal(0, Number(first, $"SELECT count(*) FROM inflight WHERE call LIKE '%{key}%'"));
        }

        await using var second = await StartAsync();
        Assert.Equal("codex_cli_rs/0.55.0", Assert.Single(await InterruptedAsync(second, 1)).UserAgent);
        var stored = (await second.Store.FindAsync("chat", TestContext.Current.CancellationToken))!;

        Assert.Equal("""{"user-agent":"codex_cli_rs/0.55.0","x-twice":["a","b"],"authorization":"REDACTED","x-mine":"[redacted:api-key]"}""", stored.Record["request"]!["headers"]!.ToJsonString());
    }

    [Fact]
    public async Task Start_CallsLeft_CountInSumsSeriesAndSessions()
    {
        await using (var first = await StartAsync())
        {
            await first.WriteAsync(SomeRecords.Plain("before"));
            first.Running.Started(Call(first, "chat"));
            await NotedAsync(first, 1);
        }

        await using var second = await StartAsync();
        await InterruptedAsync(second, 1);

        var sums = await second.Store.SumAsync(RequestFilter.None, TestContext.Current.CancellationToken);
        Assert.Equal((2L, 1L, 40L, 1L), (sums.Requests, sums.Errors, sums.OutputTokens, sums.Unpriced));
        var values = await second.Store.CountAsync(RequestFilter.None, LogFields.Outcome, 10, TestContext.Current.CancellationToken);
        Assert.Contains(new FacetCount("interrupted", 1), values);
        Assert.Equal(["chat"], await second.IdsAsync(RequestFilter.None.Where(LogFields.Session, "session-7")));
        SumsCheck.AreThoseOfTheRows(second);
    }

    [Fact]
    public async Task Start_Again_MakesNoSecondRecord()
    {
        await using (var first = await StartAsync())
        {
            first.Running.Started(Call(first, "chat"));
            await NotedAsync(first, 1);
        }

        for (var i = 0; i < 2; i++)
        {
            await using var next = await StartAsync();
            await InterruptedAsync(next, 1);
        }
    }

    [Fact]
    public async Task Start_RecordWasStoredAllTheSame_MakesNoSecondOne()
    {
        await using (var first = await StartAsync())
        {
            var call = Call(first, "chat");
            first.Running.Started(call);
            await NotedAsync(first, 1);
            using var other = first.Open();
            LogDatabase.Execute(other, "CREATE TABLE kept AS SELECT * FROM inflight");
            await EndAsync(first, call);
            LogDatabase.Execute(other, "INSERT INTO inflight SELECT * FROM kept; UPDATE inflight SET process = 5");
        }

        await using var second = await StartAsync();
        await NotedAsync(second, 0);

        Assert.Equal([RequestOutcome.Ok], (await second.RowsAsync()).Select(r => r.Outcome));
        Assert.Equal(0, second.Writer.State.Interrupted);
    }

    [Fact]
    public async Task Finished_CallThatWasWrittenDown_IsOneRecordAndLeavesNothing()
    {
        await using (var first = await StartAsync())
        {
            var call = Call(first, "chat");
            first.Running.Started(call);
            await NotedAsync(first, 1);

            await EndAsync(first, call);

            Assert.Equal(0, Noted(first));
        }

        await using var second = await StartAsync();
        await second.WriteAsync(SomeRecords.Plain("after", TestLog.Start.AddMinutes(1).ToUnixTimeMilliseconds()));
        Assert.Equal(["after", "chat"], await second.IdsAsync());
    }

    [Fact]
    public async Task Running_LessThanASecond_IsNotWrittenDown()
    {
        await using var log = await StartAsync();
        log.Running.Started(Call(log, "old"));
        log.Time.Advance(TimeSpan.FromSeconds(1.5));
        log.Running.Started(Call(log, "young"));

        await NotedAsync(log, 1, advance: false);

        using var reader = log.Open();
        Assert.Equal(1, LogDatabase.Number(reader, "SELECT count(*) FROM inflight WHERE request_id = 'old'"));
    }

    [Fact]
    public async Task Running_TokensFlow_TheLatestCountIsWhatIsLeft()
    {
        await using (var first = await StartAsync())
        {
            var call = Call(first, "chat");
            first.Running.Started(call);
            await NotedAsync(first, 1);
            call.Llm!.OutputTokensSoFar = 900;
            first.Time.Advance(TimeSpan.FromSeconds(6));
            Assert.True(await Poll.UntilAsync(() => Number(first, "SELECT count(*) FROM inflight WHERE call LIKE '%\"output_tokens\":900%'") == 1));
        }

        await using var second = await StartAsync();
        Assert.Equal(900, (await InterruptedAsync(second, 1))[0].OutputTokens);
    }

    [Fact]
    public async Task Ended_RecordWasDropped_IsForgotten()
    {
        await using var log = await StartAsync();
        var call = Call(log, "chat");
        log.Running.Started(call);
        await NotedAsync(log, 1);

        log.Running.Finished(call);

        await NotedAsync(log, 0);
    }

    [Fact]
    public async Task Stop_RecordWasDropped_LeavesNothing()
    {
        await using (var first = await StartAsync())
        {
            var call = Call(first, "chat");
            first.Running.Started(call);
            await NotedAsync(first, 1);
            first.Running.Finished(call);
        }

        await using var second = await StartAsync();
        await second.WriteAsync(SomeRecords.Plain("after"));
        Assert.Equal(["after"], await second.IdsAsync());
    }

    private static RequestRecord Call(TestLog log, string id) => Running(log, id, record =>
    {
        var service = new ServiceConfig { Id = Guid.NewGuid(), Name = "chat-service", Host = "up.example", Port = 443, Protocol = "https" };
        (record.Service, record.Route) = (service, new RouteConfig { Id = Guid.NewGuid(), Name = "chat-route", Paths = ["/chat"], Service = new EntityReference(service.Id) });
        (record.Consumer, record.Agent, record.SessionId) = (new ConsumerConfig { Username = "alice" }, "codex", "session-7");
        (record.Timings.UpstreamSent, record.Timings.UpstreamHeaders, record.Timings.FirstToken) = (1, 20, 30);
        record.Llm = new LlmRecord
        {
            PluginName = "ai-proxy",
            PluginId = SomeRecords.PluginId,
            LogStatistics = true,
            Provider = "openai",
            RequestModel = "gpt-4o",
            IsStream = true,
            OutputTokensSoFar = 40,
        };
    });

    private static RequestRecord Running(TestLog log, string id, Action<RequestRecord> set)
    {
        var record = new RequestRecord
        {
            RequestId = id,
            StartedAtMs = log.Time.GetUtcNow().ToUnixTimeMilliseconds(),
            StartTimestamp = log.Time.GetTimestamp(),
            Method = "POST",
            Uri = "/chat",
        };
        set(record);
        return record;
    }

    private static async Task EndAsync(TestLog log, RequestRecord call)
    {
        (call.Status, call.Outcome, call.Timings.Total) = (200, RequestOutcome.Ok, 3000);
        log.Running.Finished(call);
        await log.WriteAsync(call);
    }

    private static async Task NotedAsync(TestLog log, int count, bool advance = true)
    {
        Assert.True(await Poll.UntilAsync(() =>
        {
            if (advance)
            {
                log.Time.Advance(TimeSpan.FromSeconds(1));
            }

            return Noted(log) == count;
        }), $"{Noted(log)} are noted");
    }

    private static async Task<IReadOnlyList<RequestRow>> InterruptedAsync(TestLog log, int count)
    {
        Assert.True(await Poll.UntilAsync(() => Noted(log) == 0));
        var rows = await log.RowsAsync(RequestFilter.None.Where(LogFields.Outcome, "interrupted"));
        Assert.Equal(count, rows.Count);
        Assert.Equal(count, rows.Select(r => r.RequestId).Distinct().Count());
        return rows;
    }

    private static long Noted(TestLog log) => Number(log, "SELECT count(*) FROM inflight");

    private static long Number(TestLog log, string sql)
    {
        using var reader = log.Open();
        return LogDatabase.Number(reader, sql);
    }

    private Task<TestLog> StartAsync() => TestLog.StartAsync(_path, keepsFile: true);
}
