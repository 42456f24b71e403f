using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using ConsoleWeb.Data.Logs.Bodies;
using ConsoleWeb.Live;
using Gateway.Core.Logging;
using Gateway.Shared.Logging;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs;

/// <summary>Writes batches of records, each in one transaction with statements that are prepared once. Used by one thread.</summary>
internal sealed class RequestBatch : IDisposable
{
    private const int MostTries = 10_000;

    private readonly SqliteConnection _connection;
    private readonly RecordParts _parts;
    private readonly PooledBuffer _json = new(16 * 1024);
    private readonly Utf8JsonWriter _writer;
    private readonly LogSums _sums;
    private readonly LogStatement _insertRow;
    private readonly LogStatement _insertDetails;
    private readonly BodyWriter _bodies;
    private readonly LogStatement _insertEntity;
    private readonly LogStatement _touchEntity;
    private readonly LogStatement _find;
    private readonly LogStatement[] _statements;
    private readonly Dictionary<long, long> _used = [];
    private readonly List<RequestRow> _rows = [];
    private ConditionalWeakTable<byte[], StrongBox<long>> _entities = [];
    private long _arrivals;
    private bool _isInDoubt;

    public RequestBatch(SqliteConnection connection, bool hasAliases)
    {
        _connection = connection;
        _parts = RecordParts.Gatehouse | (hasAliases ? RecordParts.Aliases : RecordParts.None);
        _writer = RequestRecordWriter.CreateWriter(_json);
        _sums = new LogSums(connection);
        _insertRow = RequestColumns.PrepareInsert(connection);
        _insertDetails = new(connection, "INSERT INTO details (id, service, route, consumer, record) VALUES (@a, @b, @c, @d, @e)", 5);
        _bodies = new BodyWriter(connection);
        _insertEntity = new(connection, "INSERT INTO entities (hash, json, last_row) VALUES (@a, @b, @c) ON CONFLICT (hash) DO UPDATE SET last_row = max(last_row, excluded.last_row) RETURNING id", 3);
        _touchEntity = new(connection, "UPDATE entities SET last_row = max(last_row, @a) WHERE id = @b", 2);
        _find = new(connection, "SELECT id FROM requests WHERE id >= @a AND id < @b AND request_id = @c", 3);
        _arrivals = LogDatabase.Number(connection, "SELECT max(id) FROM requests") + 1;
        _statements = [.. _sums.Statements, _insertRow, _insertDetails, .. _bodies.Statements, _insertEntity, _touchEntity, _find];
    }

    /// <summary>Stores all of them or, when it throws, none.</summary>
    /// <param name="refused">Told of every record that cannot be written down at all; the others are stored.</param>
    /// <returns>How many are stored.</returns>
    public int Write(List<RequestRecord> records, Action<Exception> refused)
    {
        var written = 0;
        _rows.Clear();
        try
        {
            using var transaction = _connection.BeginTransaction();
            foreach (var statement in _statements)
            {
                statement.Join(transaction);
            }

            foreach (var record in records)
            {
                if (_isInDoubt && IsStored(record))
                {
                    written++;
                }
                else if (TryWriteJson(record, refused))
                {
                    Store(record);
                    written++;
                }
            }

            foreach (var (entity, last) in _used)
            {
                _touchEntity.Run(last, entity);
            }

            _sums.Flush();
            transaction.Commit();
            _isInDoubt = false;
            return written;
        }
        catch
        {
            // The commit may have happened all the same; the batch will come again.
            _isInDoubt = true;
            _rows.Clear();
            Reset();
            throw;
        }
        finally
        {
            _used.Clear();
        }
    }

    /// <summary>The rows that the last batch has stored.</summary>
    public IReadOnlyList<RequestRow> Stored => _rows;

    /// <summary>Reads the state of the file again, after something else has changed it.</summary>
    public void Reset()
    {
        _entities = [];
        _sums.Reset();
        _bodies.Reset();
    }

    public void Dispose()
    {
        foreach (var statement in _statements)
        {
            statement.Dispose();
        }

        _writer.Dispose();
        _json.Dispose();
    }

    private bool TryWriteJson(RequestRecord record, Action<Exception> refused)
    {
        _json.Clear();
        _writer.Reset(_json);
        try
        {
            RequestRecordWriter.Write(_writer, record, _parts);
            _writer.Flush();
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or JsonException)
        {
            refused(exception);
            return false;
        }
    }

    private bool IsStored(RequestRecord record) =>
        _find.Read(RowIds.From(record.StartedAtMs), RowIds.From(record.StartedAtMs + 1), RowIds.Stored(record.RequestId)) is not null;

    private void Store(RequestRecord record)
    {
        var row = RequestRows.FromRunning(record) with { Sequence = RowIds.Of(record.StartedAtMs, _arrivals++) };
        var (facet, session) = _sums.Name(row);
        for (var tries = 0; !RequestColumns.Insert(_insertRow, row, facet, session); tries++)
        {
            if (tries == MostTries)
            {
                throw new InvalidOperationException("No number is free for a row of the request log.");
            }

            row = row with { Sequence = RowIds.Of(record.StartedAtMs, _arrivals++) };
        }

        var id = row.Sequence;
        _sums.Add(row, facet);
        _insertDetails.Run(
            id,
            record.Service is { } service ? Entity(EntityJson.Get(service), id) : null,
            record.Route is { } route ? Entity(EntityJson.Get(route), id) : null,
            record.Consumer is { } consumer ? Entity(EntityJson.Get(consumer), id) : null,
            LogText.Compress(_json.WrittenSpan));
        if (record.Llm is { LogPayloads: true } llm && (llm.RequestPayload ?? llm.ResponsePayload) is not null)
        {
            _bodies.Add(id, llm.RequestPayload, llm.ResponsePayload);
        }

        _rows.Add(row);
    }

    /// <summary>The number under which an entity is stored. The bytes are the same array as long as the entity is in a snapshot.</summary>
    private object Entity(byte[] json, long row)
    {
        if (!_entities.TryGetValue(json, out var id))
        {
            id = new StrongBox<long>(_insertEntity.Read(SHA256.HashData(json), json, row)!.Value);
            _entities.AddOrUpdate(json, id);
        }

        _used[id.Value] = Math.Max(row, _used.GetValueOrDefault(id.Value));
        return id.Value;
    }
}
