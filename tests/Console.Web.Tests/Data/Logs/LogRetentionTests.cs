using System.Security.Cryptography;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Rollups;
using Gateway.Core.Logging;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Gateway.Testing.Logging;

namespace ConsoleWeb.Tests.Data.Logs;

public sealed class LogRetentionTests
{
    private const int Megabyte = 1024 * 1024;

    [Fact]
    public async Task Step_RecordsPastTheirAge_GoWithEverythingTheyHad()
    {
        await using var log = await TestLog.StartAsync(set: Keep);
        await log.WriteAsync(Enumerable.Range(0, 300).Select(i => Sized($"old-{i}", 100, TestLog.Start.AddDays(-31))));
        var young = Sized("young", 100, TestLog.Start.AddDays(-29));
        await log.WriteAsync(young);

        RunToTheEnd(log, new RetentionOptions { MaxAgeDays = 30, MaxBytes = 0 });

        Assert.Equal(["young"], await log.IdsAsync());
        var stored = await log.Store.FindAsync("young", TestContext.Current.CancellationToken);
        Assert.Equal(young.Llm!.RequestPayload, (string?)stored!.Record["ai"]!["proxy"]!["payload"]!["request"]);
        Assert.Equal(young.Route!.Name, (string?)stored.Record["route"]!["name"]);
        Assert.Equal((1L, 1L, 2L), Dependents(log));
    }

    [Fact]
    public async Task Step_EntityOfOldAndYoungRecords_Stays()
    {
        await using var log = await TestLog.StartAsync(set: Keep);
        var (old, young) = (SomeRecords.Plain("old", TestLog.Start.AddDays(-31).ToUnixTimeMilliseconds()), SomeRecords.Plain("young"));
        (young.Service, young.Route) = (old.Service, old.Route);
        await log.WriteAsync(old);
        await log.WriteAsync(young);

        RunToTheEnd(log, new RetentionOptions { MaxAgeDays = 30, MaxBytes = 0 });

        var stored = await log.Store.FindAsync("young", TestContext.Current.CancellationToken);
        Assert.Equal("some-service", (string?)stored!.Record["service"]!["name"]);
    }

    /// <summary>The sums of an hour are made of its minutes when the next request comes, which may be days later.</summary>
    [Fact]
    public async Task Step_AfterALongStandstill_KeepsTheMinutesOfWhichAnHourIsStillToBeMade()
    {
        await using var log = await TestLog.StartAsync(set: Keep);
        await log.WriteAsync(SomeRecords.Plain("before", TestLog.Start.ToUnixTimeMilliseconds()));
        log.Time.Advance(TimeSpan.FromDays(5));

        RunToTheEnd(log, new RetentionOptions { MaxAgeDays = 1, MaxBytes = 0 });
        Assert.Empty(await log.IdsAsync());
        var sum = await log.Store.SumAsync(RequestFilter.None with { From = TestLog.Start.AddHours(-1), To = TestLog.Start.AddDays(6) }, TestContext.Current.CancellationToken);
        Assert.Equal(1, sum.Requests);
        await log.WriteAsync(SomeRecords.Plain("after", TestLog.Start.AddDays(5).ToUnixTimeMilliseconds()));

        RunToTheEnd(log, new RetentionOptions { MaxAgeDays = 0, MaxBytes = 0 });

        using var after = log.Open();
        Assert.Equal(1, LogDatabase.Number(after, FormattableString.Invariant($"SELECT sum(requests) FROM rollup_hours WHERE id < {RollupPack.IdOf(1, 0)}")));
        Assert.Equal(1, LogDatabase.Number(after, FormattableString.Invariant($"SELECT sum(requests) FROM rollup_minutes WHERE id < {RollupPack.IdOf(1, 0)}")));
    }

    [Fact]
    public async Task Step_AgeZero_KeepsRecordsForEver()
    {
        await using var log = await TestLog.StartAsync(set: Keep);
        await log.WriteAsync(SomeRecords.Plain("a", TestLog.Start.AddYears(-20).ToUnixTimeMilliseconds()));

        RunToTheEnd(log, new RetentionOptions { MaxAgeDays = 0, MaxBytes = 0 });

        Assert.Equal(["a"], await log.IdsAsync());
    }

    [Fact]
    public async Task Step_FarTooLarge_GivesSpaceBackAndKeepsTheNewestThatFit()
    {
        await using var log = await TestLog.StartAsync(set: Keep);
        for (var i = 0; i < 100; i += 10)
        {
            // Not all at once, or the queue would shorten the bodies.
            await log.WriteAsync(Enumerable.Range(i, 10).Select(n => Sized($"{n}", 200_000, TestLog.Start)));
        }

        Assert.InRange(log.Database.Size, 18 * Megabyte, int.MaxValue);

        RunToTheEnd(log, new RetentionOptions { MaxAgeDays = 0, MaxBytes = 8 * Megabyte });

        var left = await log.IdsAsync();
        Assert.Equal(Enumerable.Range(0, left.Count).Select(i => $"{99 - i}"), left);
        Assert.InRange(new FileInfo(log.Database.Path).Length, 6 * Megabyte, 8 * Megabyte);
        Assert.Equal(left.Count, (int)Dependents(log).Payloads);
    }

