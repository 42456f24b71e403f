using System.Text.Json.Nodes;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Features.Sessions;
using Gateway.Core.Logging;
using Gateway.Shared.Contracts;
using Gateway.Shared.Logging;
using Gateway.Shared.Usage;
using Gateway.Testing.Logging;

namespace ConsoleWeb.Tests.Data.Logs;

public sealed class RequestLogRoundTripTests
{
    [Fact]
    public async Task Find_FullRecord_ListsEveryColumn()
    {
        await using var log = await TestLog.StartAsync();

        var record = Full("a1");
        (record.RequestSize, record.ResponseSize) = (10, 20);
        await log.WriteAsync(record);

        var row = Assert.Single(await log.RowsAsync());
        Assert.Equal(
            new RequestRow
            {
                Sequence = row.Sequence,
                RequestId = "a1",
                StartedAt = TestLog.Start,
                Status = 200,
                Outcome = RequestOutcome.UpstreamCut,
                OutcomeDetail = "reset",
                ErrorMessage = "the answer broke off",
                Method = "POST",
                Path = "/some/path",
                RouteName = "some-route",
                ServiceName = "some-service",
                ConsumerName = "alice",
                Agent = "claude-code",
                UserAgent = "claude-cli/2.0.37 (external, cli)",
                SessionId = "session-1",
                Kind = CallKind.Main,
                Provider = "openai",
                RequestedModel = "gpt-5-mini",
                Model = "gpt-5-mini-2025-08-07",
                IsLlm = true,
                IsStream = true,
                InputTokens = 10,
                CacheReadTokens = 20,
                CacheWriteTokens = 70,
                OutputTokens = 456,
                ReasoningTokens = 256,
                UsageSource = UsageSource.Estimate,
                Cost = 0.000_123_456_789m,
                TimeToFirstTokenMs = 6785.2,
                TotalMs = 6789.5,
                GatewayMs = 2.5,
                RequestSize = 10,
                ResponseSize = 20,
            },
            row);
    }

