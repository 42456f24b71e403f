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
    /// <summary>Rows whose own texts are read when bodies are searched as well; <c>path:</c> and its like read all.</summary>
    private const int MostReadOneByOne = 50_000;

    /// <summary>More facets than this are not walked one by one.</summary>
    private const int MostWalks = 1500;

    /// <summary>Facets are rare when fewer than one row in so many has one of them.</summary>
    private const int RareShare = 20;

    /// <summary>Ids of older versions were random in all their digits, and hardly one of them names a time between 2020 and 2100.</summary>
    private const long EarliestTime = 1_577_836_800_000;

    private const long LatestTime = 4_102_444_800_000;

    private const string Tables = "requests r LEFT JOIN sessions s ON s.id = r.session";

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
            return OfIndex("r.replay_of IS NOT NULL", new SqlParameters(), size);
        }

        if (filter.HasRowTerms && facets is { Count: <= MostWalks } && AreRare(facets))
        {
            return MergeByWindow(facets, size);
        }

        var zones = new SqlParameters();
        if (filter.ZoneWhere(zones) is { } zoneWhere)
        {
            return Zoned(zoneWhere, zones, size);
        }

        if (filter.SearchesBodies)
        {
            return Worded(size);
        }

        return facets is null || facets.Count > MostWalks ? Scan(_range.First, _range.End, size) : Merge(facets, size, _range.First, _range.End);
    }

    /// <summary>An id of ours says when its request started.</summary>
    private static (long First, long End) Narrow(RequestFilterSql filter) => filter.RequestId is { } id && RequestIds.FindTime(id) is >= EarliestTime and < LatestTime and var time
        ? (Math.Max(filter.First, RowIds.From(time)), Math.Min(filter.End, RowIds.From(time + 1)))
        : (filter.First, filter.End);

    private List<MeantFacet> Facets()
    {
        var parameters = new SqlParameters();
        return LogReader.Query(
            connection,
            $"SELECT f.id, f.last_row, f.requests FROM facets f WHERE {filter.FacetWhere(parameters)} AND f.last_row >= {parameters.Add(_range.First)} ORDER BY f.last_row DESC",
            parameters,
            reader => new MeantFacet(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2)));
    }

    /// <summary>Whether walking the rows of these facets reads much less than walking all rows.</summary>
    private bool AreRare(List<MeantFacet> facets) =>
        facets.Sum(f => f.Requests) * RareShare < LogDatabase.Number(connection, "SELECT sum(requests) FROM facets");

    private string FacetCondition(SqlParameters parameters) =>
        filter.HasFacetTerms ? $"r.facet IN (SELECT f.id FROM facets f WHERE {filter.FacetWhere(parameters)})" : "TRUE";

    /// <summary>Walks back through all rows.</summary>
    private List<long> Scan(long first, long end, int size)
    {
        var parameters = new SqlParameters();
        return LogReader.Query(
            connection,
            $"""
            SELECT r.id FROM {Tables} WHERE r.id >= {parameters.Add(first)} AND r.id < {parameters.Add(end)} AND {filter.RowWhere(parameters)}
            AND +{FacetCondition(parameters)} ORDER BY r.id DESC LIMIT {parameters.Add(size)}
            """,
            parameters,
            reader => reader.GetInt64(0));
    }

    /// <param name="condition">On a column that has an index, and which few rows fulfil.</param>
    private List<long> OfIndex(string condition, SqlParameters parameters, int size) =>
        LogReader.Query(
            connection,
            $"""
            SELECT r.id FROM {Tables} WHERE {condition} AND r.id >= {parameters.Add(_range.First)}
            AND r.id < {parameters.Add(_range.End)} AND {filter.RowWhere(parameters)} AND +{FacetCondition(parameters)} ORDER BY r.id DESC LIMIT {parameters.Add(size)}
            """,
            parameters,
            reader => reader.GetInt64(0));

    /// <summary>
    /// Rows whose bodies have the first text, found by the index of words; and the newest rows, read one by one, that have it in themselves.
    /// </summary>
    private List<long> Worded(int size)
    {
        var parameters = new SqlParameters();
        var byBody = LogReader.Query(
            connection,
            $"""
            SELECT r.id FROM {Tables} WHERE r.id IN ({filter.BodiesWith(filter.Texts[0], parameters)}) AND r.id >= {parameters.Add(_range.First)}
            AND r.id < {parameters.Add(_range.End)} AND {filter.RowWhere(parameters)} AND +{FacetCondition(parameters)} ORDER BY r.id DESC LIMIT {parameters.Add(size)}
            """,
            parameters,
            reader => reader.GetInt64(0));
        parameters = new SqlParameters();
        var first = LogReader.Query(
            connection,
            $"""
            SELECT min(id) FROM (SELECT r.id FROM requests r WHERE r.id >= {parameters.Add(_range.First)} AND r.id < {parameters.Add(_range.End)}
            ORDER BY r.id DESC LIMIT {MostReadOneByOne})
            """,
            parameters,
            reader => reader.IsDBNull(0) ? _range.End : reader.GetInt64(0))[0];
        return [.. byBody.Concat(Scan(first, _range.End, size)).Distinct().OrderDescending().Take(size)];
    }

    /// <summary>Walks back through those zones that hold values large enough.</summary>
    private List<long> Zoned(string zoneWhere, SqlParameters parameters, int size)
    {
        var found = new List<long>();
        var first = _range.First >> ZoneWriter.Bits;
        var last = (_range.End - 1) >> ZoneWriter.Bits;
        var zones = LogReader.Query(
            connection,
            $"SELECT z.zone FROM zones z WHERE z.zone BETWEEN {parameters.Add(first)} AND {parameters.Add(last)} AND {zoneWhere} ORDER BY z.zone DESC",
            parameters,
            reader => reader.GetInt64(0));

        var values = new SqlParameters();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT r.id FROM {Tables} WHERE r.id >= @first AND r.id < @end AND {filter.RowWhere(values)} AND +{FacetCondition(values)} ORDER BY r.id DESC LIMIT @size";
        values.Bind(command);
        var start = command.Parameters.Add("@first", SqliteType.Integer);
        var end = command.Parameters.Add("@end", SqliteType.Integer);
        var limit = command.Parameters.Add("@size", SqliteType.Integer);
        foreach (var zone in zones)
        {
            start.Value = Math.Max(_range.First, zone << ZoneWriter.Bits);
            end.Value = Math.Min(_range.End, (zone + 1) << ZoneWriter.Bits);
            limit.Value = size - found.Count;
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                found.Add(reader.GetInt64(0));
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
    private List<long> MergeByWindow(List<MeantFacet> facets, int size)
    {
        var found = new List<long>();
        var (end, oldest) = (Math.Min(_range.End, facets[0].Last + 1), Math.Max(_range.First, LogDatabase.Number(connection, "SELECT min(id) FROM requests")));
        var length = (long)Math.Max(1, (double)(end - oldest) / Math.Max(1, facets.Sum(f => f.Requests)) * rowsOfWindow);
        while (end > oldest && found.Count < size)
        {
            var first = length < end - oldest ? end - length : oldest;
            found.AddRange(Merge(facets, size - found.Count, first, end));
            (end, length) = (first, length > long.MaxValue / 4 ? length : length * 4);
        }

        return found;
    }

    /// <summary>Takes the newest rows of each facet, and stops where a facet's newest is older than what is there already.</summary>
    private List<long> Merge(List<MeantFacet> facets, int size, long from, long end)
    {
        var newest = new PriorityQueue<long, long>();
        var values = new SqlParameters();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT r.id FROM {Tables} WHERE r.facet = @facet AND r.id >= @first AND r.id < @end AND {filter.RowWhere(values)} ORDER BY r.id DESC LIMIT @size";
        values.Bind(command);
        var facetId = command.Parameters.Add("@facet", SqliteType.Integer);
        var first = command.Parameters.Add("@first", SqliteType.Integer);
        command.Parameters.AddWithValue("@end", end);
        command.Parameters.AddWithValue("@size", size);
        foreach (var (id, last, _) in facets)
        {
            var least = newest.Count == size ? newest.Peek() : from;
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
