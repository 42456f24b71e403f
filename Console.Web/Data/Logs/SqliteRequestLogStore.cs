using System.Text.Json;
using System.Text.Json.Nodes;
using ConsoleWeb.Data.Logs.Bodies;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Reading;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs;

/// <summary>The request log as everyone reads it.</summary>
internal sealed class SqliteRequestLogStore(LogDatabase database, LogTail tail, TimeProvider time) : IRequestLogStore
{
    private readonly LogReader _reader = new(database);

    public long Position => tail.Position;

    public long Changes => tail.Changes;

    public LogTailRead ReadNewer(RequestFilter filter, long position)
    {
        var read = tail.Read(position);
        return read with { Rows = [.. read.Rows.Where(r => (filter.From is not { } from || r.StartedAt >= from) && (filter.To is not { } to || r.StartedAt < to) && filter.Matches(r))] };
    }

    public Task<IReadOnlyList<RequestRow>> ListAsync(RequestFilter filter, long? before, int size, CancellationToken cancellationToken) =>
        _reader.ReadAsync<IReadOnlyList<RequestRow>>(
            connection =>
            {
                var parameters = new SqlParameters();
                var isFound = IsFound(connection, filter, before, size, parameters);
                return LogReader.Query(connection, $"SELECT {RequestColumns.Selected} FROM {RequestColumns.From} WHERE {isFound} ORDER BY r.id DESC", parameters, RequestColumns.Read);
            },
            cancellationToken);

    public async Task<StoredRequest?> FindAsync(string requestId, CancellationToken cancellationToken)
    {
        var found = await ListStoredAsync(RequestFilter.None.Where(LogFields.Id, requestId.Replace('*', ' ')), null, 1, hasPayloads: true, cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    public Task<IReadOnlyList<StoredRequest>> ListStoredAsync(RequestFilter filter, long? before, int size, bool hasPayloads, CancellationToken cancellationToken) =>
        _reader.ReadAsync<IReadOnlyList<StoredRequest>>(
            connection =>
            {
                var parameters = new SqlParameters();
                var isFound = IsFound(connection, filter, before, size, parameters);
                var columns = RequestColumns.Count;
                var entities = new Dictionary<long, byte[]>();
                var bodies = new BodyReader(connection);
                var found = LogReader.Query(
                    connection,
                    $"""
                    SELECT {RequestColumns.Selected}, d.record, d.service, d.route, d.consumer{(hasPayloads ? ", p.request, p.response, b.request, b.response, b.client" : "")}
                    FROM {RequestColumns.From} JOIN details d ON d.id = r.id {(hasPayloads ? "LEFT JOIN payloads p ON p.id = r.id LEFT JOIN bodies b ON b.id = r.id" : "")}
                    WHERE {isFound} ORDER BY r.id DESC
                    """,
                    parameters,
                    reader => (
                        Row: RequestColumns.Read(reader),
                        Record: (byte[])reader[columns],
                        Entities: (long?[])[Id(reader, columns + 1), Id(reader, columns + 2), Id(reader, columns + 3)],
                        Bodies: hasPayloads ? (byte[]?[])[.. Enumerable.Range(columns + 4, 5).Select(i => reader[i] as byte[])] : new byte[]?[5]));
                return [.. found.Select(f => new StoredRequest(f.Row, StoredRecord.Compose(
                    f.Record,
                    [.. f.Entities.Select(id => id is { } number ? Entity(connection, entities, number) : null)],
                    LogText.ExpandText(f.Bodies[0]) ?? bodies.Read(f.Bodies[2]),
                    LogText.ExpandText(f.Bodies[1]) ?? bodies.Read(f.Bodies[3]),
                    bodies.Read(f.Bodies[4]))))];
            },
            cancellationToken);

    public async Task<RequestTotals> SumAsync(RequestFilter filter, CancellationToken cancellationToken)
    {
        var from = filter.From ?? DateTimeOffset.UnixEpoch;
        var to = filter.To ?? time.GetUtcNow().AddYears(1);
        var answer = await StatsAsync(new StatsQuery(filter, from, to, Step: null, GroupBy: null, HasPercentiles: true), cancellationToken);
        return answer.Points is [{ Sums: var sums, Times: var times }]
            ? new RequestTotals(
                sums.Requests, sums.Refused + sums.Failed, sums.InputTokens, sums.CacheReadTokens, sums.CacheWriteTokens, sums.OutputTokens, sums.Cost, sums.Unpriced,
                times?.TimeToFirstToken.P95)
            : new RequestTotals(0, 0, 0, 0, 0, 0, 0, 0, null);
    }

    public async Task<IReadOnlyList<RequestBucket>> HistogramAsync(RequestFilter filter, DateTimeOffset from, DateTimeOffset to, int buckets, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(buckets);
        // Points begin at whole milliseconds, and so must the buckets that they are put into.
        (from, to) = (DateTimeOffset.FromUnixTimeMilliseconds(from.ToUnixTimeMilliseconds()), DateTimeOffset.FromUnixTimeMilliseconds(to.ToUnixTimeMilliseconds()));
        var step = TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling((to - from).TotalMilliseconds / buckets)));
        var answer = await StatsAsync(new StatsQuery(filter, from, to, step, GroupBy: null, HasPercentiles: false), cancellationToken);
        var result = new RequestBucket[buckets];
        for (var i = 0; i < buckets; i++)
        {
            result[i] = new RequestBucket(from + (step * i), 0, 0, 0);
        }

        foreach (var point in answer.Points)
        {
            var i = (int)((point.Start - from) / step);
            result[i] = new RequestBucket(point.Start, point.Sums.Requests - point.Sums.Refused - point.Sums.Failed, point.Sums.Refused, point.Sums.Failed);
        }

        return result;
    }

    public Task<StatsAnswer> StatsAsync(StatsQuery query, CancellationToken cancellationToken) =>
        _reader.ReadAsync(connection => new StatsReader(connection, query, time.GetUtcNow().ToUnixTimeMilliseconds()).Read(), cancellationToken);

    public async Task<IReadOnlyList<FacetCount>> CountAsync(RequestFilter filter, LogField field, int max, CancellationToken cancellationToken)
    {
        var from = filter.From ?? DateTimeOffset.UnixEpoch;
        var to = filter.To ?? time.GetUtcNow().AddYears(1);
        var answer = await StatsAsync(new StatsQuery(filter, from, to, Step: null, field, HasPercentiles: false), cancellationToken);
        return [.. answer.Points.Take(max).Select(p => new FacetCount(p.Group, p.Sums.Requests))];
    }

    public IDisposable OnAppended(Action callback) => tail.Subscribe(callback);

    /// <summary>A condition that only the rows of one page fulfil.</summary>
    private static string IsFound(SqliteConnection connection, RequestFilter filter, long? before, int size, SqlParameters parameters)
    {
        var ids = new RowFinder(connection, new RequestFilterSql(filter, before)).Find(size);
        return $"r.id IN (SELECT value FROM json_each({parameters.Add(JsonSerializer.Serialize(ids))}))";
    }

    private static long? Id(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    private static JsonNode? Entity(SqliteConnection connection, Dictionary<long, byte[]> known, long id)
    {
        if (!known.TryGetValue(id, out var json))
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT json FROM entities WHERE id = @id";
            command.Parameters.AddWithValue("@id", id);
            json = command.ExecuteScalar() as byte[] ?? [];
            known[id] = json;
        }

        return json.Length == 0 ? null : JsonNode.Parse(json);
    }
}
