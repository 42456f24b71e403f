using System.Globalization;
using ConsoleWeb.Data.Logs.Facets;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Rollups;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ConsoleWeb.Data.Logs.Reading;

/// <summary>Adds up a window: from the kept sums where they fit, from rows at the edges and for what sums do not know.</summary>
/// <param name="now">Unix milliseconds.</param>
internal sealed class StatsReader(SqliteConnection connection, StatsQuery query, long now)
{
    private const string RowSums =
        "count(*), sum(r.input_tokens), sum(r.cache_read_tokens), sum(r.cache_write_tokens), sum(r.output_tokens), sum(r.reasoning_tokens), coalesce(sum(r.cost), 0), sum(f.is_llm = 1 AND r.cost IS NULL)";

    private readonly long _from = query.From.ToUnixTimeMilliseconds();
    private readonly long _to = Math.Max(query.From.ToUnixTimeMilliseconds() + 1, query.To.ToUnixTimeMilliseconds());
    private readonly string _groups = $"{query.GroupBy?.Sql ?? "NULL"} AS g, {query.ThenBy?.Sql ?? "NULL"} AS h";
    private readonly Dictionary<long, Cell?[]> _cells = [];
    private readonly Dictionary<StatsGroup, int> _groupNumbers = [];

    private long Step => query.Step is { } step ? Math.Max(1, (long)step.TotalMilliseconds) : _to - _from;

    public StatsAnswer Read()
    {
        var sql = new RequestFilterSql(query.Filter with { From = query.From, To = query.To });
        var cut = FacetCut.For([.. sql.FacetFields, .. new[] { query.GroupBy, query.ThenBy }.OfType<LogField>()]);
        var parts = Parts(sql.IsFacetsOnly).ToList();
        foreach (var (part, bucket) in parts.Where(p => p.Range.Level is null))
        {
            ReadRows(part, bucket, sql);
        }

        if (parts.Exists(p => p.Range.Level is not null))
        {
            var facets = Facets(cut, sql);
            foreach (var level in parts.Where(p => p.Range.Level is not null).GroupBy(p => p.Range.Level!))
            {
                ReadRollups(level.Key, level, cut, facets);
            }
        }

        var groups = _groupNumbers.Keys.ToArray();
        var found = _cells.SelectMany(p => p.Value.Select((cell, i) => (Cell: cell, Group: i)).Where(c => c.Cell is not null).Select(c => KeyValuePair.Create((Bucket: p.Key, Group: groups[c.Group]), c.Cell!)));
        if (query.Top is { } top)
        {
            found = MergeOthers(top, [.. found]);
        }

        var points = found.OrderBy(c => c.Key.Bucket).ThenBy(c => c.Key.Group.IsOther).ThenByDescending(c => c.Value.Sums[0]).ThenBy(c => c.Key.Group.Value, StringComparer.Ordinal).ThenBy(c => c.Key.Group.Second, StringComparer.Ordinal)
            .Select(c => new StatsPoint(StartOf(c.Key.Bucket), c.Key.Group.Value, c.Value.ToSums(), query.HasPercentiles ? c.Value.ToTimes() : null) { SubGroup = c.Key.Group.Second, IsOther = c.Key.Group.IsOther });
        return new StatsAnswer(query.From, query.To, query.Step ?? TimeSpan.FromMilliseconds(Step), [.. points]);
    }

    /// <summary>What is read from where; with the point it belongs to where points have edges of their own.</summary>
    private IEnumerable<(RollupRange Range, long? Bucket)> Parts(bool isFacetsOnly)
    {
        var made = RollupLevel.All.Where(l => l.Source is not null).ToDictionary(l => l, l => LogDatabase.Number(connection, $"SELECT bucket FROM rollups_made WHERE level = '{l.Table}'") * l.Length);
        if (query.Edges is not { } edges)
        {
            return (isFacetsOnly ? RollupRange.Cover(_from, _to, query.Step is null ? null : Step, now, made) : [new RollupRange(null, _from, _to)]).Select(p => (p, (long?)null));
        }

        return Enumerable.Range(0, Math.Max(0, edges.Count - 1)).SelectMany(i =>
        {
            var (from, to) = (Math.Max(_from, edges[i].ToUnixTimeMilliseconds()), Math.Min(_to, edges[i + 1].ToUnixTimeMilliseconds()));
            return (from >= to ? [] : isFacetsOnly ? RollupRange.Cover(from, to, null, now, made) : [new RollupRange(null, from, to)]).Select(p => (p, (long?)i));
        });
    }

