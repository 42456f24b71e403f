using System.Text.Json;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Reading;
using ConsoleWeb.Features.Sessions;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Sessions;

/// <param name="commonFrom">Sessions with the facets that are asked for, from which on they are common.</param>
internal sealed class SqliteSessionStore(LogDatabase database, int commonFrom = 2000) : ISessionStore
{
    /// <summary>Over <c>requests r</c> and <c>facets f</c>: <see cref="RequestRow.IsTurn"/>.</summary>
    internal const string IsTurnSql = $"r.kind = 0 AND NOT {IsErrorSql}";

    private const string IsErrorSql = $"(f.status >= 400 OR {ErrorTerm.IsFailedSql})";

    private const string Columns =
        """
        s.id, s.key, s.agent, s.first_row, s.last_row, s.requests, s.errors, s.input_tokens, s.cache_read_tokens, s.cache_write_tokens, s.output_tokens, s.reasoning_tokens,
        s.cost, s.unpriced, s.turns, s.ended_at, s.client, s.version, s.model, s.directory, s.title, s.text_directory, s.branch
        """;

    private readonly LogReader _reader = new(database);

    public Task<IReadOnlyList<SessionRow>> ListAsync(RequestFilter filter, long? before, int size, CancellationToken cancellationToken)
    {
        var where = new SessionFilterSql(filter);
        return _reader.ReadAsync(
            connection =>
            {
                var parameters = new SqlParameters();
                var isCommon = where.CountOfFacets(commonFrom, parameters) is { } count && LogReader.Query(connection, count, parameters, reader => reader.GetInt64(0))[0] >= commonFrom;
                parameters = new SqlParameters();
                var isMeant = where.Where(before, parameters, isCommon);
                return Complete(connection, LogReader.Query(
                    connection, $"SELECT {Columns} FROM sessions s WHERE {isMeant} ORDER BY s.first_row DESC LIMIT {parameters.Add(size)}", parameters, Read));
            },
            cancellationToken);
    }

    public async Task<SessionRow?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var found = await _reader.ReadAsync(
            connection =>
            {
                var parameters = new SqlParameters();
                return Complete(connection, LogReader.Query(connection, $"SELECT {Columns} FROM sessions s WHERE s.key = {parameters.Add(id)}", parameters, Read));
            },
            cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    public Task<IReadOnlyList<SessionFigures>> ListFiguresAsync(string id, int most, CancellationToken cancellationToken) =>
        _reader.ReadAsync<IReadOnlyList<SessionFigures>>(
            connection =>
            {
                var parameters = new SqlParameters();
                var newestFirst = LogReader.Query(
                    connection,
                    $"""
                    SELECT r.id, r.kind, {IsErrorSql} AND NOT (f.status = 426 AND f.method = 'GET'), r.input_tokens, r.cache_read_tokens, r.cache_write_tokens, r.output_tokens, r.cost
                    FROM requests r CROSS JOIN facets f ON f.id = r.facet WHERE r.session = {IdOf(id, parameters)} ORDER BY r.id DESC LIMIT {parameters.Add(most)}
                    """,
                    parameters,
                    reader => new SessionFigures(
                        reader.GetInt64(0), reader.IsDBNull(1) ? null : (CallKind)reader.GetInt32(1), reader.GetBoolean(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5),
                        reader.GetInt64(6), reader.IsDBNull(7) ? null : RequestColumns.ToCost(reader.GetInt64(7))));
                newestFirst.Reverse();
                return newestFirst;
            },
            cancellationToken);

    public Task<IReadOnlyList<ToolUse>> ListToolsAsync(string id, CancellationToken cancellationToken) =>
        _reader.ReadAsync<IReadOnlyList<ToolUse>>(
            connection =>
            {
                var parameters = new SqlParameters();
                var called = LogReader.Query(
                    connection,
                    $"SELECT b.tools FROM requests r CROSS JOIN bodies b ON b.id = r.id WHERE r.session = {IdOf(id, parameters)} AND b.tools IS NOT NULL",
                    parameters,
                    reader => reader.GetString(0));
                return [.. called.SelectMany(CalledTools.Split).CountBy(n => n, StringComparer.Ordinal).Select(t => new ToolUse(t.Key, t.Value)).OrderByDescending(t => t.Calls).ThenBy(t => t.Name, StringComparer.Ordinal)];
            },
            cancellationToken);

    public Task<IReadOnlyDictionary<long, IReadOnlyList<string>>> ListCalledToolsAsync(IEnumerable<long> rows, CancellationToken cancellationToken) =>
        _reader.ReadAsync<IReadOnlyDictionary<long, IReadOnlyList<string>>>(
            connection =>
            {
                var parameters = new SqlParameters();
                return LogReader.Query(
                    connection,
                    $"SELECT id, tools FROM bodies WHERE id IN (SELECT value FROM json_each({parameters.Add(JsonSerializer.Serialize(rows))})) AND tools IS NOT NULL",
                    parameters,
                    reader => (Row: reader.GetInt64(0), Tools: reader.GetString(1))).ToDictionary(r => r.Row, r => (IReadOnlyList<string>)[.. CalledTools.Split(r.Tools)]);
            },
            cancellationToken);

    private static string IdOf(string key, SqlParameters parameters) => $"(SELECT id FROM sessions WHERE key = {parameters.Add(key)})";

    private static (long Number, SessionRow Row) Read(SqliteDataReader reader) => (reader.GetInt64(0), new SessionRow(
        reader.GetString(1), reader[2] as string, reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8),
        reader.GetInt64(9), reader.GetInt64(10), reader.GetInt64(11), RequestColumns.ToCost(reader.GetInt64(12)), reader.GetInt64(13))
    {
        Turns = reader[14] as long?,
        EndedAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(15)),
        Client = reader[16] as string,
        Version = reader[17] as string,
        Model = reader[18] as string,
        Directory = reader[19] as string ?? reader[21] as string,
        IsDirectoryFromBody = reader[19] is not string && reader[21] is string,
        Title = reader[20] as string,
        Branch = reader[22] as string,
    });

    /// <summary>Adds which models and consumers took part.</summary>
    private static IReadOnlyList<SessionRow> Complete(SqliteConnection connection, List<(long Number, SessionRow Row)> sessions)
    {
        var parameters = new SqlParameters();
        var facets = LogReader.Query(
            connection,
            $"""
            SELECT DISTINCT x.session, f.model, f.consumer FROM session_facets x JOIN facets f ON f.id = x.facet
            WHERE x.session IN (SELECT value FROM json_each({parameters.Add(JsonSerializer.Serialize(sessions.Select(s => s.Number)))}))
            """,
            parameters,
            reader => (Session: reader.GetInt64(0), Model: reader[1] as string, Consumer: reader[2] as string)).ToLookup(f => f.Session);
        return [.. sessions.Select(s => s.Row with
        {
            Models = [.. facets[s.Number].Select(f => f.Model).OfType<string>().Distinct().Order(StringComparer.Ordinal)],
            Consumers = [.. facets[s.Number].Select(f => f.Consumer).OfType<string>().Distinct().Order(StringComparer.Ordinal)],
        })];
    }
}
