using System.Text.RegularExpressions;
using ConsoleWeb.Data.Logs;
using Gateway.Core.Logging;
using Microsoft.Data.Sqlite;
using ZstdSharp;

namespace Gateway.LogBench;

/// <summary>Makes the dictionary that records are compressed with: from the logs of real clients, and from records that <see cref="Traffic"/> makes.</summary>
internal static partial class Training
{
    private const int Bytes = 16 * 1024;

    private const int Made = 400;

    public static void Run(string output, IReadOnlyList<string> logs)
    {
        var records = new List<byte[]>();
        foreach (var log in logs)
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = log, Mode = SqliteOpenMode.ReadOnly }.ToString());
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT record FROM details ORDER BY id";
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                records.Add(WithoutNames(RecordText.Expand((byte[])reader[0])));
            }
        }

        var traffic = new Traffic(DateTimeOffset.UtcNow.AddDays(-1).ToUnixTimeMilliseconds(), 10, bodyBytes: 0);
        for (var i = 0; i < Made; i++)
        {
            using var json = new JsonLineWriter();
            RequestRecordWriter.Write(json, traffic.Next(), RecordParts.Gatehouse);
            records.Add(WithoutNames(json.WrittenSpan.ToArray()));
        }

        File.WriteAllBytes(output, DictBuilder.TrainFromBuffer(records, Bytes).ToArray());
        Console.WriteLine($"{output}: from {records.Count} records");
    }

    /// <summary>What belongs to one installation only would take room in the dictionary that serves nobody.</summary>
    private static byte[] WithoutNames(byte[] record) => System.Text.Encoding.UTF8.GetBytes(
        Numbers().Replace(System.Text.Encoding.UTF8.GetString(record), match => match.Value == ServiceMarker ? match.Value : Scramble(match.Value)));

    /// <summary>The number of the one workspace there is.</summary>
    private const string ServiceMarker = "8f7a3f52-6f0b-4f57-9c1e-2d8f4f1b6a10";

    private static string Scramble(string text) => string.Create(text.Length, text, (span, from) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = char.IsAsciiHexDigit(from[i]) ? "0123456789abcdef"[Random.Shared.Next(char.IsAsciiDigit(from[i]) && span.Length < 20 ? 10 : 16)] : from[i];
        }
    });

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}")]
    private static partial Regex Numbers();
}
