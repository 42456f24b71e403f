using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Rollups;

/// <summary>Keeps the sums per minute, hour and day as rows arrive. Used by one thread, inside its transactions.</summary>
internal sealed class RollupWriter : IDisposable
{
    /// <summary>Cells kept in memory between batches.</summary>
    private const int MostCells = 4000;

    private readonly Level[] _levels;

    public RollupWriter(SqliteConnection connection) => _levels = [.. RollupLevel.All.Select(level => new Level(connection, level))];

    /// <param name="facets">The row's facet in each cut.</param>
    public void Add(RequestRow row, long[] facets)
    {
        var milliseconds = row.StartedAt.ToUnixTimeMilliseconds();
        var point = RollupPoint.Of(row);
        foreach (var level in _levels)
        {
            for (var cut = 0; cut < facets.Length; cut++)
            {
                level.Add(new Key(cut, milliseconds / level.Length, facets[cut]), point);
            }
        }
    }

    /// <summary>Writes down what was added since the last call.</summary>
    public void Flush()
    {
        foreach (var level in _levels)
        {
            level.Flush();
        }
    }

    /// <summary>Adds up what versions without cuts and quarters have not kept, from the cells of whole facets.</summary>
    /// <param name="facets">Of each whole facet, its facet in each cut.</param>
    public void Fill(SqliteConnection connection, SqliteTransaction transaction, IReadOnlyDictionary<long, long[]> facets)
    {
        foreach (var (level, kept) in _levels.Zip(RollupLevel.All))
        {
            level.Fill(connection, transaction, facets, kept == RollupLevel.Quarters ? RollupLevel.Hours : kept);
        }
    }

    /// <summary>Forgets what is in memory, after a transaction was rolled back or rows were removed.</summary>
    public void Reset()
    {
        foreach (var level in _levels)
        {
            level.Reset();
        }
    }

    public void Dispose()
    {
        foreach (var level in _levels)
        {
            level.Dispose();
        }
    }

    private readonly record struct Key(int Cut, long Bucket, long Facet);

    private sealed class Level : IDisposable
    {
        private static readonly int Sums = RollupCell.SumColumns.Count;

        private readonly RollupLevel _level;
        private readonly LogStatement _read;
        private readonly LogStatement _write;
        private readonly Dictionary<Key, RollupCell> _cells = [];
        private readonly HashSet<Key> _changed = [];

        public Level(SqliteConnection connection, RollupLevel level)
        {
            var sums = string.Join(", ", RollupCell.SumColumns);
            var values = string.Join(", ", Enumerable.Range(0, Sums + 4).Select(i => "@" + (char)('a' + i)));
            _level = level;
            _read = new(connection, $"SELECT {sums}, histograms FROM {level.Table} WHERE cut = @a AND bucket = @b AND facet = @c", 3);
            _write = new(connection, $"INSERT OR REPLACE INTO {level.Table} (cut, bucket, facet, {sums}, histograms) VALUES ({values})", Sums + 4);
        }

        public long Length => _level.Length;

        public void Add(Key key, in RollupPoint point)
        {
            At(key).Add(point);
        }

        /// <summary>One bucket at a time, so that memory stays small.</summary>
        public void Fill(SqliteConnection connection, SqliteTransaction transaction, IReadOnlyDictionary<long, long[]> facets, RollupLevel source)
        {
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = $"SELECT bucket, facet, {string.Join(", ", RollupCell.SumColumns)}, histograms FROM {source.Table} WHERE cut = 0 ORDER BY bucket";
            using var reader = command.ExecuteReader();
            long? last = null;
            while (reader.Read())
            {
                var bucket = reader.GetInt64(0) * source.Length / Length;
                if (bucket != last)
                {
                    Flush();
                    _cells.Clear();
                    last = bucket;
                }

                if (facets.TryGetValue(reader.GetInt64(1), out var numbers))
                {
                    for (var cut = source == _level ? 1 : 0; cut < numbers.Length; cut++)
                    {
                        Fill(At(new Key(cut, bucket, numbers[cut])), reader, 2);
                    }
                }
            }

            Flush();
        }

        public void Flush()
        {
            foreach (var key in _changed)
            {
                var cell = _cells[key];
                _write.Run([key.Cut, key.Bucket, key.Facet, .. cell.Sums.Select(s => (LogValue)s), cell.WriteHistograms()]);
            }

            if (_cells.Count > MostCells)
            {
                _cells.Clear();
            }

            _changed.Clear();
        }

        public void Reset()
        {
            _cells.Clear();
            _changed.Clear();
        }

        public void Dispose()
        {
            _read.Dispose();
            _write.Dispose();
        }

        private static void Fill(RollupCell cell, SqliteDataReader reader, int first)
        {
            for (var i = 0; i < Sums; i++)
            {
                cell.Sums[i] += reader.GetInt64(first + i);
            }

            cell.AddHistograms((byte[])reader[first + Sums]);
        }

        /// <summary>The cell, which will be written by the next <see cref="Flush"/>.</summary>
        private RollupCell At(Key key)
        {
            if (!_cells.TryGetValue(key, out var cell))
            {
                cell = new RollupCell();
                LogDamage.Check(() => _read.TryRead(
                    row =>
                    {
                        for (var i = 0; i < Sums; i++)
                        {
                            cell.Sums[i] += row.Whole(i);
                        }

                        cell.AddHistograms(row.Blob(Sums));
                    },
                    key.Cut, key.Bucket, key.Facet));
                _cells.Add(key, cell);
            }

            _changed.Add(key);
            return cell;
        }
    }
}
