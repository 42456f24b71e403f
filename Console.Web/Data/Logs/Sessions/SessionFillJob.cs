using System.Diagnostics;
using System.Text.Json.Nodes;
using ConsoleWeb.Data.Logs.Bodies;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Reading;
using ConsoleWeb.Features.Sessions;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Sessions;

/// <summary>
/// Reads the rows of sessions that an older version has stored, for what <see cref="SessionSigns"/> writes down of new ones. One session
/// after the other, some rows at a time; where it is interrupted, it begins that session anew. Used by the thread of the log writer.
/// </summary>
internal sealed partial class SessionFillJob(ILogger logger) : ILogJob
{
    private const int FewestRows = 5;

    private const int MostRows = 500;

    private static readonly TimeSpan StepTime = TimeSpan.FromMilliseconds(50);

    private long? _session;
    private long _last;
    private int _rows = 50;

    /// <summary>Whether an older version has left anything to read.</summary>
    public static bool IsNeeded(SqliteConnection connection) => LogDatabase.Number(connection, "SELECT EXISTS (SELECT 1 FROM sessions WHERE turns IS NULL)") == 1;

    public LogJobStep Step(SqliteConnection connection)
    {
        var started = Stopwatch.GetTimestamp();
        if (_session is not { } session)
        {
            session = LogDatabase.Number(connection, "SELECT id FROM sessions WHERE turns IS NULL LIMIT 1");
            if (session == 0)
            {
                return LogJobStep.Done;
            }

            (_session, _last) = (session, 0);
        }

        var found = Read(connection, session);
        using (var transaction = connection.BeginTransaction())
        {
            Apply(connection, session, found);
            transaction.Commit();
        }

        (_session, _last) = found.Count < _rows ? ((long?)null, 0L) : (session, found[^1].Row.Sequence);
        _rows = Stopwatch.GetElapsedTime(started) > StepTime ? Math.Max(FewestRows, _rows / 2) : Math.Min(MostRows, _rows * 2);
        return LogJobStep.Unchanged;
    }

    public void Fail(Exception exception) => LogGivenUp(logger, exception);

    private List<Found> Read(SqliteConnection connection, long session)
    {
        var parameters = new SqlParameters();
        var columns = RequestColumns.Count;
        var rows = LogReader.Query(
            connection,
            $"""
            SELECT {RequestColumns.Selected}, d.record, p.request, p.response, b.request, b.response
            FROM {RequestColumns.From} LEFT JOIN details d ON d.id = r.id LEFT JOIN payloads p ON p.id = r.id LEFT JOIN bodies b ON b.id = r.id
            WHERE r.session = {parameters.Add(session)} AND r.id > {parameters.Add(_last)} ORDER BY r.id LIMIT {parameters.Add(_rows)}
            """,
            parameters,
            reader => (Row: RequestColumns.Read(reader), Parts: (byte[]?[])[.. Enumerable.Range(columns, 5).Select(i => reader[i] as byte[])]));
        var bodies = new BodyReader(connection);
        return [.. rows.Select(r => new Found(
            r.Row,
            r.Parts[0] is { } record && JsonNode.Parse(RecordText.Expand(record)) is JsonObject json ? CallHeaders.Of(json) : default,
            LogText.ExpandText(r.Parts[1]) ?? bodies.Read(r.Parts[3]),
            LogText.ExpandText(r.Parts[2]) ?? bodies.Read(r.Parts[4])))];
    }

    private void Apply(SqliteConnection connection, long session, List<Found> found)
    {
        using var signs = new SessionSigns(connection);
        using var kinds = new LogStatement(connection, "UPDATE requests SET kind = @b WHERE id = @a", 2);
        using var tools = new LogStatement(connection, "UPDATE bodies SET tools = @b WHERE id = @a", 2);
        using var count = new LogStatement(
            connection, $"UPDATE sessions SET turns = (SELECT count(*) FROM requests r JOIN facets f ON f.id = r.facet WHERE r.session = @a AND {SqliteSessionStore.IsTurnSql}) WHERE id = @a", 1);
        foreach (var (row, headers, request, response) in found.Where(f => f.Row.Kind is null))
        {
            var kind = signs.Add(session, row, headers, request);
            kinds.Run(row.Sequence, (long)kind);
            if (kind == CallKind.Main && request is not null)
            {
                signs.Read(session, row.Sequence, request);
            }

            if (CalledTools.Read(response) is { } called)
            {
                tools.Run(row.Sequence, called);
            }
        }

        signs.Flush();
        if (found.Count < _rows)
        {
            count.Run(session);
        }
    }

    private sealed record Found(RequestRow Row, CallHeaders Headers, string? Request, string? Response);

    [LoggerMessage(EventId = 5207, Level = LogLevel.Warning, Message = "Sessions that an older version has stored stay without title and turns")]
    private static partial void LogGivenUp(ILogger logger, Exception exception);
}
