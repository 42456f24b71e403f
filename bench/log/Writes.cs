using System.Diagnostics;
using ConsoleWeb.Data.Logs;
using Gateway.Core.Logging;
using Gateway.Shared.Logging;

namespace Gateway.LogBench;

/// <summary>How fast the log takes records, and how much room they need.</summary>
internal static class Writes
{
    private const double DayMs = 86_400_000;

    /// <summary>A turn of sessions whose bodies have 60 KB on the average.</summary>
    private const int BytesOfTurn = 2000;

    /// <summary>A turn of sessions whose bodies have 30 KB on the average.</summary>
    private const int BytesOfSmallTurn = 960;

    /// <summary>Records of 90 days, without bodies; a log that is there already stays as it is.</summary>
    public static void NinetyDays(string path, int rows)
    {
        if (!File.Exists(path))
        {
            Fill(path, new Traffic(DateTimeOffset.UtcNow.AddDays(-90).ToUnixTimeMilliseconds(), 90 * DayMs / rows, bodyBytes: 0), rows, "without bodies");
        }
    }

    /// <summary>Records that come as fast as they can be written.</summary>
    public static void TheseSeconds(string path)
    {
        File.Delete(path);
        Fill(path, new Traffic(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), 1.0 / 30, bodyBytes: 0), 300_000, "of these seconds");
    }

    /// <summary>What the pictures of the documentation show.</summary>
    public static void PicturedDay(string path)
    {
        var database = new LogDatabase(path);
        using var connection = database.OpenWriter();
        using var batch = new RequestBatch(connection, hasAliases: false);
        foreach (var records in new Day().List(DateTimeOffset.UtcNow.AddMinutes(-1)).Chunk(RequestLogWriter.BatchSize))
        {
            batch.Write([.. records], exception => throw exception);
        }

        LogDatabase.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// <summary>Records of sessions of 60 turns, each with the whole history: 30 KB on the average, then 60 KB.</summary>
    public static void Bodies(string directory)
    {
        Bodies(Path.Combine(directory, "bodies30.db"), BytesOfSmallTurn);
        Bodies(Path.Combine(directory, "bodies.db"), BytesOfTurn);
    }

    private static void Bodies(string path, int bytesOfTurn)
    {
        const int sessions = 100;
        const int count = sessions * Traffic.Turns;
        if (File.Exists(path))
        {
            return;
        }

        var traffic = new Traffic(DateTimeOffset.UtcNow.AddDays(-1).ToUnixTimeMilliseconds(), 1000, bytesOfTurn, sessions);
        var sample = new Traffic(DateTimeOffset.UtcNow.AddDays(-1).ToUnixTimeMilliseconds(), 1000, bytesOfTurn, sessions);
        long bytes = 0;
        for (var i = 0; i < count; i++)
        {
            var llm = sample.Next().Llm!;
            bytes += llm.RequestPayload!.Length + llm.ResponsePayload!.Length;
        }

        Fill(path, traffic, count, $"with bodies of {bytes / count} bytes");
        Console.WriteLine($"stored bodies: {(double)new LogDatabase(path).Size / bytes:0.000} of their sum");
    }

    /// <summary>Records of 90 days with bodies, whose words can be searched.</summary>
    public static void SearchableBodies(string path, int rows) =>
        Fill(path, new Traffic(DateTimeOffset.UtcNow.AddDays(-90).ToUnixTimeMilliseconds(), 90 * DayMs / rows, BytesOfTurn), rows, "with bodies");

    private static void Fill(string path, Traffic traffic, int count, string what)
    {
        var database = new LogDatabase(path);
        using var connection = database.OpenWriter();
        using var batch = new RequestBatch(connection, hasAliases: false);
        var records = new List<RequestRecord>(RequestLogWriter.BatchSize);
        var writing = TimeSpan.Zero;
        var cpu = TimeSpan.Zero;
        var slowest = TimeSpan.Zero;
        var process = Process.GetCurrentProcess();
        for (var done = 0; done < count; done += records.Count)
        {
            records.Clear();
            while (records.Count < Math.Min(RequestLogWriter.BatchSize, count - done))
            {
                records.Add(traffic.Next());
            }

            process.Refresh();
            var before = process.TotalProcessorTime;
            var started = Stopwatch.GetTimestamp();
            batch.Write(records, exception => throw exception);
            var took = Stopwatch.GetElapsedTime(started);
            process.Refresh();
            cpu += process.TotalProcessorTime - before;
            writing += took;
            slowest = took > slowest ? took : slowest;
        }

        // What the product does between batches: sums of minutes are kept for two days.
        var retention = new LogRetention(new RetentionOptions { MaxAgeDays = 0, MaxBytes = 0 }, database, TimeProvider.System);
        do
        {
            retention.Step(connection);
        }
        while (LogDatabase.Number(connection, "PRAGMA freelist_count") > 0);

        LogDatabase.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        Console.WriteLine($"write {what}: {count} records, {count / writing.TotalSeconds:0} per second, {cpu.TotalMicroseconds / count:0.0} us CPU each, slowest batch {slowest.TotalMilliseconds:0} ms, {(double)database.Size / count:0} bytes each");
    }
}
