using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Rollups;

/// <summary>Keeps the sums per minute, hour and day as rows arrive. Used by one thread, inside its transactions.</summary>
internal sealed class RollupWriter : IDisposable
{
    /// <summary>Cells kept in memory between batches.</summary>
    private const int MostCells = 1500;

    private readonly Level[] _levels;

    public RollupWriter(SqliteConnection connection) => _levels = [.. RollupLevel.All.Select(level => new Level(connection, level))];

    public IEnumerable<LogStatement> Statements => _levels.SelectMany(level => level.Statements);

    public void Add(RequestRow row, long facet)
    {
        var milliseconds = row.StartedAt.ToUnixTimeMilliseconds();
        foreach (var level in _levels)
        {
            level.Add(milliseconds, facet, row);
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

    private sealed class Level : IDisposable
    {
        private static readonly int Sums = RollupCell.SumColumns.Count;

        private readonly RollupLevel _level;
        private readonly LogStatement _read;
        private readonly LogStatement _write;
        private readonly Dictionary<(long Bucket, long Facet), RollupCell> _cells = [];
        private readonly HashSet<(long Bucket, long Facet)> _changed = [];

        public Level(SqliteConnection connection, RollupLevel level)
        {
            var sums = string.Join(", ", RollupCell.SumColumns);
            var values = string.Join(", ", Enumerable.Range(0, Sums + 3).Select(i => "@" + (char)('a' + i)));
            _level = level;
            _read = new(connection, $"SELECT {sums}, histograms FROM {level.Table} WHERE bucket = @a AND facet = @b", 2);
            _write = new(connection, $"INSERT OR REPLACE INTO {level.Table} (bucket, facet, {sums}, histograms) VALUES ({values})", Sums + 3);
        }

        public IEnumerable<LogStatement> Statements => [_read, _write];

        public void Add(long milliseconds, long facet, RequestRow row)
        {
            var key = (milliseconds / _level.Length, facet);
            if (!_cells.TryGetValue(key, out var cell))
            {
                cell = Read(key);
                _cells.Add(key, cell);
            }

            cell.Add(row);
            _changed.Add(key);
        }

        public void Flush()
        {
            foreach (var key in _changed)
            {
                var cell = _cells[key];
                _write.Run([key.Bucket, key.Facet, .. cell.Sums.Select(s => (object)s), cell.WriteHistograms()]);
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

        private RollupCell Read((long Bucket, long Facet) key)
        {
            var cell = new RollupCell();
            LogDamage.Check(() => _read.TryRead(
                reader =>
                {
                    for (var i = 0; i < Sums; i++)
                    {
                        cell.Sums[i] = reader.GetInt64(i);
                    }

                    cell.AddHistograms((byte[])reader[Sums]);
                },
                key.Bucket,
                key.Facet));
            return cell;
        }
    }
}
