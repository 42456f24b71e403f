using System.Diagnostics;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Reading;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Rollups;

/// <summary>
/// Reads the texts of zones that an older version has stored, the newest first and some at a time; until it is done, searches read those
/// zones row by row. Used by the thread of the log writer.
/// </summary>
internal sealed partial class ZoneTextFillJob(ILogger logger) : ILogJob
{
    private const int MostZones = 500;

    private static readonly TimeSpan StepTime = TimeSpan.FromMilliseconds(50);

    private int _zones = 10;

    /// <summary>Whether an older version has left anything to read.</summary>
    public static bool IsNeeded(SqliteConnection connection) => LogDatabase.Number(connection, "SELECT EXISTS (SELECT 1 FROM zones WHERE texts = 0)") == 1;

    public LogJobStep Step(SqliteConnection connection)
    {
        var started = Stopwatch.GetTimestamp();
        var parameters = new SqlParameters();
        var zones = LogReader.Query(connection, $"SELECT zone FROM zones WHERE texts = 0 ORDER BY zone DESC LIMIT {parameters.Add(_zones)}", parameters, reader => reader.GetInt64(0));
        if (zones.Count == 0)
        {
            return LogJobStep.Done;
        }

        using (var transaction = connection.BeginTransaction())
        {
            using var texts = new ZoneTextWriter(connection);
            using var done = new LogStatement(connection, "UPDATE zones SET texts = 1 WHERE zone = @a", 1);
            foreach (var zone in zones)
            {
                Fill(connection, texts, zone);
                done.Run(zone);
            }

            transaction.Commit();
        }

        _zones = Stopwatch.GetElapsedTime(started) > StepTime ? Math.Max(1, _zones / 2) : Math.Min(MostZones, _zones * 2);
        return LogJobStep.Unchanged;
    }

    public void Fail(Exception exception) => LogGivenUp(logger, exception);

    private static void Fill(SqliteConnection connection, ZoneTextWriter texts, long zone)
    {
        var parameters = new SqlParameters();
        LogReader.ForEach(
            connection,
            $"SELECT {RequestColumns.Selected} FROM {RequestColumns.From} WHERE r.id >= {parameters.Add(zone << ZoneWriter.Bits)} AND r.id < {parameters.Add((zone + 1) << ZoneWriter.Bits)}",
            parameters,
            reader => texts.Add(RequestColumns.Read(reader)));
    }

    [LoggerMessage(EventId = 5208, Level = LogLevel.Warning, Message = "Searches for words of older requests stay slow: their texts cannot be read")]
    private static partial void LogGivenUp(ILogger logger, Exception exception);
}
