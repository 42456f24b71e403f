using ConsoleWeb.Data.Logs.Facets;
using ConsoleWeb.Data.Logs.Rollups;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs;

/// <summary>Everything that is counted about stored rows, kept in the same transaction as the rows. Used by one thread.</summary>
internal sealed class LogSums(SqliteConnection connection) : IDisposable
{
    private readonly FacetTable _facets = new(connection);
    private readonly SessionTable _sessions = new(connection);
    private readonly RollupWriter _rollups = new(connection);
    private readonly ZoneWriter _zones = new(connection);

    public IEnumerable<LogStatement> Statements => [.. _facets.Statements, .. _sessions.Statements, .. _rollups.Statements, .. _zones.Statements];

    /// <returns>The numbers of the row's facet and session.</returns>
    public (long Facet, long? Session) Name(RequestRow row) => (_facets.Add(FacetColumns.Of(row), row.Sequence), _sessions.Add(row, row.Sequence));

    /// <summary>Counts a row that is stored under this facet.</summary>
    public void Add(RequestRow row, long facet)
    {
        _rollups.Add(row, facet);
        _zones.Add(row, row.Sequence);
    }

    /// <summary>Writes down what was counted since the last call.</summary>
    public void Flush()
    {
        _facets.Flush();
        _sessions.Flush();
        _rollups.Flush();
        _zones.Flush();
    }

    /// <summary>Reads the state of the file again, after something else has changed it.</summary>
    public void Reset()
    {
        _facets.Reset();
        _sessions.Reset();
        _rollups.Reset();
        _zones.Reset();
    }

    /// <summary>Counts all stored rows anew.</summary>
    public static void Rebuild(SqliteConnection connection, SqliteTransaction transaction)
    {
        using var sums = new LogSums(connection);
        foreach (var statement in sums.Statements)
        {
            statement.Join(transaction);
        }

        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"SELECT {RequestColumns.Selected} FROM {RequestColumns.From} ORDER BY r.id";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = RequestColumns.Read(reader);
            var (facet, _) = sums.Name(row);
            sums.Add(row, facet);
        }

        sums.Flush();
    }

    public void Dispose()
    {
        _facets.Dispose();
        _sessions.Dispose();
        _rollups.Dispose();
        _zones.Dispose();
    }
}
