using ConsoleWeb.Data.Logs.Facets;
using ConsoleWeb.Data.Logs.Rollups;
using ConsoleWeb.Data.Logs.Sessions;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs;

/// <summary>Everything that is counted about stored rows, kept in the same transaction as the rows. Used by one thread.</summary>
internal sealed class LogSums(SqliteConnection connection) : IDisposable
{
    private readonly FacetTable _facets = new(connection);
    private readonly CutTable _cuts = new(connection);
    private readonly SessionTable _sessions = new(connection);
    private readonly RollupWriter _rollups = new(connection);
    private readonly ZoneWriter _zones = new(connection);
    private readonly ZoneTextWriter _texts = new(connection);

    /// <returns>The numbers of the row's facets, one for each cut, and of its session.</returns>
    public (long[] Facets, long? Session) Name(RequestRow row)
    {
        var whole = _facets.Add(FacetColumns.Of(row), row.Sequence, out var stored);
        return (_cuts.Of(whole, stored), _sessions.Add(row, row.Sequence, whole));
    }

    /// <summary>Counts a row that is stored under these facets.</summary>
    public void Add(RequestRow row, long[] facets)
    {
        _rollups.Add(row, facets);
        _zones.Add(row, row.Sequence);
        _texts.Add(row);
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
        // What only forgets comes first: the others read, which can fail.
        _rollups.Reset();
        _zones.Reset();
        _texts.Reset();
        _sessions.Reset();
        _facets.Reset();
        _cuts.Reset();
    }

    /// <summary>Adds up what older versions have not kept, from the sums of whole facets, which outlive their rows.</summary>
    /// <param name="cuts">How many cuts were kept.</param>
    public static void Fill(SqliteConnection connection, SqliteTransaction transaction, int cuts)
    {
        using var sums = new LogSums(connection);
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"SELECT f.id, {FacetColumns.Selected} FROM facets f";
        var facets = new Dictionary<long, long[]>();
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                var id = reader.GetInt64(0);
                facets.Add(id, sums._cuts.Of(id, FacetColumns.Read(reader, 1)));
            }
        }

        sums._rollups.Fill(connection, transaction, facets, cuts);
    }

    /// <summary>Counts all stored rows anew.</summary>
    public static void Rebuild(SqliteConnection connection, SqliteTransaction transaction)
    {
        using var sums = new LogSums(connection);
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"SELECT {RequestColumns.Selected} FROM {RequestColumns.From} ORDER BY r.id";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = RequestColumns.Read(reader);
            var (facets, _) = sums.Name(row);
            sums.Add(row, facets);
        }

        sums.Flush();
    }

    public void Dispose()
    {
        _facets.Dispose();
        _cuts.Dispose();
        _sessions.Dispose();
        _rollups.Dispose();
        _zones.Dispose();
        _texts.Dispose();
    }
}
