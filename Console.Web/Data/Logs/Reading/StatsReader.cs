using System.Globalization;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Rollups;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Reading;

/// <summary>Adds up a window: from the kept sums where they fit, from rows at the edges and for what sums do not know.</summary>
/// <param name="now">Unix milliseconds.</param>
internal sealed class StatsReader(SqliteConnection connection, StatsQuery query, long now)
{
    private static readonly string RollupSums = string.Join(", ", RollupCell.SumColumns.Select(c => $"sum(u.{c})"));

    private const string RowSums =
        "count(*), sum(r.input_tokens), sum(r.cache_read_tokens), sum(r.cache_write_tokens), sum(r.output_tokens), sum(r.reasoning_tokens), coalesce(sum(r.cost), 0), sum(f.is_llm = 1 AND r.cost IS NULL)";

    private readonly long _from = query.From.ToUnixTimeMilliseconds();
    private readonly long _to = Math.Max(query.From.ToUnixTimeMilliseconds() + 1, query.To.ToUnixTimeMilliseconds());
    private readonly Dictionary<(long Bucket, string? Group), Cell> _cells = [];
    private readonly string _group = query.GroupBy?.Sql ?? "NULL";

    private long Step => query.Step is { } step ? Math.Max(1, (long)step.TotalMilliseconds) : _to - _from;

    public StatsAnswer Read()
    {
        var sql = new RequestFilterSql(query.Filter with { From = query.From, To = query.To });
        var parts = sql.IsFacetsOnly ? RollupRange.Cover(_from, _to, query.Step is null ? null : Step, now) : [new RollupRange(null, _from, _to)];
        foreach (var part in parts)
        {
            if (part.Level is { } level)
            {
                ReadRollups(level, part, sql);
            }
            else
            {
                ReadRows(part, sql);
            }
        }

        var points = _cells.OrderBy(c => c.Key.Bucket).ThenByDescending(c => c.Value.Sums[0]).ThenBy(c => c.Key.Group, StringComparer.Ordinal)
            .Select(c => new StatsPoint(DateTimeOffset.FromUnixTimeMilliseconds(_from + (c.Key.Bucket * Step)), c.Key.Group, c.Value.ToSums(), query.HasPercentiles ? c.Value.ToTimes() : null));
        return new StatsAnswer(query.From, query.To, TimeSpan.FromMilliseconds(Step), [.. points]);
    }

    private void ReadRollups(RollupLevel level, RollupRange part, RequestFilterSql sql)
    {
        var parameters = new SqlParameters();
        var from = $"""
            FROM {level.Table} u CROSS JOIN facets f ON f.id = u.facet
            WHERE u.bucket >= {parameters.Add(part.From / level.Length)} AND u.bucket < {parameters.Add(part.To / level.Length)} AND {sql.FacetWhere(parameters)}
            """;
        var bucket = string.Create(CultureInfo.InvariantCulture, $"(u.bucket * {level.Length} - {parameters.Add(_from)}) / {parameters.Add(Step)}");
        AddSums($"SELECT {bucket} AS b, {_group} AS g, sum(u.requests * {ErrorTerm.IsRefusedSql}), sum(u.requests * {ErrorTerm.IsFailedSql}), {RollupSums} {from} GROUP BY b, g", parameters);
        if (query.HasPercentiles)
        {
            LogReader.Query(connection, $"SELECT {bucket}, {_group}, u.histograms {from}", parameters, reader =>
            {
                At(reader).Rollup.AddHistograms((byte[])reader[2]);
                return 0;
            });
        }
    }

    private void ReadRows(RollupRange part, RequestFilterSql sql)
    {
        var parameters = new SqlParameters();
        var session = sql.Session is { } key ? $"r.session = (SELECT id FROM sessions WHERE key = {parameters.Add(key)}) AND " : "";
        var from = $"""
            FROM {RequestColumns.From} WHERE {session}r.id >= {parameters.Add(RowIds.From(part.From))} AND r.id < {parameters.Add(RowIds.From(part.To))}
            AND {sql.FacetWhere(parameters)} AND {sql.RowWhere(parameters)}
            """;
        var bucket = $"({RowIds.MillisecondsSql("r.id")} - {parameters.Add(_from)}) / {parameters.Add(Step)}";
        AddSums($"SELECT {bucket} AS b, {_group} AS g, sum({ErrorTerm.IsRefusedSql}), sum({ErrorTerm.IsFailedSql}), {RowSums} {from} GROUP BY b, g", parameters);
        if (query.HasPercentiles)
        {
            LogReader.Query(connection, $"SELECT {bucket}, {_group}, r.ttft_ms, r.total_ms, r.gateway_ms, r.output_tokens {from}", parameters, reader =>
            {
                At(reader).Rollup.AddTimes(Number(reader, 2), Number(reader, 3), Number(reader, 4), reader.GetInt64(5));
                return 0;
            });
        }
    }

    private void AddSums(string statement, SqlParameters parameters) => LogReader.Query(connection, statement, parameters, reader =>
    {
        if (!reader.IsDBNull(2))
        {
            At(reader).Add(reader);
        }

        return 0;
    });

    private Cell At(SqliteDataReader reader)
    {
        var key = (reader.GetInt64(0), reader.IsDBNull(1) ? null : Convert.ToString(reader.GetValue(1), CultureInfo.InvariantCulture));
        if (!_cells.TryGetValue(key, out var cell))
        {
            cell = new Cell();
            _cells.Add(key, cell);
        }

        return cell;
    }

    private static double? Number(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDouble(column);

    private sealed class Cell
    {
        private long _refused;
        private long _failed;

        public RollupCell Rollup { get; } = new();

        public long[] Sums => Rollup.Sums;

        public void Add(SqliteDataReader reader)
        {
            _refused += reader.GetInt64(2);
            _failed += reader.GetInt64(3);
            for (var i = 0; i < Sums.Length; i++)
            {
                Sums[i] += reader.GetInt64(4 + i);
            }
        }

        public StatsSums ToSums() => new(Sums[0], _refused, _failed, Sums[1], Sums[2], Sums[3], Sums[4], Sums[5], RequestColumns.ToCost(Sums[6]), Sums[7]);

        public StatsTimes ToTimes() => new(Of(Rollup.TimeToFirstToken), Of(Rollup.Total), Of(Rollup.Gateway), Of(Rollup.Speed));

        private static StatsPercentiles Of(Histogram values) => new(values.Count, values.Percentile(0.5), values.Percentile(0.95), values.Percentile(0.99));
    }
}
