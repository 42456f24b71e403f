using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Requests;
using Gateway.Core.Logging;
using Gateway.Shared.Logging;
using Gateway.Testing.Logging;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Tests.Data.Logs;

/// <summary>How the log keeps that a request repeats another one, and the body that a client sent before it was translated.</summary>
public sealed class ReplayLinkTests
{
    private static readonly long At = TestLog.Start.ToUnixTimeMilliseconds();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Link_Stored_IsInRowAndRecordAndFound()
    {
        await using var log = await TestLog.StartAsync();
        var first = RequestIds.New(At);
        await log.WriteAsync(SomeRecords.AiProxy(first), Replay("second", first, 1), Replay("third", first, 2), Replay("other", "one of another gateway", 3));

        var stored = await log.Store.FindAsync("second", Cancel);

        Assert.Equal((first, first), (stored!.Row.ReplayOf, (string?)stored.Record["gatehouse"]!["replay_of"]));
        Assert.Null((await log.Store.FindAsync(first, Cancel))!.Row.ReplayOf);
        Assert.Equal(["third", "second"], await FoundAsync(log, $"replay_of:{first}"));
        Assert.Equal(["third", "second"], await FoundAsync(log, $"replay_of:{first.ToUpperInvariant()}"));
        Assert.Equal(["third", "second"], await FoundAsync(log, $"replay_of:{first[..20]}*"));
        Assert.Equal(["other", "third", "second"], await FoundAsync(log, "has:replay_of"));
        Assert.Equal([first], await FoundAsync(log, "-has:replay_of"));
        Assert.Equal(["other"], await FoundAsync(log, "replay_of:\"one of another gateway\""));
        Assert.Equal(["second"], await FoundAsync(log, $"replay_of:{first} id:second"));
        Assert.Empty(await FoundAsync(log, "replay_of:nothing"));
    }

    [Fact]
    public async Task ClientBody_Stored_ComesBackBesideTheTranslatedOneAndGoesWithItsRow()
    {
        await using var log = await TestLog.StartAsync();
        var record = SomeRecords.AiProxy("translated");
        (record.Llm!.LogPayloads, record.Llm.RequestPayload, record.Llm.ClientPayload) = (true, """{"to":"upstream"}""", """{"from": "client"}""");
        await log.WriteAsync(record);

        var payload = (await log.Store.FindAsync("translated", Cancel))!.Record["ai"]!["proxy"]!["payload"]!;

        Assert.Equal(("""{"to":"upstream"}""", """{"from": "client"}"""), ((string?)payload["request"], (string?)payload["client_request"]));
        Assert.Equal("""{"from"…""", record.WithPayloadLimit(7).Llm!.ClientPayload + "…");
        Assert.Null(record.WithPayloadLimit(0).Llm!.ClientPayload);
    }

    [Fact]
    public async Task Log_OfTheVersionBefore_GetsTheColumnsAndKeepsItsRows()
    {
        var path = TestLog.NewPath();
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            LogDatabase.Execute(connection, string.Concat(LogMigrations.All[..5]) + " PRAGMA user_version = 5;");
            LogDatabase.Execute(connection, $"""
                INSERT INTO facets (id, status, outcome, method, is_llm, is_stream) VALUES (1, 200, 'ok', 'POST', 1, 0);
                INSERT INTO requests VALUES ({RowIds.From(At)}, 'an-old-one', 1, NULL, NULL, NULL, '/p', NULL, 1, 2, 3, 4, 0, NULL, NULL, NULL, NULL, 0, 0);
                """);
        }

        await using var log = await TestLog.StartAsync(path);
        await log.WriteAsync(Replay("new", "an-old-one", 0));

        Assert.Equal(["new"], await FoundAsync(log, "replay_of:an-old-one"));
        Assert.Equal(["an-old-one"], await FoundAsync(log, "id:an-old-one"));
    }

    private static async Task<IReadOnlyList<string>> FoundAsync(TestLog log, string filter)
    {
        var (parsed, error) = FilterText.Parse(filter);
        Assert.Null(error);
        return await log.IdsAsync(parsed);
    }

    private static RequestRecord Replay(string id, string of, int second)
    {
        var record = SomeRecords.AiProxy(id, At + 1000 + (second * 1000));
        record.ReplayOf = of;
        return record;
    }
}
