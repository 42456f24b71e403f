using System.Text.Json;
using ConsoleWeb.Data.Logs.Bodies;
using ConsoleWeb.Data.Logs.InFlight;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Features.Sessions;
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
    private readonly JsonLineWriter _json = new(16 * 1024);
    private readonly LogSums _sums;
    private readonly SessionSigns _signs;
    private readonly LogStatement _insertRow;
    private readonly LogStatement _insertDetails;
    private readonly BodyWriter _bodies;
    private readonly EntityTable _entities;
    private readonly RunningCallTable _running;
    private readonly LogStatement _find;
    private readonly List<RequestRow> _rows = [];
    private byte[] _compressed = [];
    private long _arrivals;
    private bool _isInDoubt;

    /// <param name="process">See <see cref="RunningCallTable"/>.</param>
    public RequestBatch(SqliteConnection connection, bool hasAliases, long process = 0)
    {
        _connection = connection;
        _parts = RecordParts.Gatehouse | (hasAliases ? RecordParts.Aliases : RecordParts.None);
        _sums = new LogSums(connection);
        _signs = new SessionSigns(connection);
        _insertRow = RequestColumns.PrepareInsert(connection);
        _insertDetails = new(connection, "INSERT INTO details (id, service, route, consumer, record) VALUES (@a, @b, @c, @d, @e)", 5);
        _bodies = new BodyWriter(connection);
        _entities = new EntityTable(connection);
        _running = new RunningCallTable(connection, process);
        _find = new(connection, "SELECT id FROM requests WHERE id >= @a AND id < @b AND request_id = @c", 3);
        _arrivals = LogDatabase.Number(connection, "SELECT max(id) FROM requests") + 1;
    }

    /// <summary>The rows that the last batch has stored.</summary>
    public IReadOnlyList<RequestRow> Stored => _rows;

    /// <summary>Calls of this process that are written down as running.</summary>
    public IReadOnlyCollection<string> Running => _running.Known;

    /// <summary>Stores all of them or, when it throws, none.</summary>
    /// <param name="refused">Told of every record that cannot be written down at all; the others are stored.</param>
    /// <returns>How many are stored.</returns>
    public int Write(List<RequestRecord> records, Action<Exception> refused)
    {
        var written = 0;
        InTransaction(() =>
        {
            foreach (var record in records)
            {
                _running.Remove(record.RequestId);
                if (_isInDoubt && IsStored(record))
                {
                    written++;
                }
                else if (TryWriteJson(record, refused))
                {
                    Store(record, RequestRows.FromFinished(record, Next(record)));
                    written++;
                }
            }
        });
        _isInDoubt = false;
        return written;
    }

    /// <summary>Writes down that these calls run, and forgets calls that have ended without a record.</summary>
    public void Note(IReadOnlyList<RequestRecord> running, IReadOnlyList<string> ended) => InTransaction(() =>
    {
        foreach (var record in running)
        {
            _running.Write(record, _entities.Add(record, RowIds.From(record.StartedAtMs)));
        }

        foreach (var id in ended)
        {
            _running.Remove(id);
        }
    });

    /// <summary>Makes records of calls that an earlier process was running when it ended.</summary>
    /// <param name="max">At most so many at a time.</param>
    /// <returns>How many there were; <see cref="Stored"/> holds those that are new to the log.</returns>
    public int StoreInterrupted(int max, Action<Exception> refused)
    {
        var left = _running.ReadLeft(max);
        if (left.Count == 0)
        {
            return 0;
        }

        InTransaction(() =>
        {
            foreach (var (id, startedAtMs, entities, call) in left)
            {
                _running.Delete(id);
                if (call?.ToRecord(id, startedAtMs) is { } record && !IsStored(record) && TryWriteJson(record, refused))
                {
                    Store(record, RequestRows.FromFinished(record, Next(record)) with { RouteName = call.Route, ServiceName = call.Service, ConsumerName = call.Consumer }, entities);
                }
            }
        });
        return left.Count;
    }

    /// <summary>Reads the state of the file again, after something else has changed it.</summary>
    public void Reset()
    {
        _entities.Reset();
        _sums.Reset();
        _signs.Reset();
        _bodies.Reset();
    }

    public void Dispose()
    {
        _sums.Dispose();
        _signs.Dispose();
        _insertRow.Dispose();
        _insertDetails.Dispose();
        _bodies.Dispose();
        _entities.Dispose();
        _running.Dispose();
        _find.Dispose();
        _json.Dispose();
    }

    private void InTransaction(Action work)
    {
        _rows.Clear();
        try
        {
            using var transaction = _connection.BeginTransaction();
            work();
            _entities.Flush();
            _sums.Flush();
            _signs.Flush();
            transaction.Commit();
            _running.Committed();
        }
        catch
        {
            // The commit may have happened all the same; the batch will come again.
            _isInDoubt = true;
            _rows.Clear();
            _running.RolledBack();
            Reset();
            throw;
        }
    }

    private bool TryWriteJson(RequestRecord record, Action<Exception> refused)
    {
        _json.Clear();
        try
        {
            RequestRecordWriter.Write(_json, record, _parts);
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or JsonException)
        {
            refused(exception);
            return false;
        }
    }

    private bool IsStored(RequestRecord record) =>
        _find.Read(RowIds.From(record.StartedAtMs), RowIds.From(record.StartedAtMs + 1), RowIds.StoredValue(record.RequestId)) is not null;

    /// <summary>A number for a row, which nobody may have yet.</summary>
    private long Next(RequestRecord record) => RowIds.Of(record.StartedAtMs, _arrivals++);

    /// <param name="known">The numbers of the record's entities; null: of those that it holds.</param>
    private void Store(RequestRecord record, RequestRow row, EntityIds? known = null)
    {
        var (facets, session) = _sums.Name(row);
        var (request, response, client) = record.Llm is { LogPayloads: true } llm ? (llm.RequestPayload, llm.ResponsePayload, llm.ClientPayload) : (null, null, null);
        if (session is { } number)
        {
            row = row with { Kind = _signs.Add(number, row, CallHeaders.Of(record.RequestHeaders), request) };
        }

        for (var tries = 0; !RequestColumns.Insert(_insertRow, row, facets[0], session); tries++)
        {
            if (tries == MostTries)
            {
                throw new InvalidOperationException("No number is free for a row of the request log.");
            }

            row = row with { Sequence = Next(record) };
        }

        var id = row.Sequence;
        _sums.Add(row, facets);
        var entities = known ?? _entities.Add(record, id);
        _entities.Use(entities, id);
        var text = RecordText.Compress(_json.WrittenSpan, ref _compressed);
        _insertDetails.Run(id, entities.Service, entities.Route, entities.Consumer, LogValue.Of(_compressed, text.Length));
        if ((request ?? response) is not null)
        {
            _bodies.Add(id, request, response, client, session is null ? null : CalledTools.Read(response));
        }

        if (session is { } named && row.Kind == CallKind.Main && request is not null)
        {
            _signs.Read(named, id, request);
        }

        _rows.Add(row);
    }
}
