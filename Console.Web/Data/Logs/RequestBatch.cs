using System.Buffers;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ConsoleWeb.Live;
using Gateway.Core.Logging;
using Gateway.Shared.Logging;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs;

/// <summary>Writes batches of records, each in one transaction with statements that are prepared once. Used by one thread.</summary>
internal sealed class RequestBatch : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly RecordParts _parts;
    private readonly PooledBuffer _json = new(16 * 1024);
    private readonly Utf8JsonWriter _writer;
    private readonly List<SqliteCommand> _commands = [];
    private readonly SqliteCommand _insertRow;
    private readonly SqliteParameter[] _row;
    private readonly Statement _insertDetails;
    private readonly Statement _insertPayloads;
    private readonly Statement _insertEntity;
    private readonly Statement _touchEntity;
    private readonly Statement _insertMinute;
    private readonly HashSet<long> _used = [];
    private ConditionalWeakTable<byte[], StrongBox<long>> _entities = [];
    private long _next;
    private long _minute;

    public RequestBatch(SqliteConnection connection, bool hasAliases)
    {
        _connection = connection;
        _parts = RecordParts.Gatehouse | (hasAliases ? RecordParts.Aliases : RecordParts.None);
        _writer = RequestRecordWriter.CreateWriter(_json);
        _insertRow = Prepare(RequestColumns.Insert);
        _row = RequestColumns.AddParameters(_insertRow);
        _insertDetails = new(Prepare("INSERT INTO details (seq, service, route, consumer, record) VALUES (@a, @b, @c, @d, @e)"), 5);
        _insertPayloads = new(Prepare("INSERT INTO payloads (seq, request, response) VALUES (@a, @b, @c)"), 3);
        _insertEntity = new(Prepare("INSERT INTO entities (hash, json, last_seq) VALUES (@a, @b, @c) ON CONFLICT (hash) DO UPDATE SET last_seq = excluded.last_seq RETURNING id"), 3);
        _touchEntity = new(Prepare("UPDATE entities SET last_seq = @a WHERE id = @b"), 2);
        _insertMinute = new(Prepare("INSERT OR IGNORE INTO minutes (minute, first_seq) VALUES (@a, @b)"), 2);
        Reset();
    }

    /// <summary>Stores all of them or, when it throws, none.</summary>
    /// <param name="refused">Told of every record that cannot be written down at all; the others are stored.</param>
    /// <returns>How many are stored.</returns>
    public int Write(List<RequestRecord> records, Action<Exception> refused)
    {
        var written = 0;
        try
        {
            using var transaction = _connection.BeginTransaction();
            foreach (var command in _commands)
            {
                command.Transaction = transaction;
            }

            foreach (var record in records)
            {
                if (TryWriteJson(record, refused))
                {
                    Write(record);
                    written++;
                }
            }

            foreach (var entity in _used)
            {
                _touchEntity.Run(_next - 1, entity);
            }

            transaction.Commit();
            return written;
        }
        catch
        {
            Reset();
            throw;
        }
        finally
        {
            _used.Clear();
        }
    }

    /// <summary>Reads the state of the file again, after something else has changed it.</summary>
    public void Reset()
    {
        _entities = [];
        _next = LogDatabase.Number(_connection, "SELECT seq FROM sqlite_sequence WHERE name = 'requests'") + 1;
        _minute = LogDatabase.Number(_connection, "SELECT max(minute) FROM minutes");
    }

    public void Dispose()
    {
        foreach (var command in _commands)
        {
            command.Dispose();
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

    private void Write(RequestRecord record)
    {
        var seq = _next;
        RequestColumns.Bind(_row, RequestRows.FromRunning(record) with { Sequence = seq });
        if (_insertRow.ExecuteNonQuery() == 0)
        {
            return;
        }

        _next++;
        _insertDetails.Run(
            seq,
            record.Service is { } service ? Entity(EntityJson.Get(service), seq) : null,
            record.Route is { } route ? Entity(EntityJson.Get(route), seq) : null,
            record.Consumer is { } consumer ? Entity(EntityJson.Get(consumer), seq) : null,
            LogText.Compress(_json.WrittenSpan));
        if (record.Llm is { LogPayloads: true } llm && (llm.RequestPayload ?? llm.ResponsePayload) is not null)
        {
            _insertPayloads.Run(seq, LogText.Compress(llm.RequestPayload), LogText.Compress(llm.ResponsePayload));
        }

        var minute = record.StartedAtMs / 60_000;
        if (minute > _minute)
        {
            _insertMinute.Run(minute, seq);
            _minute = minute;
        }
    }

    /// <summary>The number under which an entity is stored. The bytes are the same array as long as the entity is in a snapshot.</summary>
    private object Entity(byte[] json, long seq)
    {
        if (!_entities.TryGetValue(json, out var id))
        {
            id = new StrongBox<long>(_insertEntity.Read(SHA256.HashData(json), json, seq));
            _entities.AddOrUpdate(json, id);
        }

        _used.Add(id.Value);
        return id.Value;
    }

    private SqliteCommand Prepare(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        _commands.Add(command);
        return command;
    }

    private sealed class Statement
    {
        private readonly SqliteCommand _command;
        private readonly SqliteParameter[] _parameters;

        public Statement(SqliteCommand command, int count)
        {
            _command = command;
            _parameters = [.. Enumerable.Range(0, count).Select(i => command.Parameters.Add(new SqliteParameter { ParameterName = "@" + (char)('a' + i) }))];
        }

        public void Run(params ReadOnlySpan<object?> values)
        {
            Bind(values);
            _command.ExecuteNonQuery();
        }

        public long Read(params ReadOnlySpan<object?> values)
        {
            Bind(values);
            return (long)_command.ExecuteScalar()!;
        }

        private void Bind(ReadOnlySpan<object?> values)
        {
            for (var i = 0; i < _parameters.Length; i++)
            {
                _parameters[i].Value = values[i] ?? DBNull.Value;
            }
        }
    }
}

/// <summary>Text as the log stores it: UTF-8, compressed.</summary>
internal static class LogText
{
    // The fastest step already knows the words of HTTP; higher ones cost several times as much for a few per cent.
    private const int Quality = 1;

    private const int Window = 18;

    public static byte[]? Compress(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            return Compress(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    public static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        var output = ArrayPool<byte>.Shared.Rent(BrotliEncoder.GetMaxCompressedLength(bytes.Length));
        try
        {
            return BrotliEncoder.TryCompress(bytes, output, out var length, Quality, Window)
                ? output.AsSpan(0, length).ToArray()
                : throw new InvalidOperationException("A record could not be compressed.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(output);
        }
    }

    public static byte[] Expand(byte[] stored)
    {
        using var brotli = new BrotliStream(new MemoryStream(stored), CompressionMode.Decompress);
        using var output = new MemoryStream(stored.Length * 4);
        brotli.CopyTo(output);
        return output.ToArray();
    }

    public static string? ExpandText(byte[]? stored) => stored is null ? null : Encoding.UTF8.GetString(Expand(stored));
}
