using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Gateway.Core.Logging;
using Gateway.Shared.Logging;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs;

/// <summary>Services, routes and consumers as records show them, each stored once. Used by one thread, inside its transactions.</summary>
internal sealed class EntityTable : IDisposable
{
    private readonly LogStatement _insert;
    private readonly LogStatement _touch;
    private readonly Dictionary<long, long> _used = [];
    private ConditionalWeakTable<byte[], StrongBox<long>> _ids = [];

    public EntityTable(SqliteConnection connection)
    {
        _insert = new(connection, "INSERT INTO entities (hash, json, last_row) VALUES (@a, @b, @c) ON CONFLICT (hash) DO UPDATE SET last_row = max(last_row, excluded.last_row) RETURNING id", 3);
        _touch = new(connection, "UPDATE entities SET last_row = max(last_row, @a) WHERE id = @b", 2);
    }

    /// <summary>The numbers of a record's entities.</summary>
    /// <param name="row">The row that uses them, or the first that could.</param>
    public EntityIds Add(RequestRecord record, long row) => new(
        record.Service is { } service ? Add(EntityJson.Get(service), row) : null,
        record.Route is { } route ? Add(EntityJson.Get(route), row) : null,
        record.Consumer is { } consumer ? Add(EntityJson.Get(consumer), row) : null);

    /// <summary>Says that a row uses entities whose numbers are known.</summary>
    public void Use(EntityIds ids, long row)
    {
        foreach (var id in (ReadOnlySpan<long?>)[ids.Service, ids.Route, ids.Consumer])
        {
            if (id is { } known)
            {
                _used[known] = Math.Max(row, _used.GetValueOrDefault(known));
            }
        }
    }

    /// <summary>Writes down what was used since the last call.</summary>
    public void Flush()
    {
        foreach (var (entity, last) in _used)
        {
            _touch.Run(last, entity);
        }

        _used.Clear();
    }

    public void Reset()
    {
        _ids = [];
        _used.Clear();
    }

    public void Dispose()
    {
        _insert.Dispose();
        _touch.Dispose();
    }

    /// <summary>The bytes are the same array as long as the entity is in a snapshot.</summary>
    private long Add(byte[] json, long row)
    {
        if (!_ids.TryGetValue(json, out var id))
        {
            id = new StrongBox<long>(_insert.Read(SHA256.HashData(json), json, row)!.Value);
            _ids.AddOrUpdate(json, id);
        }

        _used[id.Value] = Math.Max(row, _used.GetValueOrDefault(id.Value));
        return id.Value;
    }
}

/// <summary>Numbers of the entities of one record; null where there is none.</summary>
internal readonly record struct EntityIds(long? Service, long? Route, long? Consumer);
