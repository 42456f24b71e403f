using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Bodies;

/// <summary>
/// Stores bodies as lists of parts, each part once, however often agents send it again, and makes the words of new parts findable. Used by
/// one thread, inside its transactions.
/// </summary>
internal sealed class BodyWriter : IDisposable
{
    private const int MostKnown = 20_000;

    /// <summary>What is written down is that a part is in use until 10 minutes from now, so that not every use has to be.</summary>
    public const long KeepAhead = 600_000L << 20;

    private readonly LogStatement _find;
    private readonly LogStatement _insert;
    private readonly LogStatement _keep;
    private readonly LogStatement _insertText;
    private readonly LogStatement _insertBody;
    private readonly LogStatement _mark;
    private readonly Dictionary<UInt128, Known> _known = [];
    private readonly ArrayBufferWriter<byte> _list = new(256);
    private long _last;
    private long _lastMark;
    private long _lastRow;

    public BodyWriter(SqliteConnection connection)
    {
        _find = new(connection, "SELECT id, keep_until FROM blocks WHERE hash = @a", 1);
        _insert = new(connection, "INSERT INTO blocks (id, hash, first_row, keep_until, data) VALUES (@a, @b, @c, @d, @e)", 5);
        _keep = new(connection, "UPDATE blocks SET keep_until = @b WHERE id = @a", 2);
        _insertText = new(connection, "INSERT INTO block_text (rowid, text) VALUES (@a, @b)", 2);
        _insertBody = new(connection, "INSERT INTO bodies (id, request, response, client, tools) VALUES (@a, @b, @c, @d, @e)", 5);
        _mark = new(connection, "INSERT OR REPLACE INTO part_marks (part, row) VALUES (@a, @b)", 2);
        _lastMark = LogDatabase.Number(connection, "SELECT max(part) FROM part_marks");
        _lastRow = LogDatabase.Number(connection, "SELECT max(row) FROM (SELECT max(row) AS row FROM part_marks UNION ALL SELECT max(first_row) FROM blocks WHERE id >= coalesce((SELECT max(part) FROM part_marks), 0))");
        _last = Math.Max(_lastMark, LogDatabase.Number(connection, "SELECT max(id) FROM blocks"));
    }

    /// <param name="row">Number of the row whose bodies they are.</param>
    /// <param name="client">The request as the client sent it, where that is not <paramref name="request"/>.</param>
    /// <param name="tools">The tools that the answer calls, a name a line; null for none.</param>
    public void Add(long row, string? request, string? response, string? client, string? tools) =>
        _insertBody.Run(row, Store(row, request), Store(row, response), Store(row, client), tools);

    /// <summary>Forgets what is in memory, after a transaction was rolled back or parts were removed.</summary>
    public void Reset() => _known.Clear();

    public void Dispose()
    {
        _find.Dispose();
        _insert.Dispose();
        _keep.Dispose();
        _insertText.Dispose();
        _insertBody.Dispose();
        _mark.Dispose();
    }

    /// <returns>The numbers of the parts; null for no body.</returns>
    private byte[]? Store(long row, string? body)
    {
        if (body is null)
        {
            return null;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(body.Length));
        try
        {
            ReadOnlySpan<byte> bytes = buffer.AsSpan(0, Encoding.UTF8.GetBytes(body, buffer));
            _list.ResetWrittenCount();
            var start = 0;
            foreach (var end in BodySplitter.FindEnds(bytes))
            {
                VarInt.Write(_list, Block(row, bytes[start..end]));
                start = end;
            }

            return _list.WrittenSpan.ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private long Block(long row, ReadOnlySpan<byte> part)
    {
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(part, digest);
        var hash = BitConverter.ToUInt128(digest);
        if (!_known.TryGetValue(hash, out var known))
        {
            known = Find(digest[..16].ToArray()) ?? Insert(row, digest[..16].ToArray(), part);
            if (_known.Count >= MostKnown)
            {
                _known.Clear();
            }

            _known.Add(hash, known);
        }

        if (known.KeepUntil < row)
        {
            known.KeepUntil = row + KeepAhead;
            _keep.Run(known.Id, known.KeepUntil);
        }

        return known.Id;
    }

    private Known? Find(byte[] hash)
    {
        Known? known = null;
        _find.TryRead(row => known = new Known(row.Whole(0), row.Whole(1)), hash);
        return known;
    }

    private Known Insert(long row, byte[] hash, ReadOnlySpan<byte> part)
    {
        var known = new Known(++_last, row + KeepAhead);
        if (_last - _lastMark >= PartMarks.Distance)
        {
            _mark.Run(_last, _lastRow);
            _lastMark = _last;
        }

        _lastRow = Math.Max(_lastRow, row);
        _insert.Run(known.Id, hash, row, known.KeepUntil, LogText.Compress(part));
        if (BodyText.Extract(part) is { Length: > 0 } text)
        {
            _insertText.Run(known.Id, text);
        }

        return known;
    }

    private sealed class Known(long id, long keepUntil)
    {
        public long Id { get; } = id;

        public long KeepUntil { get; set; } = keepUntil;
    }
}
