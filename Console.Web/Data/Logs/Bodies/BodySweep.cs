using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Reading;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Bodies;

/// <summary>Removes the bodies of the oldest rows, and the parts that no younger row uses.</summary>
internal static class BodySweep
{
    /// <param name="last">The last row that goes.</param>
    /// <param name="unused">What <see cref="FindUnused"/> has told before the transaction.</param>
    public static void Delete(SqliteConnection connection, SqliteTransaction transaction, long last, IReadOnlyList<long> unused)
    {
        Execute(connection, transaction, "DELETE FROM payloads WHERE id <= @last", last);
        Execute(connection, transaction, "DELETE FROM bodies WHERE id <= @last", last);
        foreach (var block in unused)
        {
            Execute(connection, transaction, "DELETE FROM block_text WHERE rowid = @last", block);
            Execute(connection, transaction, "DELETE FROM blocks WHERE id = @last", block);
        }

        if (unused.Count > 0)
        {
            Execute(connection, transaction, "DELETE FROM part_marks WHERE part <= @last AND part < (SELECT min(id) FROM blocks)", unused.Max());
        }
    }

    /// <summary>Numbers of the parts that only rows up to <paramref name="last"/> use.</summary>
    /// <remarks>
    /// What is marked as used until a row that goes is unused. What is marked until a little later may have been used for the last time
    /// before: the rows up to that mark tell.
    /// </remarks>
    public static IReadOnlyList<long> FindUnused(SqliteConnection connection, long last)
    {
        var parameters = new SqlParameters();
        var marked = LogReader.Query(
            connection,
            $"SELECT id, keep_until FROM blocks WHERE keep_until <= {parameters.Add(last + BodyWriter.KeepAhead)}",
            parameters,
            reader => (Id: reader.GetInt64(0), Until: reader.GetInt64(1)));
        if (marked.Count == 0)
        {
            return [];
        }

        parameters = new SqlParameters();
        var used = new HashSet<long>();
        LogReader.Query(
            connection,
            $"SELECT request, response, client FROM bodies WHERE id > {parameters.Add(last)} AND id <= {parameters.Add(marked.Max(b => b.Until))}",
            parameters,
            reader =>
            {
                Collect(reader[0] as byte[], used);
                Collect(reader[1] as byte[], used);
                Collect(reader[2] as byte[], used);
                return 0;
            });
        return [.. marked.Where(b => b.Until <= last || !used.Contains(b.Id)).Select(b => b.Id)];
    }

    private static void Collect(byte[]? list, HashSet<long> used)
    {
        ReadOnlySpan<byte> rest = list;
        while (!rest.IsEmpty)
        {
            used.Add(VarInt.Read(ref rest));
        }
    }

    private static void Execute(SqliteConnection connection, SqliteTransaction transaction, string sql, long number)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.Parameters.AddWithValue("@last", number);
        command.ExecuteNonQuery();
    }
}