    private DateTimeOffset StartOf(long bucket) => query.Edges is { } edges ? edges[(int)bucket].ToUniversalTime() : DateTimeOffset.FromUnixTimeMilliseconds(_from + (bucket * Step));

    /// <summary>Keeps the largest groups and puts all others together, their distributions too.</summary>
    private static Dictionary<(long Bucket, StatsGroup Group), Cell> MergeOthers(StatsTop top, List<KeyValuePair<(long Bucket, StatsGroup Group), Cell>> found)
    {
        var kept = (top.Keep ?? [.. found.GroupBy(c => c.Key.Group).OrderByDescending(g => g.Sum(c => c.Value.Measure(top.By))).ThenByDescending(g => g.Sum(c => c.Value.Sums[0]))
            .ThenBy(g => g.Key.Value, StringComparer.Ordinal).ThenBy(g => g.Key.Second, StringComparer.Ordinal).Take(top.Count).Select(g => g.Key)]).ToHashSet();
        var cells = new Dictionary<(long Bucket, StatsGroup Group), Cell>();
        foreach (var ((bucket, group), cell) in found)
        {
            var key = (bucket, kept.Contains(group) ? group : new StatsGroup(null, null, IsOther: true));
            if (!cells.TryAdd(key, cell))
            {
                cells[key].Add(cell);
            }
        }

        return cells;
    }