    [Fact]
    public async Task Find_FullRecord_IsWhatAWriterOfWholeRecordsWrites()
    {
        await using var log = await TestLog.StartAsync();
        var record = Full("a1");

        await log.WriteAsync(record);

        var stored = await log.Store.FindAsync("a1", TestContext.Current.CancellationToken);
        Assert.Equal(
            Written(record, RecordParts.Entities | RecordParts.Payloads | RecordParts.Aliases | RecordParts.Gatehouse),
            stored!.Record.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    [Fact]
    public async Task Find_PlainRecord_HasNeitherModelNorPrice()
    {
        await using var log = await TestLog.StartAsync();

        await log.WriteAsync(SomeRecords.Plain("a1"));

        var stored = await log.Store.FindAsync("a1", TestContext.Current.CancellationToken);
        Assert.False(stored!.Row.IsLlm);
        Assert.Null(stored.Row.Model);
        Assert.Null(stored.Row.Cost);
        Assert.Null(stored.Row.UsageSource);
        Assert.Null(stored.Record["ai"]);
        Assert.Equal("some-service", (string?)stored.Record["service"]?["name"]);
    }

    [Fact]
    public async Task Find_NothingMatched_RecordHasNoEntities()
    {
        await using var log = await TestLog.StartAsync();
        var record = SomeRecords.Plain("a1", status: 404);
        (record.Service, record.Route) = (null, null);

        await log.WriteAsync(record);

        var stored = await log.Store.FindAsync("a1", TestContext.Current.CancellationToken);
        Assert.DoesNotContain(stored!.Record.Select(m => m.Key), name => name is "service" or "route" or "consumer");
    }

    [Fact]
    public async Task Find_PayloadsNotToBeLogged_AreNowhereInTheFile()
    {
        await using var log = await TestLog.StartAsync();
        var record = Full("a1");
        record.Llm!.LogPayloads = false;

        await log.WriteAsync(record);

        var stored = await log.Store.FindAsync("a1", TestContext.Current.CancellationToken);
        Assert.Null(stored!.Record["ai"]?["proxy"]?["payload"]);
        using var connection = log.Open();
        Assert.Equal(0, LogDatabase.Number(connection, "SELECT count(*) FROM payloads"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"a\":\"\\u0000 \\ud83d\\ude00 \u202e\"}\r\n")]
    [InlineData("half a pair \ud83d")]
    public async Task Find_OddBodies_ComeBack(string body)
    {
        await using var log = await TestLog.StartAsync();
        var record = Full("a1");
        (record.Llm!.RequestPayload, record.Llm.ResponsePayload) = (body, null);

        await log.WriteAsync(record);

        var stored = await log.Store.FindAsync("a1", TestContext.Current.CancellationToken);
        var payload = stored!.Record["ai"]!["proxy"]!["payload"]!.AsObject();
        Assert.Equal(body.Replace("\ud83d", body.Contains('\ude00', StringComparison.Ordinal) ? "\ud83d" : "\ufffd", StringComparison.Ordinal), (string?)payload["request"]);
        Assert.False(payload.ContainsKey("response"));
    }

    [Fact]
    public async Task Find_LargeBody_ComesBackWhole()
    {
        await using var log = await TestLog.StartAsync();
        var record = Full("a1");
        var body = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{i}é"));
        record.Llm!.ResponsePayload = body;

        await log.WriteAsync(record);

        var stored = await log.Store.FindAsync("a1", TestContext.Current.CancellationToken);
        Assert.Equal(body, (string?)stored!.Record["ai"]!["proxy"]!["payload"]!["response"]);
    }

    [Fact]
    public async Task Find_UnknownId_IsNull()
    {
        await using var log = await TestLog.StartAsync();

        Assert.Null(await log.Store.FindAsync("a1", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Write_BatchAgainAfterACommitInDoubt_StoresEachRequestOnce()
    {
        await using var log = await TestLog.StartAsync();
        using var connection = log.Database.OpenWriter();
        using var batch = new RequestBatch(connection, hasAliases: true);
        batch.Write([SomeRecords.Plain("a1"), SomeRecords.AiProxy("b2")], _ => { });

        // What fails afterwards looks to the writer as if nothing had been stored.
        Assert.ThrowsAny<Exception>(() => batch.Write([null!], _ => { }));
        batch.Write([SomeRecords.Plain("a1"), SomeRecords.AiProxy("b2"), SomeRecords.Plain("c3")], _ => { });

        Assert.Equal(["c3", "b2", "a1"], await log.IdsAsync());
        Assert.Equal(3, (await log.Store.SumAsync(RequestFilter.None, TestContext.Current.CancellationToken)).Requests);
    }

    [Fact]
    public async Task Write_EntityChanged_EachRecordShowsItAsItWas()
    {
        await using var log = await TestLog.StartAsync();
        var (before, after) = (SomeRecords.Plain("before"), SomeRecords.Plain("after"));
        after.Service = before.Service! with { Host = "moved.example" };

        await log.WriteAsync(before, after);

        Assert.Equal("up.example", await HostAsync("before"));
        Assert.Equal("moved.example", await HostAsync("after"));

        async Task<string?> HostAsync(string id) => (string?)(await log.Store.FindAsync(id, TestContext.Current.CancellationToken))!.Record["service"]!["host"];
    }

    [Fact]
    public async Task Restart_KeepsRowsAndGoesOnCounting()
    {
        var path = TestLog.NewPath();
        await using (var first = await TestLog.StartAsync(path, keepsFile: true))
        {
            await first.WriteAsync(Full("a1"), SomeRecords.Plain("b2"));
        }

        await using var second = await TestLog.StartAsync(path);
        await second.WriteAsync(SomeRecords.Plain("c3"));

        Assert.Equal(["c3", "b2", "a1"], await second.IdsAsync());
        Assert.Equal(3, (await second.Store.SumAsync(RequestFilter.None, TestContext.Current.CancellationToken)).Requests);
        var stored = await second.Store.FindAsync("a1", TestContext.Current.CancellationToken);
        Assert.Equal("ask", (string?)stored!.Record["ai"]!["proxy"]!["payload"]!["request"]);
    }

    [Fact]
    public async Task Stop_RecordsWaiting_WritesThemFirst()
    {
        var path = TestLog.NewPath();
        await using (var first = await TestLog.StartAsync(path, keepsFile: true))
        {
            first.Add(Enumerable.Range(0, 2000).Select(_ => SomeRecords.Plain()));
        }

        await using var second = await TestLog.StartAsync(path);

        Assert.Equal(2000, (await second.RowsAsync()).Count);
    }

    private static string Written(RequestRecord record, RecordParts parts)
    {
        using var json = new JsonLineWriter();
        RequestRecordWriter.Write(json, record, parts);
        return JsonNode.Parse(json.WrittenSpan)!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <summary>A record that has everything.</summary>
    private static RequestRecord Full(string id)
    {
        var record = SomeRecords.AiProxy(id);
        record.Consumer = new ConsumerConfig { Id = Guid.NewGuid(), Username = "alice" };
        (record.Outcome, record.OutcomeDetail, record.ErrorMessage) = (RequestOutcome.UpstreamCut, "reset", "the answer broke off");
        var llm = record.Llm!;
        (llm.IsStream, llm.Cost, llm.IsPriced) = (true, 0.000_123_456_789m, true);
        (llm.LogPayloads, llm.RequestPayload, llm.ResponsePayload) = (true, "ask", "answer");
        llm.Usage = llm.Usage! with
        {
            PromptTokens = 100,
            CacheReadTokens = 20,
            CacheWrite5mTokens = 30,
            CacheWrite1hTokens = 40,
            Source = UsageSource.Estimate,
        };
        llm.TriedTargets = [new TriedTarget { Host = "api.openai.com", Port = 443, UpstreamScheme = "https", UpstreamUri = "/v1/responses", RouteType = "llm/v1/chat", Provider = "openai" }];
        return record;
    }
}
