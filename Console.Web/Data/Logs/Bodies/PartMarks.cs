using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Reading;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Bodies;

/// <summary>
/// Which parts of bodies came when. Parts are numbered one after the other, because small steps between numbers keep the index of words
/// small; every so many parts a mark says up to which row those before it came.
/// </summary>
internal static class PartMarks
{
    /// <summary>Parts between two marks.</summary>
    public const int Distance = 256;

    /// <summary>SQL for the number from which on the parts of a row and all later ones lie.</summary>
    /// <param name="row">SQL for the number of the row.</param>
    public static string FirstSql(string row) => $"coalesce((SELECT m.part FROM part_marks m WHERE m.row < {row} ORDER BY m.row DESC, m.part DESC LIMIT 1), 0)";

    /// <summary>SQL for the number before which the parts of all earlier rows lie.</summary>
    /// <param name="row">SQL for the number of the row.</param>
    public static string EndSql(string row) => $"coalesce((SELECT m.part FROM part_marks m WHERE m.row >= {row} ORDER BY m.row, m.part LIMIT 1), {long.MaxValue})";

    /// <returns>The last row that can have brought a part before this one.</returns>
    public static long LastRowBefore(SqliteConnection connection, long part)
    {
        var parameters = new SqlParameters();
        return LogReader.Query(connection, $"SELECT min(m.row) FROM part_marks m WHERE m.part >= {parameters.Add(part)}", parameters, reader => reader.IsDBNull(0) ? long.MaxValue : reader.GetInt64(0))[0];
    }
}
