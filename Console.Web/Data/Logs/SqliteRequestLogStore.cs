using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ConsoleWeb.Data.Logs;

/// <summary>Reads the request log over connections of its own, which never hold up the writer.</summary>
internal sealed class SqliteRequestLogStore(LogDatabase database, LogSignal signal) : IRequestLogStore
{
    /// <summary>A query that takes longer is given up, so that a reader cannot pin the write-ahead log.</summary>
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(10);

    public Task<IReadOnlyList<RequestRow>> ListAsync(RequestFilter filter, long? before, int size, CancellationToken cancellationToken)
    {
        var where = new RequestFilterSql(filter);
        if (before is { } last)
        {
            where.Add("r.seq < @before", ("@before", last));
        }

        return RowsAsync(where, size, cancellationToken);
    }

    public Task<IReadOnlyList<RequestRow>> ListNewerAsync(RequestFilter filter, long after, int max, CancellationToken cancellationToken) =>
        RowsAsync(new RequestFilterSql(filter).Add("r.seq > @after", ("@after", after)), max, cancellationToken);

    public async Task<StoredRequest?> FindAsync(string requestId, CancellationToken cancellationToken)
    {
        var found = await StoredAsync(new RequestFilterSql(RequestFilter.None).Add("r.request_id = @id", ("@id", requestId)), 1, hasPayloads: true, cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    public Task<IReadOnlyList<StoredRequest>> ListStoredAsync(RequestFilter filter, long? before, int size, bool hasPayloads, CancellationToken cancellationToken)
    {
        var where = new RequestFilterSql(filter);
        if (before is { } last)
        {
            where.Add("r.seq < @before", ("@before", last));
        }

        return StoredAsync(where, size, hasPayloads, cancellationToken);
    }

    public Task<RequestTotals> SumAsync(RequestFilter filter, CancellationToken cancellationToken) => ReadAsync(
        connection =>
        {
            var where = new RequestFilterSql(filter);
            var sums = Query(
                connection,
                $"""
                SELECT count(*), coalesce(sum({IsError}), 0), coalesce(sum(r.input_tokens), 0), coalesce(sum(r.cache_read_tokens), 0),
                       coalesce(sum(r.cache_write_tokens), 0), coalesce(sum(r.output_tokens), 0), coalesce(sum(r.cost), 0),
                       coalesce(sum(r.is_llm = 1 AND r.cost IS NULL), 0), count(r.ttft_ms)
                FROM requests r {where.Where}
                """,
                where,
                reader => (Row: Enumerable.Range(0, 9).Select(reader.GetInt64).ToArray(), 0)).Single().Row;
            var first = sums[8] == 0 ? null : Percentile(connection, filter, (long)Math.Ceiling(sums[8] * 0.95) - 1);
            return new RequestTotals(sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], RequestColumns.ToCost(sums[6]), sums[7], first);
        },
        cancellationToken);

    public Task<IReadOnlyList<RequestBucket>> HistogramAsync(RequestFilter filter, DateTimeOffset from, DateTimeOffset to, int buckets, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(buckets);
        var start = from.ToUnixTimeMilliseconds();
        var length = Math.Max(1, to.ToUnixTimeMilliseconds() - start);
        var result = new RequestBucket[buckets];
        for (var i = 0; i < buckets; i++)
        {
            result[i] = new RequestBucket(DateTimeOffset.FromUnixTimeMilliseconds(start + (length * i / buckets)), 0, 0, 0);
        }

        return ReadAsync<IReadOnlyList<RequestBucket>>(
            connection =>
            {
                var where = new RequestFilterSql(filter with { From = from, To = to });
                where.Add("1", ("@start", start), ("@length", length), ("@buckets", (long)buckets));
                var rows = Query(
                    connection,
                    $"""
                    SELECT (r.started_at - @start) * @buckets / @length AS bucket, sum({IsFailed}), sum({IsRefused}), count(*)
                    FROM requests r {where.Where} GROUP BY bucket
                    """,
                    where,
                    reader => (Bucket: reader.GetInt32(0), Failed: reader.GetInt64(1), Refused: reader.GetInt64(2), All: reader.GetInt64(3)));
                foreach (var (bucket, failed, refused, all) in rows)
                {
                    result[bucket] = result[bucket] with { Ok = all - failed - refused, Refused = refused, Failed = failed };
                }

                return result;
            },
            cancellationToken);
    }

    public IDisposable OnAppended(Action callback) => signal.Subscribe(callback);

    private const string IsFailed = "(r.status >= 500 OR r.outcome IN ('upstream_cut', 'upstream_timeout', 'interrupted', 'shutdown'))";

    private const string IsRefused = $"(NOT {IsFailed} AND r.status >= 400)";

    private const string IsError = $"({IsFailed} OR r.status >= 400)";

    private static double? Percentile(SqliteConnection connection, RequestFilter filter, long rank)
    {
        var where = new RequestFilterSql(filter).Add("r.ttft_ms IS NOT NULL", ("@rank", rank));
        return Query(connection, $"SELECT r.ttft_ms FROM requests r {where.Where} ORDER BY r.ttft_ms LIMIT 1 OFFSET @rank", where, reader => reader.GetDouble(0))
            .Select(value => (double?)value).FirstOrDefault();
    }

    private Task<IReadOnlyList<RequestRow>> RowsAsync(RequestFilterSql where, int size, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<RequestRow>>(
            connection =>
            {
                where.Add("1", ("@size", size));
                return Query(connection, $"SELECT {RequestColumns.Selected} FROM requests r {where.Where} ORDER BY r.seq DESC LIMIT @size", where, RequestColumns.Read);
            },
            cancellationToken);

    private Task<IReadOnlyList<StoredRequest>> StoredAsync(RequestFilterSql where, int size, bool hasPayloads, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StoredRequest>>(
            connection =>
            {
                where.Add("1", ("@size", size));
                var columns = RequestColumns.Selected.Split(',').Length;
                var entities = new Dictionary<long, byte[]>();
                var found = Query(
                    connection,
                    $"""
                    SELECT {RequestColumns.Selected}, d.record, d.service, d.route, d.consumer{(hasPayloads ? ", p.request, p.response" : "")}
                    FROM requests r JOIN details d ON d.seq = r.seq {(hasPayloads ? "LEFT JOIN payloads p ON p.seq = r.seq" : "")}
                    {where.Where} ORDER BY r.seq DESC LIMIT @size
                    """,
                    where,
                    reader => (
                        Row: RequestColumns.Read(reader),
                        Record: (byte[])reader[columns],
                        Entities: (long?[])[Id(reader, columns + 1), Id(reader, columns + 2), Id(reader, columns + 3)],
                        Request: hasPayloads ? reader[columns + 4] as byte[] : null,
                        Response: hasPayloads ? reader[columns + 5] as byte[] : null));
                return [.. found.Select(f => new StoredRequest(f.Row, StoredRecord.Compose(
                    f.Record,
                    [.. f.Entities.Select(id => id is { } number ? Entity(connection, entities, number) : null)],
                    LogText.ExpandText(f.Request),
                    LogText.ExpandText(f.Response))))];
            },
            cancellationToken);

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

    private static List<T> Query<T>(SqliteConnection connection, string sql, RequestFilterSql where, Func<SqliteDataReader, T> read)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        where.Bind(command);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>SQLite does not notice what a disk does to the content of a value.</summary>
    private static bool IsDamage(Exception exception) =>
        exception is InvalidDataException or JsonException or InvalidCastException or InvalidOperationException or ArgumentException or FormatException or OverflowException;

    /// <summary>SQLite knows no asynchronous reading; a thread of the pool waits, so that a circuit does not.</summary>
    private Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var connection = database.OpenReader();
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(LongestRead);
            using var interrupt = deadline.Token.Register(() => raw.sqlite3_interrupt(connection.Handle));
            try
            {
                return read(connection);
            }
            catch (SqliteException exception) when (exception.SqliteErrorCode == raw.SQLITE_INTERRUPT)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new TimeoutException("The search took longer than ten seconds; narrow the time range.", exception);
            }
            catch (Exception exception) when (IsDamage(exception))
            {
                throw new SqliteException("A stored record is damaged.", raw.SQLITE_CORRUPT);
            }
        },
        cancellationToken);
}