    [Fact]
    public async Task Step_SmallEnough_DeletesNothing()
    {
        await using var log = await TestLog.StartAsync(set: Keep);
        await log.WriteAsync(Enumerable.Range(0, 10).Select(i => Sized($"{i}", 10_000, TestLog.Start)));

        RunToTheEnd(log, new RetentionOptions { MaxAgeDays = 0, MaxBytes = 8 * Megabyte });

        Assert.Equal(10, (await log.IdsAsync()).Count);
    }

    [Fact]
    public async Task Step_ClockSetForward_DeletesNothing()
    {
        await using var log = await TestLog.StartAsync(set: Keep);
        await log.WriteAsync(SomeRecords.Plain("a"));
        var clock = new JumpingClock();
        var retention = new LogRetention(new RetentionOptions { MaxAgeDays = 30, MaxBytes = 0 }, log.Database, clock);
        using var connection = log.Database.OpenWriter();

        clock.Offset = TimeSpan.FromDays(365);

        Assert.False(retention.Step(connection));
        Assert.Equal(["a"], await log.IdsAsync());
    }

    [Fact]
    public async Task Writer_DaysPass_OldRecordsGoAndCountingGoesOn()
    {
        await using var log = await TestLog.StartAsync(set: o => o.Retention.MaxAgeDays = 30);
        await log.WriteAsync(Enumerable.Range(0, 5).Select(_ => Sized(null, 10, TestLog.Start)));
        var last = (await log.RowsAsync())[0].Sequence;

        log.Time.Advance(TimeSpan.FromDays(31));
        Assert.True(await Poll.UntilAsync(() => Count(log) == 0));
        await log.WriteAsync(Sized("new", 10, TestLog.Start.AddDays(31)));

        // A sequence is never used twice, or a reader that pages by it would miss rows.
        Assert.Equal(("new", true), (await log.RowsAsync()).Select(r => (r.RequestId, r.Sequence > last)).Single());
        var stored = await log.Store.FindAsync("new", TestContext.Current.CancellationToken);
        Assert.Equal("some-service", (string?)stored!.Record["service"]!["name"]);
        Assert.Equal(["new"], await log.IdsAsync(new() { From = TestLog.Start.AddDays(30) }));
    }

    [Fact]
    public async Task Writer_MoreThanTheLimit_NeverGoesFarAboveIt()
    {
        const long max = 64 * Megabyte;
        await using var log = await TestLog.StartAsync(set: o => (o.Retention.MaxAgeDays, o.Retention.MaxBytes) = (0, max));
        var largest = 0L;

        for (var i = 0; i < 150; i++)
        {
            await log.WriteAsync(Enumerable.Range(0, 5).Select(n => Sized($"{i}-{n}", 200_000, TestLog.Start)));
            log.Time.Advance(TimeSpan.FromSeconds(31));
            largest = Math.Max(largest, log.Database.Size);
        }

        Assert.InRange(largest, max / 2, max / 10 * 11);
        Assert.Equal("149-4", (await log.IdsAsync())[0]);
    }

    private static void Keep(RequestLogOptions options) => (options.Retention.MaxAgeDays, options.Retention.MaxBytes) = (0, 0);

    /// <summary>A record whose logged body takes about this many bytes on disk.</summary>
    private static RequestRecord Sized(string? id, int bytes, DateTimeOffset startedAt)
    {
        var record = SomeRecords.AiProxy(id, startedAt.ToUnixTimeMilliseconds());
        record.Llm!.LogPayloads = true;
        record.Llm.RequestPayload = Convert.ToHexString(RandomNumberGenerator.GetBytes(bytes));
        return record;
    }

    private static void RunToTheEnd(TestLog log, RetentionOptions options)
    {
        var retention = new LogRetention(options, log.Database, log.Time);
        using var connection = log.Database.OpenWriter();
        var free = 0L;
        do
        {
            free = LogDatabase.Number(connection, "PRAGMA freelist_count");
        }
        while (retention.Step(connection) || LogDatabase.Number(connection, "PRAGMA freelist_count") < free);

        LogDatabase.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private static long Count(TestLog log)
    {
        using var connection = log.Open();
        return LogDatabase.Number(connection, "SELECT count(*) FROM requests");
    }

    private static (long Details, long Payloads, long Entities) Dependents(TestLog log)
    {
        using var connection = log.Open();
        return (
            LogDatabase.Number(connection, "SELECT count(*) FROM details"),
            LogDatabase.Number(connection, "SELECT count(*) FROM bodies"),
            LogDatabase.Number(connection, "SELECT count(*) FROM entities"));
    }

    /// <summary>A clock on the wall that somebody sets while the monotonic one goes on.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => TestLog.Start + Offset;

        public override long GetTimestamp() => 0;
    }
}
