using System.Text.Json;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Reading;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs;

internal sealed class SqliteSessionStore(LogDatabase database) : ISessionStore
{
    private const string Columns =
        "s.id, s.key, s.agent, s.first_row, s.last_row, s.requests, s.errors, s.input_tokens, s.cache_read_tokens, s.cache_write_tokens, s.output_tokens, s.reasoning_tokens, s.cost, s.unpriced";

    private readonly LogReader _reader = new(database);

    public Task<IReadOnlyList<SessionRow>> ListAsync(RequestFilter filter, long? before, int size, CancellationToken cancellationToken)
    {
        if (filter.Terms.FirstOrDefault(t => t.Field.Place == LogFieldPlace.Row) is { } term)
        {
            throw new ArgumentException($"{term.Field.Name} is about single requests, not sessions", nameof(filter));
        }

        return _reader.ReadAsync(
            connection =>
            {
                var parameters = new SqlParameters();
                var where = Where(filter, before, parameters);
                return Complete(connection, LogReader.Query(
                    connection, $"SELECT {Columns} FROM sessions s WHERE {where} ORDER BY s.first_row DESC LIMIT {parameters.Add(size)}", parameters, Read));
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

    private static string Where(RequestFilter filter, long? before, SqlParameters parameters)
    {
        var sql = new RequestFilterSql(filter);
        var conditions = new List<string>
        {
            $"s.first_row < {parameters.Add(Math.Min(before ?? long.MaxValue, sql.End))}",
            $"s.last_row >= {parameters.Add(sql.First)}",
        };
        conditions.AddRange(filter.Terms.Where(t => t.Field.Place == LogFieldPlace.Session).Select(t => t.ToSql(parameters)));
        if (sql.HasFacetTerms)
        {
            conditions.Add($"EXISTS (SELECT 1 FROM requests r JOIN facets f ON f.id = r.facet WHERE r.session = s.id AND {sql.FacetWhere(parameters)})");
        }

        foreach (var text in filter.Texts)
        {
            var pattern = parameters.Add($"%{SqlParameters.Escape(text)}%");
            var facets = LogFields.Texts.Where(f => f.Place == LogFieldPlace.Facet).Select(f => $"{f.Sql} LIKE {pattern} ESCAPE '\\'");
            var bodies = sql.SearchesBodies ? $" OR s.id IN (SELECT r.session FROM requests r WHERE r.id IN ({sql.BodiesWith(text, parameters)}))" : "";
            conditions.Add(
                $"(s.key LIKE {pattern} ESCAPE '\\' OR EXISTS (SELECT 1 FROM requests r JOIN facets f ON f.id = r.facet WHERE r.session = s.id AND ({string.Join(" OR ", facets)})){bodies})");
        }

        return string.Join(" AND ", conditions);
    }

    private static (long Number, SessionRow Row) Read(SqliteDataReader reader) => (reader.GetInt64(0), new SessionRow(
        reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6),
        reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10), reader.GetInt64(11), RequestColumns.ToCost(reader.GetInt64(12)),
        reader.GetInt64(13), [], []));

    /// <summary>Adds which models and consumers took part.</summary>
    private static IReadOnlyList<SessionRow> Complete(SqliteConnection connection, List<(long Number, SessionRow Row)> sessions)
    {
        var parameters = new SqlParameters();
        var facets = LogReader.Query(
            connection,
            $"""
            SELECT DISTINCT r.session, f.model, f.consumer FROM requests r JOIN facets f ON f.id = r.facet
            WHERE r.session IN (SELECT value FROM json_each({parameters.Add(JsonSerializer.Serialize(sessions.Select(s => s.Number)))}))
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
