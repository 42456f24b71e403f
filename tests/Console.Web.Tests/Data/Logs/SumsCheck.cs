using System.Globalization;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Rollups;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Tests.Data.Logs;

/// <summary>Whether what the log has counted as rows came is what counting all rows anew comes to.</summary>
internal static class SumsCheck
{
    private static readonly string[] Counted =
    [
        "SELECT * FROM zones ORDER BY 1",
        "SELECT id, requests, last_row FROM facets WHERE requests > 0 ORDER BY 1", "SELECT * FROM sessions ORDER BY 1",
        "SELECT * FROM session_facets ORDER BY 1, 2", "SELECT field, value, last_zone FROM texts ORDER BY 1, 2",
        "SELECT y.zone, min(y.text, 0), t.field, t.value FROM zone_texts y LEFT JOIN texts t ON t.id = y.text ORDER BY 1, 2, 3, 4",
    ];

    public static void AreThoseOfTheRows(TestLog log)
    {
        using var connection = log.Open();
        using var transaction = connection.BeginTransaction();
        var kept = Read(connection, transaction);
        using (var command = connection.CreateCommand())
        {
            command.Transaction = transaction;
            command.CommandText = $"""
                {string.Concat(RollupLevel.All.Select(l => $"DELETE FROM {l.Table};"))} DELETE FROM zones; DELETE FROM session_facets; DELETE FROM zone_texts; DELETE FROM texts;
                UPDATE facets SET requests = 0, last_row = 0;
                UPDATE sessions SET requests = 0, last_row = 0, errors = 0, input_tokens = 0, cache_read_tokens = 0, cache_write_tokens = 0, output_tokens = 0,
                    reasoning_tokens = 0, cost = 0, unpriced = 0;
                """;
            command.ExecuteNonQuery();
        }

        LogSums.Rebuild(connection, transaction);

        Assert.Equal(Read(connection, transaction), kept);
        transaction.Rollback();
    }

    /// <summary>All kept cells of a grain, in whatever rows they are: cut, bucket, facet, and in hex the sums and histograms.</summary>
    public static List<(int Cut, long Bucket, long Facet, string Cell)> Cells(SqliteConnection connection, RollupLevel level)
    {
        var cells = new List<(int Cut, long Bucket, long Facet, string Cell)>();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT id, requests, cells FROM {level.Table}";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var (id, requests) = (reader.GetInt64(0), 0L);
            ReadOnlySpan<byte> pack = (byte[])reader[2];
            while (!pack.IsEmpty)
            {
                var cell = RollupPack.Take(ref pack, out var facet);
                requests += RollupCell.RequestsOf(cell);
                cells.Add((RollupPack.CutOf(id), RollupPack.BucketOf(id), facet, Convert.ToHexString(cell)));
            }

            Assert.Equal(requests, reader.GetInt64(1));
        }

        Assert.Distinct(cells.Select(c => (c.Cut, c.Bucket, c.Facet)));
        cells.Sort();
        return cells;
    }

    private static List<string> Read(SqliteConnection connection, SqliteTransaction transaction)
    {
        var lines = RollupLevel.All.SelectMany(l => Cells(connection, l).Select(c => $"{l.Table}: {c}")).ToList();
        foreach (var sql in Counted)
        {
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = sql;
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var values = Enumerable.Range(0, reader.FieldCount)
                    .Select(i => reader[i] is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(reader[i], CultureInfo.InvariantCulture));
                lines.Add($"{sql.Split(' ')[3]}: {string.Join(" ", values)}");
            }
        }

        return lines;
    }
}