    private void ReadRollups(RollupLevel level, IEnumerable<(RollupRange Range, long? Bucket)> parts, FacetCut cut, MeantFacets facets)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT u.id, u.cells FROM {level.Table} u WHERE u.id >= @from AND u.id < @to";
        var (from, to) = (command.Parameters.Add("@from", SqliteType.Integer), command.Parameters.Add("@to", SqliteType.Integer));
        foreach (var (range, point) in parts)
        {
            from.Value = RollupPack.IdOf(cut.Number, range.From / level.Length);
            to.Value = RollupPack.IdOf(cut.Number, range.To / level.Length);
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var bucket = point ?? (((RollupPack.BucketOf(reader.GetInt64(0)) * level.Length) - _from) / Step);
                Add(bucket, raw.sqlite3_column_blob(reader.Handle, 1), facets);
            }
        }
    }

    private void Add(long bucket, ReadOnlySpan<byte> pack, MeantFacets facets)
    {
        Cell?[]? cells = null;
        while (!pack.IsEmpty)
        {
            var written = RollupPack.Take(ref pack, out var number);
            if (facets.Find(number) is { } facet)
            {
                cells ??= At(bucket);
                (cells[facet.Group] ??= new Cell()).Add(written, facet.IsRefused, facet.IsFailed, query.HasPercentiles);
            }
        }
    }

    /// <summary>The facets of a cut that the filter means: a cell is one look-up instead of a join.</summary>
    private MeantFacets Facets(FacetCut cut, RequestFilterSql sql)
    {
        var parameters = new SqlParameters();
        return new MeantFacets(LogReader.Query(
            connection,
            $"SELECT f.id, {_groups}, {ErrorTerm.IsRefusedSql}, {ErrorTerm.IsFailedSql} FROM {cut.Table} f WHERE {sql.FacetWhere(parameters)}",
            parameters,
            reader => (reader.GetInt64(0), new MeantFacet(NumberOf(Group(reader, 1)), reader.GetBoolean(3), reader.GetBoolean(4)))));
    }

    private void ReadRows(RollupRange part, long? point, RequestFilterSql sql)
    {
        var parameters = new SqlParameters();
        var session = sql.Session is { } key ? $"r.session = (SELECT id FROM sessions WHERE key = {parameters.Add(key)}) AND " : "";
        var from = $"""
            FROM {RequestColumns.From} WHERE {session}r.id >= {parameters.Add(RowIds.From(part.From))} AND r.id < {parameters.Add(RowIds.From(part.To))}
            AND {sql.FacetWhere(parameters)} AND {sql.RowWhere(parameters)}
            """;
        var bucket = point is { } known ? parameters.Add(known) : $"({RowIds.MillisecondsSql("r.id")} - {parameters.Add(_from)}) / {parameters.Add(Step)}";
        LogReader.ForEach(
            connection,
            $"SELECT {bucket} AS b, {_groups}, {RowSums}, {ErrorTerm.IsRefusedSql} AS refused, {ErrorTerm.IsFailedSql} AS failed {from} GROUP BY b, g, h, refused, failed",
            parameters,
            reader =>
            {
                var last = 3 + RollupCell.SumColumns.Count;
                At(reader).Add(reader, 3, reader.GetBoolean(last), reader.GetBoolean(last + 1));
            });
        if (query.HasPercentiles)
        {
            LogReader.ForEach(connection, $"SELECT {bucket}, {_groups}, r.ttft_ms, r.total_ms, r.gateway_ms, r.output_tokens {from}", parameters, reader =>
            {
                var (first, total) = (Number(reader, 3), Number(reader, 4));
                At(reader).Rollup.AddTimes(
                    Histogram.BucketOf(first),
                    Histogram.BucketOf(total),
                    Histogram.BucketOf(Number(reader, 5)),
                    Histogram.BucketOf(RequestRow.SpeedOf(first, total, reader.GetInt64(6))));
            });
        }
    }

    private Cell At(SqliteDataReader reader)
    {
        var group = NumberOf(Group(reader, 1));
        return At(reader.GetInt64(0))[group] ??= new Cell();
    }

    /// <summary>The cells of a point by the numbers of their groups, with room for all groups known by now.</summary>
    private Cell?[] At(long bucket)
    {
        if (!_cells.TryGetValue(bucket, out var cells) || cells.Length < _groupNumbers.Count)
        {
            Array.Resize(ref cells, _groupNumbers.Count);
            _cells[bucket] = cells;
        }

        return cells;
    }

    private int NumberOf(StatsGroup group)
    {
        if (!_groupNumbers.TryGetValue(group, out var number))
        {
            number = _groupNumbers.Count;
            _groupNumbers.Add(group, number);
        }

        return number;
    }

    private static StatsGroup Group(SqliteDataReader reader, int column) => new(Text(reader, column), Text(reader, column + 1));

    private static string? Text(SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture);

    private static double? Number(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDouble(column);

    /// <param name="Group">Its number.</param>
    private sealed record MeantFacet(int Group, bool IsRefused, bool IsFailed);

    /// <summary>Facets by their numbers, which are dense as long as nobody has changed the file.</summary>
    private sealed class MeantFacets
    {
        private const int MostDense = 1 << 20;

        private readonly MeantFacet?[] _dense;
        private readonly Dictionary<long, MeantFacet> _others = [];

        public MeantFacets(List<(long Id, MeantFacet Facet)> facets)
        {
            _dense = new MeantFacet?[facets.Where(f => f.Id is >= 0 and < MostDense).Select(f => (int)f.Id + 1).DefaultIfEmpty().Max()];
            foreach (var (id, facet) in facets)
            {
                if (id is >= 0 and < MostDense)
                {
                    _dense[id] = facet;
                }
                else
                {
                    _others.Add(id, facet);
                }
            }
        }

        public MeantFacet? Find(long id) => (ulong)id < (ulong)_dense.Length ? _dense[id] : _others.Count == 0 ? null : _others.GetValueOrDefault(id);
    }

    private sealed class Cell
    {
        private long _refused;
        private long _failed;

        public RollupCell Rollup { get; } = new();

        public long[] Sums => Rollup.Sums;

        /// <summary>Adds a stored cell.</summary>
        public void Add(ReadOnlySpan<byte> written, bool isRefused, bool isFailed, bool hasPercentiles)
        {
            var requests = RollupCell.RequestsOf(written);
            _refused += isRefused ? requests : 0;
            _failed += isFailed ? requests : 0;
            Rollup.Add(written, hasPercentiles);
        }

        /// <param name="first">Column of the first sum.</param>
        public void Add(SqliteDataReader reader, int first, bool isRefused, bool isFailed)
        {
            var requests = reader.GetInt64(first);
            _refused += isRefused ? requests : 0;
            _failed += isFailed ? requests : 0;
            for (var i = 0; i < Sums.Length; i++)
            {
                Sums[i] += reader.GetInt64(first + i);
            }
        }

        public void Add(Cell other)
        {
            _refused += other._refused;
            _failed += other._failed;
            Rollup.Add(other.Rollup);
        }

        public long Measure(StatsMeasure measure) => measure switch
        {
            StatsMeasure.Tokens => Sums[1] + Sums[2] + Sums[3] + Sums[4],
            StatsMeasure.Cost => Sums[6],
            StatsMeasure.Errors => _refused + _failed,
            _ => Sums[0],
        };

        public StatsSums ToSums() => new(Sums[0], _refused, _failed, Sums[1], Sums[2], Sums[3], Sums[4], Sums[5], RequestColumns.ToCost(Sums[6]), Sums[7]);

        public StatsTimes ToTimes() => new(Of(Rollup.TimeToFirstToken), Of(Rollup.Total), Of(Rollup.Gateway), Of(Rollup.Speed));

        private static StatsPercentiles Of(Histogram values)
        {
            var (p50, p95, p99) = values.Percentiles();
            return new StatsPercentiles(values.Count, p50, p95, p99);
        }
    }
}
