using System.Text.Json;
using ConsoleWeb.Data.Logs.Bodies;
using ConsoleWeb.Data.Logs.Filters;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Reading;

/// <summary>
/// Finds the newest rows that brought a text with their bodies, by the index of words: the newest parts first, some more each time, until
/// no older part can belong to a newer row.
/// </summary>
internal sealed class BodyFinder(SqliteConnection connection, RequestFilterSql filter)
{
    private const int FirstParts = 200;

    /// <summary>Parts that are looked at. Of a frequent word in rows that hardly any other term of the filter means, older ones are not found.</summary>
    private const int MostParts = 10_000;

    /// <summary>Words that are in more parts than this are not looked for as the beginning of other words.</summary>
    private const int FewParts = 1000;

    /// <param name="where">All else that is asked of <c>requests r</c> and <c>sessions s</c>.</param>
    /// <returns>Numbers of rows, newest first.</returns>
    public IReadOnlyList<long> Find(string text, int size, Func<SqlParameters, string> where)
    {
        var found = new SortedSet<long>();
        if (text.Any(char.IsLetterOrDigit))
        {
            var parts = Add(RequestFilterSql.WordsOf(text), size, where, found);
            if (found.Count < size && parts < FewParts && RequestFilterSql.BeginningOf(text) is { } beginning)
            {
                Add(beginning, size, where, found);
            }
        }

        return [.. found.Reverse().Take(size)];
    }

    /// <returns>How many parts were looked at.</returns>
    private int Add(string match, int size, Func<SqlParameters, string> where, SortedSet<long> found)
    {
        var (end, looked) = (long.MaxValue, 0);
        for (var count = FirstParts; looked < MostParts; count *= 2)
        {
            var parts = Parts(match, end, count);
            found.UnionWith(Rows(parts, where));
            looked += parts.Count;
            if (parts.Count < count)
            {
                break;
            }

            // Parts before the last one came with older rows: the rows after those are all found.
            end = parts[^1];
            if (PartMarks.LastRowBefore(connection, end) is < long.MaxValue and var older && found.GetViewBetween(older + 1, long.MaxValue).Count >= size)
            {
                break;
            }
        }

        return looked;
    }

    private List<long> Parts(string match, long end, int count)
    {
        var parameters = new SqlParameters();
        return LogReader.Query(
            connection,
            $"""
            SELECT t.rowid FROM block_text t WHERE t.text MATCH {parameters.Add(match)} AND {filter.MeantParts("t.rowid", parameters)}
            AND t.rowid < {parameters.Add(end)} ORDER BY t.rowid DESC LIMIT {parameters.Add(count)}
            """,
            parameters,
            reader => reader.GetInt64(0));
    }

    private List<long> Rows(List<long> parts, Func<SqlParameters, string> where)
    {
        var parameters = new SqlParameters();
        return parts.Count == 0 ? [] : LogReader.Query(
            connection,
            $"""
            SELECT r.id FROM {RowFinder.Tables} WHERE r.id IN (SELECT k.first_row FROM blocks k WHERE k.id IN (SELECT value FROM json_each({parameters.Add(JsonSerializer.Serialize(parts))})))
            AND r.id >= {parameters.Add(filter.First)} AND r.id < {parameters.Add(filter.End)} AND {where(parameters)}
            """,
            parameters,
            reader => reader.GetInt64(0));
    }
}
