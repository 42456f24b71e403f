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
    private static readonly string RollupColumns = string.Join(", ", RollupCell.SumColumns.Select(c => $"u.{c}"));

    private const string RowSums =
        "count(*), sum(r.input_tokens), sum(r.cache_read_tokens), sum(r.cache_write_tokens), sum(r.output_tokens), sum(r.reasoning_tokens), coalesce(sum(r.cost), 0), sum(f.is_llm = 1 AND r.cost IS NULL)";

    private readonly long _from = query.From.ToUnixTimeMilliseconds();
    private readonly long _to = Math.Max(query.From.ToUnixTimeMilliseconds() + 1, query.To.ToUnixTimeMilliseconds());
    private readonly string _groups = $"{query.GroupBy?.Sql ?? "NULL"} AS g, {query.ThenBy?.Sql ?? "NULL"} AS h";
    private Dictionary<(long Bucket, StatsGroup Group), Cell> _cells = [];

    private long Step => query.Step is { } step ? Math.Max(1, (long)step.TotalMilliseconds) : _to - _from;

    public StatsAnswer Read()
    {
        var sql = new RequestFilterSql(query.Filter with { From = query.From, To = query.To });
        var cut = FacetCut.For([.. sql.FacetFields, .. new[] { query.GroupBy, query.ThenBy }.OfType<LogField>()]);
        var parts = Parts(sql.IsFacetsOnly).ToList();
        var facets = parts.Any(p => p.Range.Level is not null) ? Facets(cut, sql) : [];
        foreach (var (part, bucket) in parts)
        {
            if (part.Level is { } level)
            {
                ReadRollups(level, part, bucket, cut, facets);
            }
            else
            {
                ReadRows(part, bucket, sql);
            }
        }

        if (query.Top is { } top)
        {
            MergeOthers(top);
        }

        var points = _cells.OrderBy(c => c.Key.Bucket).ThenBy(c => c.Key.Group.IsOther).ThenByDescending(c => c.Value.Sums[0]).ThenBy(c => c.Key.Group.Value, StringComparer.Ordinal).ThenBy(c => c.Key.Group.Second, StringComparer.Ordinal)
            .Select(c => new StatsPoint(StartOf(c.Key.Bucket), c.Key.Group.Value, c.Value.ToSums(), query.HasPercentiles ? c.Value.ToTimes() : null) { SubGroup = c.Key.Group.Second, IsOther = c.Key.Group.IsOther });
        return new StatsAnswer(query.From, query.To, query.Step ?? TimeSpan.FromMilliseconds(Step), [.. points]);
    }

    /// <summary>What is read from where; with the point it belongs to where points have edges of their own.</summary>
    private IEnumerable<(RollupRange Range, long? Bucket)> Parts(bool isFacetsOnly)
    {
        if (query.Edges is not { } edges)
        {
            return (isFacetsOnly ? RollupRange.Cover(_from, _to, query.Step is null ? null : Step, now) : [new RollupRange(null, _from, _to)]).Select(p => (p, (long?)null));
        }

        return Enumerable.Range(0, Math.Max(0, edges.Count - 1)).SelectMany(i =>
        {
            var (from, to) = (Math.Max(_from, edges[i].ToUnixTimeMilliseconds()), Math.Min(_to, edges[i + 1].ToUnixTimeMilliseconds()));
            return (from >= to ? [] : isFacetsOnly ? RollupRange.Cover(from, to, null, now) : [new RollupRange(null, from, to)]).Select(p => (p, (long?)i));
        });
    }

    private DateTimeOffset StartOf(long bucket) => query.Edges is { } edges ? edges[(int)bucket].ToUniversalTime() : DateTimeOffset.FromUnixTimeMilliseconds(_from + (bucket * Step));

    /// <summary>Keeps the largest groups and puts all others together, their distributions too.</summary>
    private void MergeOthers(StatsTop top)
    {
        var kept = (top.Keep ?? [.. _cells.GroupBy(c => c.Key.Group).OrderByDescending(g => g.Sum(c => c.Value.Measure(top.By))).ThenByDescending(g => g.Sum(c => c.Value.Sums[0]))
            .ThenBy(g => g.Key.Value, StringComparer.Ordinal).ThenBy(g => g.Key.Second, StringComparer.Ordinal).Take(top.Count).Select(g => g.Key)]).ToHashSet();
        var cells = new Dictionary<(long Bucket, StatsGroup Group), Cell>();
        foreach (var ((bucket, group), cell) in _cells)
        {
            var key = (bucket, kept.Contains(group) ? group : new StatsGroup(null, null, IsOther: true));
            if (!cells.TryAdd(key, cell))
            {
                cells[key].Add(cell);
            }
        }

        _cells = cells;
    }

    private void ReadRollups(RollupLevel level, RollupRange part, long? bucket, FacetCut cut, Dictionary<long, MeantFacet> facets)
    {
        var parameters = new SqlParameters();
        var statement = $"""
            SELECT u.bucket, u.facet, {RollupColumns}{(query.HasPercentiles ? ", u.histograms" : "")} FROM {level.Table} u
            WHERE u.cut = {parameters.Add(cut.Number)} AND u.bucket >= {parameters.Add(part.From / level.Length)} AND u.bucket < {parameters.Add(part.To / level.Length)}
            """;
        LogReader.ForEach(connection, statement, parameters, reader =>
        {
            if (facets.TryGetValue(reader.GetInt64(1), out var facet))
            {
                var cell = At(bucket ?? (((reader.GetInt64(0) * level.Length) - _from) / Step), facet.Group);
                cell.Add(reader, 2, facet.IsRefused, facet.IsFailed);
                if (query.HasPercentiles)
                {
                    cell.Rollup.AddHistograms(raw.sqlite3_column_blob(reader.Handle, 2 + RollupCell.SumColumns.Count));
                }
            }
        });
    }

    /// <summary>The facets of a cut that the filter means, by number: a cell is one look-up instead of a join.</summary>
    private Dictionary<long, MeantFacet> Facets(FacetCut cut, RequestFilterSql sql)
    {
        var parameters = new SqlParameters();
        return LogReader.Query(
            connection,
            $"SELECT f.id, {_groups}, {ErrorTerm.IsRefusedSql}, {ErrorTerm.IsFailedSql} FROM {cut.Table} f WHERE {sql.FacetWhere(parameters)}",
            parameters,
            reader => (Id: reader.GetInt64(0), Facet: new MeantFacet(Group(reader, 1), reader.GetBoolean(3), reader.GetBoolean(4)))).ToDictionary(f => f.Id, f => f.Facet);
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

    private Cell At(SqliteDataReader reader) => At(reader.GetInt64(0), Group(reader, 1));

    private Cell At(long bucket, StatsGroup group)
    {
        if (!_cells.TryGetValue((bucket, group), out var cell))
        {
            cell = new Cell();
            _cells.Add((bucket, group), cell);
        }

        return cell;
    }

    private static StatsGroup Group(SqliteDataReader reader, int column) => new(Text(reader, column), Text(reader, column + 1));

    private static string? Text(SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture);

    private static double? Number(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDouble(column);

    private sealed record MeantFacet(StatsGroup Group, bool IsRefused, bool IsFailed);

    private sealed class Cell
    {
        private long _refused;
        private long _failed;

        public RollupCell Rollup { get; } = new();

        public long[] Sums => Rollup.Sums;

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

        private static StatsPercentiles Of(Histogram values) => new(values.Count, values.Percentile(0.5), values.Percentile(0.95), values.Percentile(0.99));
    }
}
