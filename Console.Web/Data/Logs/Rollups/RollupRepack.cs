using System.Buffers;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Rollups;

/// <summary>Brings the sums of older versions, which had a row for each cell, into packs.</summary>
internal static class RollupRepack
{
    /// <summary>Before the table's name while its cells are being packed.</summary>
    private const string Old = "unpacked_";

    private const int FullRow = 3000;

    public static void Run(SqliteConnection connection, SqliteTransaction transaction)
    {
        foreach (var level in RollupLevel.All)
        {
            Pack(connection, transaction, level);
            using var drop = connection.CreateCommand();
            drop.Transaction = transaction;
            drop.CommandText = $"DROP TABLE {Old}{level.Table}";
            drop.ExecuteNonQuery();
        }
    }

    private static void Pack(SqliteConnection connection, SqliteTransaction transaction, RollupLevel level)
    {
        using var write = new LogStatement(connection, $"INSERT INTO {level.Table} (id, requests, cells) VALUES (@a, @b, @c)", 3);
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"SELECT cut, bucket, facet, {string.Join(", ", RollupCell.SumColumns)}, histograms FROM {Old}{level.Table} ORDER BY cut, bucket";
        var (pack, cell) = (new ArrayBufferWriter<byte>(FullRow * 2), new ArrayBufferWriter<byte>(256));
        var (bucket, id, requests) = (-1L, 0L, 0L);
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                var next = RollupPack.IdOf(reader.GetInt32(0), reader.GetInt64(1));
                if (next != bucket || (pack.WrittenCount >= FullRow && id + 1 < bucket + RollupPack.MostParts))
                {
                    Flush();
                    (bucket, id) = (next, next == bucket ? id + 1 : next);
                }

                var older = new RollupCell();
                for (var i = 0; i < older.Sums.Length; i++)
                {
                    older.Sums[i] = reader.GetInt64(3 + i);
                }

                older.Speed.AddOlder(older.Gateway.AddOlder(older.Total.AddOlder(older.TimeToFirstToken.AddOlder((byte[])reader[3 + older.Sums.Length]))));
                cell.ResetWrittenCount();
                older.Write(cell);
                RollupPack.Append(pack, reader.GetInt64(2), cell.WrittenSpan);
                requests += reader.GetInt64(3);
            }
        }

        Flush();

        void Flush()
        {
            if (pack.WrittenCount > 0)
            {
                write.Run(id, requests, pack.WrittenSpan.ToArray());
                pack.ResetWrittenCount();
                requests = 0;
            }
        }
    }
}
