using System.Text.Json;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Rollups;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Reading;

/// <summary>Walks back through the zones that can hold rows a filter means: with values large enough, and with the texts that are asked for.</summary>
internal sealed class ZoneWalk(SqliteConnection connection, RequestFilterSql filter, (long First, long End) range)
{
    /// <summary>Zones whose texts are looked up first: nine hours of a log where somebody is always at work.</summary>
    private const int FirstZones = 512;

    private readonly List<string> _texts = [];

    /// <summary>Whether fewer zones than all are walked.</summary>
    public bool IsNarrow => _texts.Count > 0 || filter.ZoneWhere(new SqlParameters()) is not null;

    /// <summary>Asks for the texts that the terms of the filter are about.</summary>
    public ZoneWalk WithTerms()
    {
        var parameters = new SqlParameters();
        foreach (var (where, fields) in filter.TextWheres(parameters).ToList())
        {
            Add(where, parameters, fields.Select(ZoneTextWriter.OthersOf));
        }

        return this;
    }

    /// <summary>Asks for a text that is anywhere in a row.</summary>
    public ZoneWalk With(string text)
    {
        var parameters = new SqlParameters();
        var (where, fields) = RequestFilterSql.InTexts(text, parameters);
        Add(where, parameters, fields.Select(ZoneTextWriter.OthersOf).Append(ZoneTextWriter.ForeignIds));
        return this;
    }

    /// <summary>The zones, the newest first; they are read as they are asked for.</summary>
    public IEnumerable<long> Newest()
    {
        var first = Math.Max(range.First >> ZoneWriter.Bits, LogDatabase.Number(connection, "SELECT min(zone) FROM zones"));
        var end = Math.Min((range.End - 1) >> ZoneWriter.Bits, LogDatabase.Number(connection, "SELECT max(zone) FROM zones")) + 1;
        for (var length = _texts.Count == 0 ? Math.Max(1, end - first) : FirstZones; end > first; length *= 8)
        {
            var from = Math.Max(first, end - length);
            var parameters = new SqlParameters();
            using var command = connection.CreateCommand();
            command.CommandText = Select(parameters.Add(from), parameters.Add(end), parameters);
            parameters.Bind(command);
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                yield return reader.GetInt64(0);
            }

            end = from;
        }
    }

    private string Select(string from, string end, SqlParameters parameters)
    {
        var zoneWhere = filter.ZoneWhere(parameters) ?? "TRUE";
        if (_texts.Count == 0)
        {
            return $"SELECT z.zone FROM zones z WHERE z.zone >= {from} AND z.zone < {end} AND {zoneWhere} ORDER BY z.zone DESC";
        }

        var others = _texts.Skip(1).Select(t => $" AND (z.texts = 0 OR EXISTS (SELECT 1 FROM zone_texts y WHERE y.text IN ({List(t, parameters)}) AND y.zone = z.zone))");
        return $"""
            SELECT z.zone FROM (
                SELECT u.zone FROM zones u WHERE u.texts = 0 AND u.zone >= {from} AND u.zone < {end}
                UNION SELECT y.zone FROM zone_texts y WHERE y.text IN ({List(_texts[0], parameters)}) AND y.zone >= {from} AND y.zone < {end}
            ) c CROSS JOIN zones z ON z.zone = c.zone WHERE {zoneWhere}{string.Concat(others)} ORDER BY z.zone DESC
            """;
    }

    private static string List(string texts, SqlParameters parameters) => $"SELECT value FROM json_each({parameters.Add(texts)})";

    private void Add(string where, SqlParameters parameters, IEnumerable<long> others) =>
        _texts.Add(JsonSerializer.Serialize(LogReader.Query(connection, $"SELECT t.id FROM texts t WHERE {where}", parameters, reader => reader.GetInt64(0)).Concat(others)));
}
