using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using Gateway.Testing;

namespace ConsoleWeb.Tests.Data.Logs;

public sealed class LogMigrationTests
{
    [Fact]
    public async Task Open_FileOfTheFirstSchema_KeepsEverythingAndCountsIt()
    {
        var path = TestLog.NewPath();
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            LogDatabase.Execute(connection, LogMigrations.All[0] + " PRAGMA user_version = 1;");
            for (var i = 1; i <= 3; i++)
            {
                using var command = connection.CreateCommand();
                command.CommandText = """
                    INSERT INTO requests VALUES (@seq, @id, @at, @status, 'ok', NULL, NULL, 'POST', '/v1/messages', 'a-route', 'a-service', NULL, 'codex', 'codex/1',
                        'Session-1', 'openai', 'gpt-4o', 'gpt-4o-2024', 1, 1, 100, 20, 3, 40, 5, 'provider', 1000000000000, 12.5, 99, 1.5);
                    INSERT INTO entities VALUES (@seq, @id, CAST('{"name":"a-service"}' AS BLOB), @seq);
                    INSERT INTO details VALUES (@seq, @seq, NULL, NULL, @record);
                    INSERT INTO payloads VALUES (@seq, @body, NULL);
                    """;
                command.Parameters.AddWithValue("@seq", i);
                command.Parameters.AddWithValue("@id", $"{i}{new string('f', 31)}");
                command.Parameters.AddWithValue("@at", TestLog.Start.ToUnixTimeMilliseconds() + (i / 3 * 1000));
                command.Parameters.AddWithValue("@status", i == 3 ? 502 : 200);
                command.Parameters.AddWithValue("@record", LogText.Compress("""{"ai":{"proxy":{}},"gatehouse":{}}"""u8));
                command.Parameters.AddWithValue("@body", LogText.Compress($"body {i}"));
                command.ExecuteNonQuery();
            }
        }

        await using var log = await TestLog.StartAsync(path);

        Assert.Equal([$"3{new string('f', 31)}", $"2{new string('f', 31)}", $"1{new string('f', 31)}"], await log.IdsAsync());
        var stored = await log.Store.FindAsync($"2{new string('f', 31)}", TestContext.Current.CancellationToken);
        Assert.Equal("body 2", (string?)stored!.Record["ai"]!["proxy"]!["payload"]!["request"]);
        Assert.Equal("a-service", (string?)stored.Record["service"]!["name"]);
        Assert.Equal(("gpt-4o-2024", "codex", "Session-1", 1m), (stored.Row.Model, stored.Row.Agent, stored.Row.SessionId, stored.Row.Cost));
        Assert.Equal(3, (await log.IdsAsync(RequestFilter.None.Where(LogFields.Session, "session-1"))).Count);
        var sum = await log.Store.SumAsync(RequestFilter.None, TestContext.Current.CancellationToken);
        Assert.Equal((3L, 1L, 300L, 3m), (sum.Requests, sum.Errors, sum.InputTokens, sum.Cost));
        using var reader = log.Open();
        Assert.Equal(3, LogDatabase.Number(reader, "SELECT requests FROM sessions"));
        Assert.Equal(3, LogDatabase.Number(reader, "SELECT sum(requests) FROM facets"));
        Assert.Equal(2, LogDatabase.Number(reader, "SELECT count(*) FROM session_facets"));
        Assert.True(await Poll.UntilAsync(() => LogDatabase.Number(reader, "SELECT turns FROM sessions") == 2), "the rows of an older version are not read");
    }
}
