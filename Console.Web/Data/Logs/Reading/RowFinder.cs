using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Rollups;
using Gateway.Core.Logging;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Reading;

/// <summary>
/// Finds the newest rows that a filter means without reading much else: facets are decided first, and each facet's rows are in order;
/// where large values are asked for, zones without them are skipped.
/// </summary>
/// <param name="rowsOfWindow">Rows of the meant facets that the newest window is to hold, where windows are used.</param>
internal sealed class RowFinder(SqliteConnection connection, RequestFilterSql filter, int rowsOfWindow = 2000)
{
    /// <summary>Rows whose ids are read for a text that may be the middle of one.</summary>
    private const int MostReadOneByOne = 50_000;

    /// <summary>More facets than this are not walked one by one.</summary>
    private const int MostWalks = 5000;

    /// <summary>Facets are rare when fewer than one row in so many has one of them.</summary>
    private const int RareShare = 20;

    /// <summary>Ids of older versions were random in all their digits, and hardly one of them names a time between 2020 and 2100.</summary>
    private const long EarliestTime = 1_577_836_800_000;

    private const long LatestTime = 4_102_444_800_000;

    internal const string Tables = "requests r LEFT JOIN sessions s ON s.id = r.session";

    private readonly (long First, long End) _range = Narrow(filter);

    /// <returns>Numbers of rows, newest first.</returns>
    public IReadOnlyList<long> Find(int size)
    {
        if (_range.First >= _range.End)
        {
            return [];
        }

        var facets = filter.HasFacetTerms ? Facets() : null;
        if (facets is { Count: 0 })
        {
            return [];
        }

        if (filter.Session is { } session)
        {
            var parameters = new SqlParameters();
            return OfIndex($"r.session = (SELECT id FROM sessions WHERE key = {parameters.Add(session)})", parameters, size);
        }

        if (filter.ReplayOf is { } replayed)
        {
            var parameters = new SqlParameters();
            return OfIndex($"r.replay_of = {parameters.Add(RowIds.Stored(replayed))}", parameters, size);
        }

        if (filter.IsOfReplays)
        {
            return OfIndex("r.replay_of IS NOT NULL", new SqlParameters(), size, "INDEXED BY requests_replay");
        }

        if (filter.Texts.Count > 0)
        {
            return Worded(facets, size);
        }

        if (filter.HasRowTerms && AreRare(facets))
        {
            return MergeByWindow(facets, size, filter.RowWhere);
        }

        if (new ZoneWalk(connection, filter, _range).WithTerms() is { IsNarrow: true } zones)
        {
            return Zoned(zones, facets, size, filter.RowWhere);
        }

        // Without conditions on rows, each facet that is walked gives a row: of rare ones, few walks are enough however many there are.
        return facets is null || (facets.Count > MostWalks && (filter.HasRowTerms || !IsRareShare(facets)))
            ? Scan(_range.First, _range.End, size, filter.RowWhere)
            : Merge(facets, size, filter.RowWhere);
    }

    /// <summary>An id of ours says when its request started.</summary>
    private static (long First, long End) Narrow(RequestFilterSql filter) => filter.RequestId is { } id && RequestIds.FindTime(id) is >= EarliestTime and < LatestTime and var time
        ? (Math.Max(filter.First, RowIds.From(time)), Math.Min(filter.End, RowIds.From(time + 1)))
        : (filter.First, filter.End);

