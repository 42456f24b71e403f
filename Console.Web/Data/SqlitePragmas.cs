using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ConsoleWeb.Data;

/// <summary>Sets what SQLite forgets between connections: full durability for configuration, and patience with other processes.</summary>
internal sealed class SqlitePragmas(ConfigStoreState state) : DbConnectionInterceptor
{
    private const string Session = "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=10000;";

    /// <summary>Pragmas beside these, by which tests make a disk full or a database read-only.</summary>
    public string Further { get; set; } = "";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = PragmasFor(connection);
            command.ExecuteNonQuery();
        }
        catch (DbException exception)
        {
            state.Noted(exception);
            throw;
        }
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = connection.CreateCommand();
            command.CommandText = PragmasFor(connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (DbException exception)
        {
            state.Noted(exception);
            throw;
        }
    }

    public override void ConnectionFailed(DbConnection connection, ConnectionErrorEventData eventData) => state.Noted(eventData.Exception);

    public override Task ConnectionFailedAsync(DbConnection connection, ConnectionErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        state.Noted(eventData.Exception);
        return Task.CompletedTask;
    }

    /// <summary>A read-only connection (the look whether the file exists) cannot set the journal mode, which the file remembers anyway.</summary>
    private string PragmasFor(DbConnection connection) =>
        (new SqliteConnectionStringBuilder(connection.ConnectionString).Mode == SqliteOpenMode.ReadOnly ? Session : "PRAGMA journal_mode=WAL; " + Session) + Further;
}
