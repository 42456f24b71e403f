using System.Diagnostics;
using System.Text.Json;
using ConsoleWeb.Data.Logs;
using Gateway.Shared.Logging;

namespace Gateway.LogBench;

/// <summary>The log writer beside what one would write first: EF Core, AddRange and SaveChanges of a thousand rows, a context each.</summary>
internal static class Writers
{
    private const int Records = 60_000;

    private const int Rounds = 3;

    public static void Compare()
    {
        var directory = Directory.CreateTempSubdirectory("gatehouse-writers-").FullName;
        var (product, plain) = (new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            var first = Write(Path.Combine(directory, $"product-{round}.db"));
            var second = PlainLog.Write(Path.Combine(directory, $"plain-{round}.db"), Chunks(1000));
            if (round > 0)
            {
                // The first round compiles.
                (product, plain) = ([.. product, first], [.. plain, second]);
            }
        }

        Directory.Delete(directory, recursive: true);
        var (ours, theirs) = (Median(product), Median(plain));
        Console.WriteLine($"writer: {ours:0} rows per second with index, sums, details and sessions; EF Core, 26 columns and three indexes: {theirs:0}; {ours / theirs:0.0} times");
        File.WriteAllText(Repository.Result("log-writer.json"), JsonSerializer.Serialize(new { writer = new { product = ours, ef_core = theirs } }));
    }

    private static double Write(string path)
    {
        var database = new LogDatabase(path);
        using var connection = database.OpenWriter();
        using var batch = new RequestBatch(connection, hasAliases: false);
        var writing = TimeSpan.Zero;
        foreach (var records in Chunks(RequestLogWriter.BatchSize))
        {
            var started = Stopwatch.GetTimestamp();
            batch.Write(records, exception => throw exception);
            writing += Stopwatch.GetElapsedTime(started);
        }

        return Records / writing.TotalSeconds;
    }

    private static IEnumerable<List<RequestRecord>> Chunks(int size)
    {
        var traffic = new Traffic(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), 1.0 / 30, bodyBytes: 0);
        for (var made = 0; made < Records; made += size)
        {
            yield return [.. Enumerable.Range(0, Math.Min(size, Records - made)).Select(_ => traffic.Next())];
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
