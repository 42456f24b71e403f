using ConsoleWeb.Data.Logs.Filters;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ConsoleWeb.Data.Logs.Reading;

/// <summary>Runs reads of the log over connections of their own, which never hold up the writer.</summary>
internal sealed class LogReader(LogDatabase database)
{
    /// <summary>A query that takes longer is given up, so that a reader cannot pin the write-ahead log.</summary>
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(10);

    /// <summary>SQLite knows no asynchronous reading; a thread of the pool waits, so that a circuit does not.</summary>
    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var connection = database.OpenReader();
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(LongestRead);
            using var interrupt = deadline.Token.Register(() => raw.sqlite3_interrupt(connection.Handle));
            try
            {
                return LogDamage.Check(() => read(connection));
            }
            catch (SqliteException exception) when (exception.SqliteErrorCode == raw.SQLITE_INTERRUPT)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new TimeoutException("The search took longer than ten seconds; narrow the time range.", exception);
            }
        },
        cancellationToken);

    public static List<T> Query<T>(SqliteConnection connection, string sql, SqlParameters parameters, Func<SqliteDataReader, T> read)
    {
        var rows = new List<T>();
        ForEach(connection, sql, parameters, reader => rows.Add(read(reader)));
        return rows;
    }

    public static void ForEach(SqliteConnection connection, string sql, SqlParameters parameters, Action<SqliteDataReader> read)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        parameters.Bind(command);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            read(reader);
        }
    }
}
