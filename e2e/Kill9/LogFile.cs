using Microsoft.Data.Sqlite;

namespace Gateway.E2E.Kill9;

/// <summary>What is in a log database, read past the product.</summary>
/// <param name="Stored">Request ids with path and outcome, once for each row.</param>
/// <param name="Running">Request ids of the calls that are written down as running.</param>
internal sealed record LogFile(IReadOnlyList<(string Id, string Path, string Outcome)> Stored, IReadOnlyList<string> Running, string Integrity, string Sums)
{
    /// <summary>Reads a copy, so that nothing about the files is changed before the product finds them.</summary>
    public static LogFile ReadCopy(string data, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(data, "logs.db*").Where(f => !f.EndsWith("-shm", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        return Read(folder);
    }

    public static LogFile Read(string data)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(data, "logs.db"), Pooling = false, DefaultTimeout = 30 }.ToString());
        connection.Open();
        return new LogFile(
            Rows(connection, "SELECT iif(typeof(r.request_id) = 'blob', lower(hex(r.request_id)), r.request_id), r.path, f.outcome FROM requests r JOIN facets f ON f.id = r.facet", r => (r.GetString(0), r.GetString(1), r.GetString(2))),
            Rows(connection, "SELECT iif(typeof(request_id) = 'blob', lower(hex(request_id)), request_id) FROM inflight", r => r.GetString(0)),
            Rows(connection, "PRAGMA integrity_check", r => r.GetString(0))[0],
            Rows(
                connection,
                """
                SELECT (SELECT count(*) FROM requests) || ' rows, ' || (SELECT sum(requests) FROM facets) || ' of facets, '
                    || (SELECT sum(requests) FROM rollup_minutes WHERE id < 1 << 52) || ' of minutes, ' || (SELECT sum(requests) FROM zones) || ' of zones, ' || (SELECT count(*) FROM details) || ' details'
                """,
                r => r.GetString(0))[0]);
    }

    private static List<T> Rows<T>(SqliteConnection connection, string sql, Func<SqliteDataReader, T> read)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
