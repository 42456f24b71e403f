using ConsoleWeb.Options;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs;

/// <summary>The file of the request log: how it is opened, and its schema.</summary>
/// <param name="busySeconds">How long a statement waits for a lock that another program holds.</param>
internal sealed class LogDatabase(string path, int busySeconds = LogDatabase.DefaultBusySeconds)
{
    /// <summary>One element per version; a released one is never changed. <c>user_version</c> says how many have been applied.</summary>
    private static readonly string[] Migrations =
    [
        """
        CREATE TABLE requests (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            request_id TEXT NOT NULL UNIQUE,
            started_at INTEGER NOT NULL,
            status INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            outcome_detail TEXT,
            error TEXT,
            method TEXT NOT NULL,
            path TEXT NOT NULL,
            route TEXT COLLATE NOCASE,
            service TEXT COLLATE NOCASE,
            consumer TEXT COLLATE NOCASE,
            agent TEXT COLLATE NOCASE,
            user_agent TEXT,
            session_id TEXT COLLATE NOCASE,
            provider TEXT COLLATE NOCASE,
            requested_model TEXT COLLATE NOCASE,
            model TEXT COLLATE NOCASE,
            is_llm INTEGER NOT NULL,
            is_stream INTEGER NOT NULL,
            input_tokens INTEGER NOT NULL,
            cache_read_tokens INTEGER NOT NULL,
            cache_write_tokens INTEGER NOT NULL,
            output_tokens INTEGER NOT NULL,
            reasoning_tokens INTEGER NOT NULL,
            usage_source TEXT,
            cost INTEGER,
            ttft_ms REAL,
            total_ms REAL,
            gateway_ms REAL
        );
        CREATE INDEX requests_started ON requests (started_at, status, outcome);
        CREATE INDEX requests_failed ON requests (seq) WHERE status >= 400 OR outcome <> 'ok';
        CREATE INDEX requests_session ON requests (session_id, seq) WHERE session_id IS NOT NULL;

        -- What one page shows of one request. Entities are shared by the requests that used them.
        CREATE TABLE details (
            seq INTEGER PRIMARY KEY,
            service INTEGER,
            route INTEGER,
            consumer INTEGER,
            record BLOB NOT NULL
        );
        CREATE TABLE payloads (
            seq INTEGER PRIMARY KEY,
            request BLOB,
            response BLOB
        );
        CREATE TABLE entities (
            id INTEGER PRIMARY KEY,
            hash BLOB NOT NULL UNIQUE,
            json BLOB NOT NULL,
            last_seq INTEGER NOT NULL
        );

        -- Everything stored before first_seq started before this minute: where a search by time may stop.
        CREATE TABLE minutes (
            minute INTEGER PRIMARY KEY,
            first_seq INTEGER NOT NULL
        );

        -- Stretches of time from which records are missing, and how many.
        CREATE TABLE gaps (
            id INTEGER PRIMARY KEY,
            from_at INTEGER NOT NULL,
            to_at INTEGER NOT NULL,
            dropped INTEGER NOT NULL,
            reason TEXT
        );
        """,
    ];

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

            Migrate(connection);
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
            Execute(connection, $"PRAGMA query_only=1; {_busyTimeout}");
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

    private static void Migrate(SqliteConnection connection)
    {
        var version = Number(connection, "PRAGMA user_version");
        if (version > Migrations.Length)
        {
            throw new InvalidOperationException($"The request log was written by a newer version (schema {version}).");
        }

        for (; version < Migrations.Length; version++)
        {
            using var transaction = connection.BeginTransaction();
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = FormattableString.Invariant($"{Migrations[version]} PRAGMA user_version = {version + 1};");
            command.ExecuteNonQuery();
            transaction.Commit();
        }
    }

    private static long SizeOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }
}
