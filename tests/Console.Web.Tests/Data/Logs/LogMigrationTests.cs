using System.Buffers;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Bodies;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Rollups;
using Gateway.Testing;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Tests.Data.Logs;

public sealed class LogMigrationTests
{
    [Fact]
    public async Task Open_FileOfTheFirstSchema_KeepsEverythingAndCountsIt()
    {
        var path = TestLog.NewPath();
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
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

    /// <summary>Older versions had a row for each cell.</summary>
    [Fact]
    public async Task Open_FileWithARowForEachCell_PacksTheSameCells()
    {
        const int versionWithoutPacks = 7;
        await using var log = await TestLog.StartAsync(set: o => (o.Retention.MaxAgeDays, o.Retention.MaxBytes) = (0, 0));
        var random = new Random(8);
        await log.WriteAsync(Enumerable.Range(0, 300).Select(_ => StatsTests.Record(random)));
        using var written = log.Open();
        var older = TestLog.NewPath();
        using (var connection = new SqliteConnection($"Data Source={older};Pooling=False"))
        {
            connection.Open();
            LogDatabase.Execute(connection, string.Concat(LogMigrations.All.Take(versionWithoutPacks)) + FormattableString.Invariant($" PRAGMA user_version = {versionWithoutPacks};"));
            foreach (var level in RollupLevel.All)
            {
                foreach (var cell in SumsCheck.Cells(written, level))
                {
                    InsertUnpacked(connection, level, cell);
                }
            }
        }

        using var packed = new LogDatabase(older).OpenWriter();

        Assert.All(RollupLevel.All, level => Assert.Equal(SumsCheck.Cells(written, level), SumsCheck.Cells(packed, level)));
        Assert.Equal(0, LogDatabase.Number(packed, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'unpacked%'"));
        Directory.Delete(Path.GetDirectoryName(older)!, recursive: true);
    }

    /// <summary>In older versions the numbers of parts were those of rows, or a little above.</summary>
    [Fact]
    public void Open_FileWithPartsNumberedByRows_MarksThem()
    {
        const int versionWithoutMarks = 9;
        var older = TestLog.NewPath();
        using (var connection = new SqliteConnection($"Data Source={older};Pooling=False"))
        {
            connection.Open();
            LogDatabase.Execute(connection, string.Concat(LogMigrations.All.Take(versionWithoutMarks)) + FormattableString.Invariant($" PRAGMA user_version = {versionWithoutMarks};"));
            LogDatabase.Execute(
                connection,
                """
                WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 600)
                INSERT INTO blocks (id, hash, first_row, keep_until, data) SELECT i * 1000 + 5, CAST(i AS BLOB), i * 1000, 0, x'' FROM n
                """);
        }

        using var marked = new LogDatabase(older).OpenWriter();

        Assert.Equal(2, LogDatabase.Number(marked, "SELECT count(*) FROM part_marks"));
        Assert.Equal(256_005, PartMarks.LastRowBefore(marked, 200_000));
        Assert.Equal(long.MaxValue, PartMarks.LastRowBefore(marked, 600_000));
        Assert.Equal(256_005, LogDatabase.Number(marked, $"SELECT {PartMarks.FirstSql("300000")}"));
        Assert.Equal(512_005, LogDatabase.Number(marked, $"SELECT {PartMarks.EndSql("300000")}"));
        Directory.Delete(Path.GetDirectoryName(older)!, recursive: true);
    }

    private static void InsertUnpacked(SqliteConnection connection, RollupLevel level, (int Cut, long Bucket, long Facet, string Cell) cell)
    {
        ReadOnlySpan<byte> rest = Convert.FromHexString(cell.Cell);
        var sums = new long[RollupCell.SumColumns.Count];
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] = VarInt.Read(ref rest);
        }

        // Each bucket had its count; now only those have one that hold more than one value.
        var histograms = new ArrayBufferWriter<byte>();
        while (!rest.IsEmpty)
        {
            var entries = VarInt.Read(ref rest);
            VarInt.Write(histograms, entries);
            for (; entries > 0; entries--)
            {
                var step = VarInt.Read(ref rest);
                VarInt.Write(histograms, step >> 1);
                VarInt.Write(histograms, (step & 1) == 0 ? 1 : VarInt.Read(ref rest));
            }
        }

        using var command = connection.CreateCommand();
        command.CommandText = $"INSERT INTO {level.Table} VALUES ({cell.Cut}, {cell.Bucket}, {cell.Facet}, {string.Join(", ", sums)}, @histograms)";
        command.Parameters.AddWithValue("@histograms", histograms.WrittenSpan.ToArray());
        command.ExecuteNonQuery();
    }
}
