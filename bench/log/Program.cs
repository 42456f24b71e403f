using System.Diagnostics;
using System.Globalization;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Features.Requests;
using Gateway.Core.Logging;
using Gateway.LogBench;
using Gateway.Shared.Logging;

// The request log by itself: how fast it takes records, how large it gets, and how long its readers wait. ./dev.sh bench log [ROWS]
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["train", var output, .. var logs])
{
    Training.Run(output, logs);
    return;
}

var rows = args.Length > 0 ? int.Parse(args[0].Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) : 1_000_000;
var directory = args.Length > 1 ? args[1] : Directory.CreateTempSubdirectory("gatehouse-logbench-").FullName;
Directory.CreateDirectory(directory);

var path = Path.Combine(directory, "logs.db");
var isNew = !File.Exists(path);
var now = DateTimeOffset.UtcNow;
var from = now.AddDays(-90);
if (isNew)
{
    Fill(path, new Traffic(from.ToUnixTimeMilliseconds(), 90.0 * 86_400_000 / rows, bodyBytes: 0), rows, "without bodies");
}

Ingest(Path.Combine(directory, "ingest.db"));
Bodies(Path.Combine(directory, "bodies.db"));
await ReadAsync(path);
if (args.Length <= 1)
{
    Directory.Delete(directory, recursive: true);
}

static void Fill(string path, Traffic traffic, int count, string what)
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

static void Ingest(string path)
{
    File.Delete(path);
    Fill(path, new Traffic(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), 1.0 / 30, bodyBytes: 0), 300_000, "of these seconds");
}

static void Bodies(string path)
{
    const int count = 6000;
    if (File.Exists(path))
    {
        return;
    }

    var traffic = new Traffic(DateTimeOffset.UtcNow.AddDays(-1).ToUnixTimeMilliseconds(), 1000, bodyBytes: 2000);
    var sample = new Traffic(DateTimeOffset.UtcNow.AddDays(-1).ToUnixTimeMilliseconds(), 1000, bodyBytes: 2000);
    long bytes = 0;
    for (var i = 0; i < count; i++)
    {
        var llm = sample.Next().Llm!;
        bytes += llm.RequestPayload!.Length + llm.ResponsePayload!.Length;
    }

    Fill(path, traffic, count, $"with bodies of {bytes / count} bytes");
    Console.WriteLine($"stored bodies: {(double)new LogDatabase(path).Size / bytes:0.000} of their sum");
}

static async Task ReadAsync(string path)
{
    var database = new LogDatabase(path);
    var store = new SqliteRequestLogStore(database, new LogTail(), TimeProvider.System);
    var now = DateTimeOffset.UtcNow;
    string[] filters =
    [
        "", "status:502", "status:error", "status:429 model:gpt-5", "model:gpt-5 -status:error", "provider:openai agent:codex consumer:person-3", "consumer:person-3 route:route-4 status:502",
        "model:claude-* status:>=500", "total:>10.9s", "total:>10.9s model:gpt-5", "tokens.out:>890 status:429", "route:route-1 model:gpt-4o consumer:person-11", "cost:>0.00895", "-has:cost", "model:nothing", "stream:false",
    ];
    var pages = new List<(string, TimeSpan)>();
    foreach (var filter in filters)
    {
        foreach (var window in new int?[] { null, 1, 30 })
        {
            var parsed = FilterText.Parse(filter).Filter;
            parsed = window is { } days ? parsed with { From = now.AddDays(-days) } : parsed;
            await store.ListAsync(parsed, null, 50, CancellationToken.None);
            for (var i = 0; i < 5; i++)
            {
                var started = Stopwatch.GetTimestamp();
                await store.ListAsync(parsed, null, 50, CancellationToken.None);
                pages.Add(($"{filter} ({window?.ToString(CultureInfo.InvariantCulture) ?? "all"} days)", Stopwatch.GetElapsedTime(started)));
            }
        }
    }

    Say("first page", pages);
    var series = new List<(string, TimeSpan)>();
    foreach (var days in new[] { 1, 7, 30, 90 })
    {
        foreach (var filter in new[] { "", "status:error", "model:gpt-5", "consumer:person-3" })
        {
            foreach (var group in new[] { null, "model", "consumer" })
            {
                var step = StatsSteps.For(TimeSpan.FromDays(days));
                var query = new StatsQuery(FilterText.Parse(filter).Filter, StatsSteps.Floor(now.AddDays(-days), step), now, step, group is null ? null : LogFields.Find(group), HasPercentiles: true);
                await store.StatsAsync(query, CancellationToken.None);
                for (var i = 0; i < 3; i++)
                {
                    var started = Stopwatch.GetTimestamp();
                    await store.StatsAsync(query, CancellationToken.None);
                    series.Add(($"{days} days {filter} by {group}", Stopwatch.GetElapsedTime(started)));
                }
            }
        }
    }

    Say("series with percentiles", series);
    var opens = new List<(string, TimeSpan)>();
    var random = new Random(3);
    for (var i = 0; i < 50; i++)
    {
        var row = await store.ListAsync(RequestFilter.None with { To = now.AddDays(-random.NextDouble() * 89) }, null, 1, CancellationToken.None);
        var started = Stopwatch.GetTimestamp();
        if (row.Count > 0 && await store.FindAsync(row[0].RequestId, CancellationToken.None) is null)
        {
            throw new InvalidOperationException($"{row[0].RequestId} is not found");
        }

        opens.Add(("record", Stopwatch.GetElapsedTime(started)));
    }

    Say("open a record", opens);
}

static void Say(string what, List<(string Name, TimeSpan Took)> measured)
{
    measured.Sort((a, b) => a.Took.CompareTo(b.Took));
    Console.WriteLine($"{what}: p50 {measured[measured.Count / 2].Took.TotalMilliseconds:0.0} ms, p95 {measured[(int)(measured.Count * 0.95)].Took.TotalMilliseconds:0.0} ms, slowest:");
    foreach (var (name, took) in measured.GroupBy(m => m.Name).Select(g => (g.Key, g.Min(m => m.Took))).OrderByDescending(m => m.Item2).Take(4))
    {
        Console.WriteLine($"  {took.TotalMilliseconds:0.0} ms  {name}");
    }
}
