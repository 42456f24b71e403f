using System.Diagnostics;
using System.Globalization;
using Gateway.E2E.Harness;

namespace Gateway.E2E.Kill9;

/// <summary>The product is killed under load, again and again (<c>./dev.sh kill9 TIMES</c>): what the log had, it has, once.</summary>
public sealed class Kill9Tests
{
    private const int FewTimes = 3;

    private readonly Random _random = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_UnderLoad_KeepsWhatWasCommittedOnceAndTellsWhatWasInterrupted()
    {
        var times = int.Parse(Environment.GetEnvironmentVariable("KILL9_TIMES") ?? $"{FewTimes}", CultureInfo.InvariantCulture);
        await using var upstream = new LoadUpstream();
        await using var gatehouse = await GatehouseProcess.StartAsync();
        await gatehouse.ApplyAsync(
            $$"""
            _format_version: "3.0"
            services:
            - name: load
              url: {{upstream.Address}}
              routes:
              - name: load
                paths: ["/load"]
            """,
            Cancellation);
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
        for (var round = 1; round <= times; round++)
        {
            await RoundAsync(gatehouse, http, round);
        }
    }

    private async Task RoundAsync(GatehouseProcess gatehouse, HttpClient http, int round)
    {
        using var load = new CallLoad(http, gatehouse.ProxyUrl, round);
        load.Start();
        var until = DateTimeOffset.UtcNow + TimeSpan.FromMilliseconds(_random.Next(500, 4500));
        var seen = new HashSet<string>();
        while (DateTimeOffset.UtcNow < until)
        {
            await LookAsync(gatehouse, seen);
        }

        var killedAt = DateTimeOffset.UtcNow;
        await gatehouse.KillAsync();
        await load.StopAsync();
        var before = LogFile.ReadCopy(gatehouse.DataFolder, Path.Combine(gatehouse.DataFolder, "..", $"copy-{round}"));
        Assert.Equal("ok", before.Integrity);
        await gatehouse.RestartAsync();

        var after = await SettledAsync(gatehouse);
        var ids = after.Stored.Select(r => r.Id).ToHashSet();
        Assert.Equal("ok", after.Integrity);
        Assert.Empty(seen.Except(ids));
        Assert.Empty(before.Stored.Select(r => r.Id).Except(ids));
        Assert.Empty(after.Stored.GroupBy(r => r.Id).Where(g => g.Count() > 1).Select(g => g.Key));
        Assert.Empty(after.Stored.GroupBy(r => r.Path).Where(g => g.Count() > 1).Select(g => g.Key));
        Assert.Empty(before.Running.Intersect(before.Stored.Select(r => r.Id)));
        var interrupted = after.Stored.Where(r => before.Running.Contains(r.Id)).ToList();
        Assert.Equal(before.Running.Count, interrupted.Count);
        Assert.All(interrupted, r => Assert.Equal("interrupted", r.Outcome));
        var counts = after.Sums.Split(", ").Select(s => s.Split(' ')[0]).Distinct();
        Assert.True(counts.Count() == 1, after.Sums);
        Assert.Equal(interrupted.Count, (await gatehouse.AdminAsync("/status", Cancellation))["log"]!["interrupted"]!.GetValue<int>());
        foreach (var (id, _, _) in interrupted)
        {
            var record = await gatehouse.AdminAsync("/logs/" + id, Cancellation);
            Assert.Equal(("interrupted", "load", "0"), (record.Text("gatehouse.outcome"), record.Text("route.name"), record.Text("response.status")));
        }

        var paths = after.Stored.Select(r => r.Path).ToHashSet();
        var lost = load.Ended.Where(e => !paths.Contains(e.Key)).Select(e => (killedAt - e.Value).TotalMilliseconds).ToList();
        TestContext.Current.SendDiagnosticMessage(
            $"kill {round}: {after.Stored.Count} rows, {load.Ended.Count} calls answered this time, {interrupted.Count} interrupted, {lost.Count} answered and not yet committed"
            + (lost.Count == 0 ? "" : $", the oldest {lost.Max():0} ms before the kill"));
    }

    /// <summary>Notes what the log shows as stored, and checks its counts.</summary>
    private static async Task LookAsync(GatehouseProcess gatehouse, HashSet<string> seen)
    {
        var log = (await gatehouse.AdminAsync("/status", Cancellation))["log"]!;
        long Count(string name) => log[name]!.GetValue<long>();
        Assert.Equal(Count("produced"), Count("committed") + Count("dropped") + Count("queued"));
        foreach (var record in (await gatehouse.AdminAsync("/logs?size=100", Cancellation))["data"]!.AsArray())
        {
            seen.Add(record.Text("gatehouse.request_id")!);
        }
    }

    /// <summary>The file once the new process has made records of what the old one left.</summary>
    private static async Task<LogFile> SettledAsync(GatehouseProcess gatehouse)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var file = LogFile.Read(gatehouse.DataFolder);
            if (file.Running.Count == 0 || clock.Elapsed > TimeSpan.FromSeconds(30))
            {
                return file;
            }

            await Task.Delay(100, Cancellation);
        }
    }
}
