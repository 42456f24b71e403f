using System.Buffers;
using ConsoleWeb.Data.Logs.Facets;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Rollups;

/// <summary>The writer's view of the sums of one grain. Used by one thread, inside its transactions.</summary>
internal sealed class RollupTable : IDisposable
{
    /// <summary>Cells kept in memory between batches.</summary>
    private const int MostCells = 8000;

    private readonly RollupLevel _level;
    private readonly LogStatement _read;
    private readonly LogStatement _write;
    private readonly LogStatement? _source;
    private readonly LogStatement _readUntil;
    private readonly LogStatement _writeUntil;
    private readonly Dictionary<long, RollupBucket> _buckets = [];
    private readonly (long Id, RollupBucket? Bucket)[] _newest = new (long, RollupBucket?)[FacetCut.All.Count];
    private readonly List<RollupBucket.Part> _changed = [];
    private readonly ArrayBufferWriter<byte> _pack = new(4096);
    private long? _until;

    public RollupTable(SqliteConnection connection, RollupLevel level)
    {
        _level = level;
        _read = new(connection, $"SELECT id, cells FROM {level.Table} WHERE id >= @a AND id < @b ORDER BY id", 2);
        _write = new(connection, $"INSERT OR REPLACE INTO {level.Table} (id, requests, cells) VALUES (@a, @b, @c)", 3);
        _source = level.Source is { } source ? new(connection, $"SELECT id, cells FROM {source.Table} WHERE id >= @a AND id < @b ORDER BY id", 2) : null;
        _readUntil = new(connection, "SELECT bucket FROM rollups_made WHERE level = @a", 1);
        _writeUntil = new(connection, "INSERT OR REPLACE INTO rollups_made (level, bucket) VALUES (@a, @b)", 2);
    }

    /// <summary>The first bucket that is not made yet. Rows that come late are counted in those before it.</summary>
    private long Until => _until ??= _level.Source is null ? long.MaxValue : _readUntil.Read(_level.Table) ?? 0;

    /// <summary>Counts a request in each cut.</summary>
    /// <param name="facets">The row's facet in each cut.</param>
    public void Add(long milliseconds, long[] facets, in RollupPoint point)
    {
        var bucket = milliseconds / _level.Length;
        if (bucket >= Until)
        {
            return;
        }

        for (var cut = 0; cut < facets.Length; cut++)
        {
            At(cut, bucket).Open(facets[cut], _changed)!.Add(point);
        }
    }

    /// <summary>Makes the buckets whose time is over of those of the finer grain, which must be stored.</summary>
    /// <param name="milliseconds">When the newest request began.</param>
    public void Make(long milliseconds)
    {
        var (from, to) = (Until, milliseconds / _level.Length);
        if (to <= from || _source is null)
        {
            return;
        }

        var ratio = _level.Length / _level.Source!.Length;
        for (var cut = 0; cut < FacetCut.All.Count; cut++)
        {
            long? last = null;
            LogDamage.Check(() =>
            {
                _source.ForEach(
                    row =>
                    {
                        var bucket = RollupPack.BucketOf(row.Whole(0)) / ratio;
                        if (bucket != last)
                        {
                            Flush();
                            Reset();
                            last = bucket;
                        }

                        AddPack(cut, bucket, row.Blob(1));
                    },
                    RollupPack.IdOf(cut, from * ratio),
                    RollupPack.IdOf(cut, to * ratio));
                return true;
            });
        }

        Flush();
        Reset();
        _writeUntil.Run(_level.Table, to);
        _until = to;
    }

    private void AddPack(int cut, long bucket, ReadOnlySpan<byte> pack)
    {
        var into = At(cut, bucket);
        while (!pack.IsEmpty)
        {
            var cell = RollupPack.Take(ref pack, out var facet);
            into.Open(facet, _changed)!.Add(cell, hasHistograms: true);
        }
    }

    /// <summary>Changes what a request costs, where its sums are still kept.</summary>
    public void AddCost(long milliseconds, long[] facets, long cost, long unpriced)
    {
        for (var cut = 0; cut < facets.Length; cut++)
        {
            At(cut, milliseconds / _level.Length).Open(facets[cut], _changed, create: false)?.AddCost(cost, unpriced);
        }
    }

    /// <summary>Adds up what older versions have not kept, from the cells of whole facets; one bucket at a time, so that memory stays small.</summary>
    /// <param name="facets">Of each whole facet, its facet in each cut.</param>
    /// <param name="cuts">How many cuts are kept.</param>
    public void Fill(SqliteConnection connection, SqliteTransaction transaction, IReadOnlyDictionary<long, long[]> facets, int cuts)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = FormattableString.Invariant($"SELECT id, cells FROM {_level.Table} WHERE id < {RollupPack.IdOf(1, 0)} ORDER BY id");
        using var reader = command.ExecuteReader();
        long? last = null;
        while (reader.Read())
        {
            var bucket = RollupPack.BucketOf(reader.GetInt64(0));
            if (bucket != last)
            {
                Flush();
                Reset();
                last = bucket;
            }

            ReadOnlySpan<byte> pack = (byte[])reader[1];
            while (!pack.IsEmpty)
            {
                var cell = RollupPack.Take(ref pack, out var facet);
                if (facets.TryGetValue(facet, out var numbers))
                {
                    for (var cut = cuts; cut < numbers.Length; cut++)
                    {
                        At(cut, bucket).Open(numbers[cut], _changed)!.Add(cell, hasHistograms: true);
                    }
                }
            }
        }

        Flush();
    }

    /// <summary>Writes down what was added since the last call.</summary>
    public void Flush()
    {
        foreach (var part in _changed)
        {
            var requests = part.Write(_pack);
            _write.Run(part.Id, requests, _pack.WrittenSpan.ToArray());
        }

        _changed.Clear();
        if (_buckets.Values.Sum(b => b.Cells) > MostCells)
        {
            Reset();
        }
    }

    /// <summary>Forgets what is in memory.</summary>
    public void Reset()
    {
        _buckets.Clear();
        _changed.Clear();
        Array.Clear(_newest);
        _until = null;
    }

    public void Dispose()
    {
        _read.Dispose();
        _write.Dispose();
        _source?.Dispose();
        _readUntil.Dispose();
        _writeUntil.Dispose();
    }

    private RollupBucket At(int cut, long number)
    {
        var id = RollupPack.IdOf(cut, number);
        var (known, newest) = _newest[cut];
        if (newest is not null && known == id)
        {
            return newest;
        }

        if (!_buckets.TryGetValue(id, out var bucket))
        {
            bucket = Load(id);
            _buckets.Add(id, bucket);
        }

        _newest[cut] = (id, bucket);
        return bucket;
    }

    private RollupBucket Load(long id)
    {
        var bucket = new RollupBucket(id);
        LogDamage.Check(() =>
        {
            _read.ForEach(row => bucket.Load(row.Whole(0), row.Blob(1)), id, id + RollupPack.MostParts);
            return true;
        });
        return bucket;
    }
}