    /// <param name="text">Only those that this text is in; null: all that are meant.</param>
    private List<MeantFacet> Facets(string? text = null)
    {
        var parameters = new SqlParameters();
        return LogReader.Query(
            connection,
            $"SELECT f.id, f.last_row, f.requests FROM facets f WHERE {filter.FacetWhere(parameters)} AND {(text is null ? "TRUE" : RequestFilterSql.InFacet(text, parameters))} AND f.last_row >= {parameters.Add(_range.First)} ORDER BY f.last_row DESC",
            parameters,
            reader => new MeantFacet(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2)));
    }

    /// <summary>Whether walking the rows of these facets reads much less than walking all rows; null stands for all.</summary>
    private bool AreRare([NotNullWhen(true)] List<MeantFacet>? facets) =>
        facets is { Count: <= MostWalks } && IsRareShare(facets);

    private bool IsRareShare(List<MeantFacet> facets) => facets.Sum(f => f.Requests) * RareShare < LogDatabase.Number(connection, "SELECT sum(requests) FROM facets");

    private string FacetCondition(SqlParameters parameters) =>
        filter.HasFacetTerms ? $"r.facet IN (SELECT f.id FROM facets f WHERE {filter.FacetWhere(parameters)})" : "TRUE";

    /// <summary>Walks back through all rows.</summary>
    private List<long> Scan(long first, long end, int size, Func<SqlParameters, string> rowWhere)
    {
        var parameters = new SqlParameters();
        return LogReader.Query(
            connection,
            $"""
            SELECT r.id FROM {Tables} WHERE r.id >= {parameters.Add(first)} AND r.id < {parameters.Add(end)} AND {rowWhere(parameters)}
            AND +{FacetCondition(parameters)} ORDER BY r.id DESC LIMIT {parameters.Add(size)}
            """,
            parameters,
            reader => reader.GetInt64(0));
    }

    /// <param name="condition">On a column that has an index, and which few rows fulfil.</param>
    /// <param name="index">Names the index where the order of rows would be taken for the better way.</param>
    private List<long> OfIndex(string condition, SqlParameters parameters, int size, string index = "") =>
        LogReader.Query(
            connection,
            $"""
            SELECT r.id FROM requests r {index} LEFT JOIN sessions s ON s.id = r.session WHERE {condition} AND r.id >= {parameters.Add(_range.First)}
            AND r.id < {parameters.Add(_range.End)} AND {filter.RowWhere(parameters)} AND +{FacetCondition(parameters)} ORDER BY r.id DESC LIMIT {parameters.Add(size)}
            """,
            parameters,
            reader => reader.GetInt64(0));

    /// <summary>
    /// The newest rows that have the first text in themselves, in their facet, in their bodies or in their id, each found in its own way,
    /// and all else that is asked for.
    /// </summary>
    private List<long> Worded(List<MeantFacet>? facets, int size)
    {
        var text = filter.Texts[0];
        string InRow(SqlParameters parameters) => $"{RequestFilterSql.InRow(text, parameters)} AND {filter.RowWhereOfOthers(parameters)}";
        var zones = new ZoneWalk(connection, filter, _range).With(text).WithTerms();
        var found = new HashSet<long>(!AreRare(facets) ? Zoned(zones, facets, size, InRow) : zones.Newest().Any() ? MergeByWindow(facets, size, InRow) : []);

        var named = Facets(text);
        found.UnionWith(
            named.Count == 0 ? []
            : named.Count > MostWalks ? Scan(_range.First, _range.End, size, filter.RowWhere)
            : filter.HasRowTerms || filter.Texts.Count > 1 ? MergeByWindow(named, size, filter.RowWhereOfOthers)
            : Merge(named, size, filter.RowWhereOfOthers));
        if (filter.SearchesBodies)
        {
            found.UnionWith(new BodyFinder(connection, filter).Find(text, size, parameters => $"{filter.RowWhereOfOthers(parameters)} AND +{FacetCondition(parameters)}"));
        }

        if (RequestFilterSql.MayBeOfId(text))
        {
            found.UnionWith(Scan(FirstReadOneByOne(), _range.End, size, InRow));
        }

        return [.. found.OrderDescending().Take(size)];
    }

    /// <summary>The first of the newest rows that are read for parts of ids.</summary>
    private long FirstReadOneByOne()
    {
        var parameters = new SqlParameters();
        return LogReader.Query(
            connection,
            $"""
            SELECT min(id) FROM (SELECT r.id FROM requests r WHERE r.id >= {parameters.Add(_range.First)} AND r.id < {parameters.Add(_range.End)}
            ORDER BY r.id DESC LIMIT {MostReadOneByOne})
            """,
            parameters,
            reader => reader.IsDBNull(0) ? _range.End : reader.GetInt64(0))[0];
    }

    /// <summary>Walks back through those zones that can hold such rows.</summary>
    /// <param name="facets">Looked up here: a statement would gather them anew for each zone. Null: all are meant.</param>
    private List<long> Zoned(ZoneWalk zones, List<MeantFacet>? facets, int size, Func<SqlParameters, string> rowWhere)
    {
        var found = new List<long>();
        var meant = facets?.Select(f => f.Id).ToHashSet();
        var values = new SqlParameters();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT r.id, r.facet FROM {Tables} WHERE r.id >= @first AND r.id < @end AND {rowWhere(values)} ORDER BY r.id DESC";
        values.Bind(command);
        var start = command.Parameters.Add("@first", SqliteType.Integer);
        var end = command.Parameters.Add("@end", SqliteType.Integer);
        foreach (var zone in zones.Newest())
        {
            start.Value = Math.Max(_range.First, zone << ZoneWriter.Bits);
            end.Value = Math.Min(_range.End, (zone + 1) << ZoneWriter.Bits);
            using var reader = command.ExecuteReader();
            while (found.Count < size && reader.Read())
            {
                if (meant?.Contains(reader.GetInt64(1)) ?? true)
                {
                    found.Add(reader.GetInt64(0));
                }
            }

            if (found.Count >= size)
            {
                break;
            }
        }

        return found;
    }

    /// <summary>
    /// For rows that are rare even within their facets: without windows, each facet would be walked to its end for want of enough rows.
    /// </summary>
    private List<long> MergeByWindow(List<MeantFacet> facets, int size, Func<SqlParameters, string> rowWhere)
    {
        var found = new List<long>();
        var (end, oldest) = (Math.Min(_range.End, facets[0].Last + 1), Math.Max(_range.First, LogDatabase.Number(connection, "SELECT min(id) FROM requests")));
        var perRow = (double)(end - oldest) / Math.Max(1, facets.Sum(f => f.Requests));
        var (newest, length) = (end, (long)Math.Max(1, perRow * rowsOfWindow));
        while (end > oldest && found.Count < size)
        {
            var first = length < end - oldest ? end - length : oldest;
            found.AddRange(OfFacets(facets, size - found.Count, first, end, perRow > 8 * ZoneWriter.Length, rowWhere));
            end = first;

            // As far as the rest should lie, were it as frequent as what was found; never so short a way that it takes many.
            var most = length > long.MaxValue / 4 ? length : length * 4;
            var rest = found.Count == 0 ? most : (newest - end) * 1.3 * (size - found.Count) / found.Count;
            length = (long)Math.Clamp(rest, Math.Min(most, (newest - end) / 2), most);
        }

        return found;
    }

    /// <summary>
    /// All facets in one statement: many have no row at all in a window. The index has what tells facet and zone, so that of rows in zones
    /// without large enough values nothing else is read.
    /// </summary>
    /// <param name="hasFewRows">Far fewer rows than zones: then the zone of each row is looked at, or else first all zones.</param>
    private List<long> OfFacets(List<MeantFacet> facets, int size, long from, long end, bool hasFewRows, Func<SqlParameters, string> rowWhere)
    {
        var parameters = new SqlParameters();
        var inZones = filter.ZoneWhere(parameters) is not { } zoneWhere ? "TRUE"
            : hasFewRows ? $"EXISTS (SELECT 1 FROM zones z WHERE z.zone = r.id >> {ZoneWriter.Bits} AND {zoneWhere})"
            : $"(r.id >> {ZoneWriter.Bits}) IN (SELECT z.zone FROM zones z WHERE z.zone >= {parameters.Add(from >> ZoneWriter.Bits)} AND z.zone <= {parameters.Add((end - 1) >> ZoneWriter.Bits)} AND {zoneWhere})";
        return LogReader.Query(
            connection,
            $"""
            SELECT r.id FROM requests r INDEXED BY requests_facet LEFT JOIN sessions s ON s.id = r.session
            WHERE r.facet IN (SELECT value FROM json_each({parameters.Add(JsonSerializer.Serialize(facets.TakeWhile(f => f.Last >= from).Select(f => f.Id)))}))
            AND r.id >= {parameters.Add(from)} AND r.id < {parameters.Add(end)} AND {inZones} AND {rowWhere(parameters)} ORDER BY r.id DESC LIMIT {parameters.Add(size)}
            """,
            parameters,
            reader => reader.GetInt64(0));
    }

    /// <summary>Takes the newest rows of each facet, and stops where a facet's newest is older than what is there already.</summary>
    private List<long> Merge(List<MeantFacet> facets, int size, Func<SqlParameters, string> rowWhere)
    {
        var newest = new PriorityQueue<long, long>();
        var values = new SqlParameters();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT r.id FROM {Tables} WHERE r.facet = @facet AND r.id >= @first AND r.id < @end AND {rowWhere(values)} ORDER BY r.id DESC LIMIT @size";
        values.Bind(command);
        var facetId = command.Parameters.Add("@facet", SqliteType.Integer);
        var first = command.Parameters.Add("@first", SqliteType.Integer);
        command.Parameters.AddWithValue("@end", _range.End);
        command.Parameters.AddWithValue("@size", size);
        foreach (var (id, last, _) in facets)
        {
            var least = newest.Count == size ? newest.Peek() : _range.First;
            if (last < least)
            {
                break;
            }

            facetId.Value = id;
            first.Value = least;
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var row = reader.GetInt64(0);
                newest.Enqueue(row, row);
                if (newest.Count > size)
                {
                    newest.Dequeue();
                }
            }
        }

        var found = new List<long>(newest.Count);
        while (newest.TryDequeue(out var row, out _))
        {
            found.Add(row);
        }

        found.Reverse();
        return found;
    }

    /// <param name="Last">Number of its newest row.</param>
    /// <param name="Requests">Rows it has had.</param>
    private readonly record struct MeantFacet(long Id, long Last, long Requests);
}
