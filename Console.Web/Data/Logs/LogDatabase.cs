using ConsoleWeb.Options;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs;

/// <summary>The file of the request log: how it is opened.</summary>
/// <param name="busySeconds">How long a statement waits for a lock that another program holds.</param>
internal sealed class LogDatabase(string path, int busySeconds = LogDatabase.DefaultBusySeconds)
{
    private const int DefaultBusySeconds = 5;

    private readonly string _writer = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = busySeconds }.ToString();

    private readonly string _reader = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, DefaultTimeout = busySeconds }.ToString();

    private readonly string _busyTimeout = FormattableString.Invariant($"PRAGMA busy_timeout={busySeconds * 1000};");

    public LogDatabase(DataDirectory directory)
        : this(directory.LogDatabase)
    {
    }

    public string Path { get; } = path;

    /// <summary>Pages that the file may have; null: as many as the disk has room for.</summary>
    public long? MaxPages { get; init; }

    /// <summary>Bytes on disk: the database and its write-ahead log.</summary>
    public long Size => SizeOf(Path) + SizeOf(Path + "-wal");

    /// <summary>Opens the connection that writes, creating or migrating the file.</summary>
    public SqliteConnection OpenWriter()
    {
        // Created here, so that the file is private from its first byte; SQLite gives its companions the same mode.
        DataDirectory.Protect(Path);
        var connection = new SqliteConnection(_writer);
        try
        {
            connection.Open();
            Execute(connection, $"{_busyTimeout} PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-8192; PRAGMA temp_store=MEMORY;");
            if (MaxPages is { } pages)
            {
                Execute(connection, FormattableString.Invariant($"PRAGMA max_page_count={pages}"));
            }

            LogMigrations.Apply(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a pooled connection that only reads.</summary>
    public SqliteConnection OpenReader()
    {
        var connection = new SqliteConnection(_reader);
        try
        {
            connection.Open();
            Execute(connection, $"PRAGMA query_only=1; PRAGMA cache_size=-8192; {_busyTimeout}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Closes what the readers keep open, after the file was replaced.</summary>
    public void ForgetReaders()
    {
        using var connection = new SqliteConnection(_reader);
        SqliteConnection.ClearPool(connection);
    }

    /// <summary>Renames an unreadable database, so that a new one can take its place.</summary>
    /// <returns>Where it is now.</returns>
    public string Quarantine(DateTimeOffset now)
    {
        ForgetReaders();
        var aside = FormattableString.Invariant($"{Path}.corrupt-{now:yyyyMMddHHmmss}");
        foreach (var suffix in (string[])["", "-wal", "-shm"])
        {
            if (File.Exists(Path + suffix))
            {
                File.Move(Path + suffix, aside + suffix, overwrite: true);
            }
        }

        return aside;
    }

    internal static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    internal static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() is long number ? number : 0;
    }

    private static long SizeOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }
}
