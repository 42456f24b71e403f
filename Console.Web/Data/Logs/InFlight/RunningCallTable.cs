using System.Text.Json;
using Gateway.Shared.Logging;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.InFlight;

/// <summary>
/// The rows of calls that run: written for those that last, removed by the transaction that stores their record, and after a crash what
/// the next process makes records of. Used by one thread, inside its transactions.
/// </summary>
internal sealed class RunningCallTable : IDisposable
{
    private readonly long _process;
    private readonly SqliteConnection _connection;
    private readonly LogStatement _write;
    private readonly LogStatement _delete;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<string> _added = [];
    private readonly List<string> _removed = [];

    /// <param name="process">A number that no other process has used: rows of others were left behind.</param>
    public RunningCallTable(SqliteConnection connection, long process)
    {
        (_connection, _process) = (connection, process);
        _write = new(connection, "INSERT OR REPLACE INTO inflight (request_id, process, started_at, service, route, consumer, call) VALUES (@a, @b, @c, @d, @e, @f, @g)", 7);
        _delete = new(connection, "DELETE FROM inflight WHERE request_id = @a", 1);
        foreach (var (id, _, _, _) in Read("process = @process", int.MaxValue))
        {
            _known.Add(id);
        }
    }

    /// <summary>Calls of this process that have a row.</summary>
    public IReadOnlyCollection<string> Known => _known;

    public void Write(RequestRecord record, EntityIds entities)
    {
        _write.Run(
            RowIds.StoredValue(record.RequestId), _process, record.StartedAtMs, entities.Service, entities.Route, entities.Consumer,
            JsonSerializer.Serialize(RunningCall.Of(record), RunningCallJson.Default.RunningCall));
        if (_known.Add(record.RequestId))
        {
            _added.Add(record.RequestId);
        }
    }

    /// <summary>Removes the row of a call of this process, if it has one.</summary>
    public void Remove(string requestId)
    {
        if (_known.Contains(requestId))
        {
            Delete(requestId);
            _removed.Add(requestId);
        }
    }

    /// <summary>Removes a row that another process has left.</summary>
    public void Delete(string requestId) => _delete.Run(RowIds.StoredValue(requestId));

    /// <summary>What was done since the last call is in the file.</summary>
    public void Committed() => Forget(_removed);

    /// <summary>What was done since the last call is not in the file.</summary>
    public void RolledBack() => Forget(_added);

    /// <summary>Some of the calls that other processes have left behind.</summary>
    public List<(string RequestId, long StartedAtMs, EntityIds Entities, RunningCall? Call)> ReadLeft(int max) => Read("process <> @process", max);

    public void Dispose()
    {
        _write.Dispose();
        _delete.Dispose();
    }

    private void Forget(List<string> ids)
    {
        foreach (var id in ids)
        {
            _known.Remove(id);
        }

        _added.Clear();
        _removed.Clear();
    }

    private List<(string RequestId, long StartedAtMs, EntityIds Entities, RunningCall? Call)> Read(string condition, int max)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = $"SELECT request_id, started_at, service, route, consumer, call FROM inflight WHERE {condition} LIMIT @max";
        command.Parameters.AddWithValue("@process", _process);
        command.Parameters.AddWithValue("@max", max);
        using var reader = command.ExecuteReader();
        var rows = new List<(string, long, EntityIds, RunningCall?)>();
        while (reader.Read())
        {
            rows.Add((RowIds.RequestId(reader.GetValue(0)), reader.GetInt64(1), new EntityIds(Id(reader, 2), Id(reader, 3), Id(reader, 4)), Parse(reader.GetString(5))));
        }

        return rows;
    }

    /// <returns>Null for what no version of this program has written.</returns>
    private static RunningCall? Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, RunningCallJson.Default.RunningCall);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long? Id(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);
}
