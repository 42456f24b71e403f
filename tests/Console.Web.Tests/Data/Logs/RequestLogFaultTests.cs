using System.Security.Cryptography;
using ConsoleWeb.Data.Logs;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Gateway.Testing.Logging;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Tests.Data.Logs;

/// <summary>Whatever happens to the file, handing over a record returns at once and the writer comes back when it can.</summary>
public sealed class RequestLogFaultTests
{
    [Fact]
    public async Task Locked_ByAnotherProgram_QueuesDropsAndCatchesUp()
    {
        await using var log = await TestLog.StartAsync(queue: new RequestLogQueue(maxRecords: 10));
        using (var other = log.Open())
        {
            LogDatabase.Execute(other, "BEGIN EXCLUSIVE");
            log.Add(Enumerable.Range(0, 25).Select(i => SomeRecords.Plain($"{i}")));
            Assert.True(await Poll.UntilAsync(() => log.Writer.State.Trouble is not null));

            var counts = log.Counts;
            Assert.Equal((25, 0, 15, 10), (counts.Produced, counts.Written, counts.Dropped, counts.Queued));
            Assert.Contains("locked", log.Writer.State.Trouble!.Reason, StringComparison.Ordinal);
            LogDatabase.Execute(other, "ROLLBACK");
        }

        await RecoveredAsync(log);

        Assert.Equal(Enumerable.Range(0, 10).Reverse().Select(i => $"{i}"), await log.IdsAsync());
        Assert.Equal((1L, 15L), Gaps(log));
    }

    [Fact]
    public async Task Full_ThenRoomIsMade_WritesWhatWaitedAndTellsWhatIsMissing()
    {
        await using var log = await TestLog.StartAsync(maxPages: 100, queue: new RequestLogQueue(maxRecords: 20));
        await FillAsync(log);
        var full = log.Counts;
        Assert.True(full.Dropped > 0);
        Assert.Equal(full.Produced, full.Written + full.Dropped + full.Queued);
        Assert.Contains("full", log.Writer.State.Trouble!.Reason, StringComparison.Ordinal);
        Assert.Equal(full.Written, (await log.RowsAsync()).Count);

        using (var other = log.Open())
        {
            LogDatabase.Execute(other, "DELETE FROM blocks");
        }

        await RecoveredAsync(log);

        Assert.Equal(full.Written + full.Queued, log.Counts.Written);
        Assert.Equal(log.Counts.Written, (await log.RowsAsync()).Count);
        Assert.Equal((1L, full.Dropped), Gaps(log));
    }

    [Fact]
    public async Task Full_RecordsPastTheirTime_MakeRoomForNewOnes()
    {
        await using var log = await TestLog.StartAsync(maxPages: 100, queue: new RequestLogQueue(maxRecords: 20), set: o => o.Retention.MaxAgeDays = 1);
        await FillAsync(log);
        var written = log.Counts.Written;

        log.Time.Advance(TimeSpan.FromDays(2));

        Assert.True(await Poll.UntilAsync(() => log.Counts.Written > written));
    }

    [Fact]
    public async Task Reader_HoldsItsViewOpen_WriterGoesOn()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(SomeRecords.Plain("a"));
        using var reader = log.Open();
        LogDatabase.Execute(reader, "BEGIN");
        Assert.Equal(1, LogDatabase.Number(reader, "SELECT count(*) FROM requests"));

        await log.WriteAsync(Enumerable.Range(0, 500).Select(_ => SomeRecords.Plain()));

        Assert.Null(log.Writer.State.Trouble);
        Assert.Equal(501, log.Counts.Written);
        Assert.Equal(1, LogDatabase.Number(reader, "SELECT count(*) FROM requests"));
    }

    [Fact]
    public async Task Start_DirectoryInTheWay_ServesOnAndWritesOnceItIsGone()
    {
        var path = TestLog.NewPath();
        Directory.CreateDirectory(path);
        await using var log = await TestLog.StartAsync(path);
        Assert.NotNull(log.Writer.State.Trouble);
        log.Add(SomeRecords.Plain("a"));

        Directory.Delete(path);
        await RecoveredAsync(log);

        Assert.Equal(["a"], await log.IdsAsync());
    }

    [Fact]
    public async Task Start_DirectoryInTheWay_TroubleEndsWithoutTraffic()
    {
        var path = TestLog.NewPath();
        Directory.CreateDirectory(path);
        await using var log = await TestLog.StartAsync(path);

        Directory.Delete(path);

        Assert.True(await Poll.UntilAsync(() => log.Writer.State.Trouble is null));
    }

    [Fact]
    public async Task Start_FileIsNoDatabase_IsPutAsideAndANewOneBegun()
    {
        var path = TestLog.NewPath();
        var garbage = RandomNumberGenerator.GetBytes(20_000);
        await File.WriteAllBytesAsync(path, garbage, TestContext.Current.CancellationToken);
        await using var log = await TestLog.StartAsync(path);

        await log.WriteAsync(SomeRecords.Plain("a"));

        Assert.Equal(["a"], await log.IdsAsync());
        Assert.Equal(garbage, await File.ReadAllBytesAsync(log.Writer.State.Quarantined!, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Start_DamagedPages_IsPutAsideAndNoRecordIsLost()
    {
        var path = TestLog.NewPath();
        await using (var first = await TestLog.StartAsync(path, keepsFile: true))
        {
            await first.WriteAsync(Enumerable.Range(0, 50).Select(_ => SomeRecords.Plain()));
        }

        // The header stays readable, so that only use finds out.
        await using (var file = File.OpenWrite(path))
        {
            file.Position = 4096;
            await file.WriteAsync(RandomNumberGenerator.GetBytes((int)file.Length - 4096), TestContext.Current.CancellationToken);
        }

        await using var log = await TestLog.StartAsync(path);
        await log.WriteAsync(SomeRecords.Plain("a"), SomeRecords.Plain("b"));

        Assert.Equal(["b", "a"], await log.IdsAsync());
        Assert.True(File.Exists(log.Writer.State.Quarantined));
        Assert.Equal(0, log.Counts.Dropped);
    }

    [Fact]
    public async Task Running_FileDeleted_IsBegunAnew()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(SomeRecords.Plain("lost"));
        Assert.Equal(["lost"], await log.IdsAsync());

        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(log.Database.Path)!))
        {
            File.Delete(file);
        }

        log.Time.Advance(TimeSpan.FromSeconds(2));
        await log.WriteAsync(SomeRecords.Plain("kept"));

        Assert.Equal(["kept"], await log.IdsAsync());
        Assert.Null(log.Writer.State.Trouble);
    }

    [Fact]
    public async Task Running_FileReplaced_GoesOnInTheOtherOne()
    {
        var otherPath = TestLog.NewPath();
        await using (var other = await TestLog.StartAsync(otherPath, keepsFile: true))
        {
            await other.WriteAsync(SomeRecords.Plain("restored"));
        }

        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(SomeRecords.Plain("lost"));
        Assert.Equal(["lost"], await log.IdsAsync());

        File.Delete(log.Database.Path + "-wal");
        File.Delete(log.Database.Path + "-shm");
        File.Move(otherPath, log.Database.Path, overwrite: true);
        log.Time.Advance(TimeSpan.FromSeconds(2));
        await log.WriteAsync(SomeRecords.Plain("new"));

        Assert.Equal(["new", "restored"], await log.IdsAsync());
        Directory.Delete(Path.GetDirectoryName(otherPath)!, recursive: true);
    }

    [Fact]
    public async Task Record_ThatCannotBeWrittenDown_IsCountedAndTheOthersAreStored()
    {
        await using var log = await TestLog.StartAsync();
        var impossible = SomeRecords.Plain("b");
        impossible.Outcome = (RequestOutcome)99;

        await log.WriteAsync(SomeRecords.Plain("a"), impossible, SomeRecords.Plain("c"));

        Assert.Equal(["c", "a"], await log.IdsAsync());
        Assert.Equal((2, 1), (log.Counts.Written, log.Counts.Dropped));
    }

    [Fact]
    public async Task Stop_DatabaseLocked_EndsAndKeepsCount()
    {
        await using var log = await TestLog.StartAsync();
        using var other = log.Open();
        LogDatabase.Execute(other, "BEGIN EXCLUSIVE");
        log.Add(SomeRecords.Plain());

        await log.Writer.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal((1, 0, 1), (log.Counts.Produced, log.Counts.Written, log.Counts.Queued + log.Counts.Dropped));
    }

    /// <summary>Writes records with bodies until the disk is full, and then more than the queue takes.</summary>
    private static async Task FillAsync(TestLog log)
    {
        while (log.Writer.State.Trouble is null)
        {
            log.Add(WithBody());
            Assert.True(await Poll.UntilAsync(() => log.Counts.Queued == 0 || log.Writer.State.Trouble is not null));
        }

        log.Add(Enumerable.Range(0, 50).Select(_ => WithBody()));

        static RequestRecord WithBody()
        {
            var record = SomeRecords.AiProxy();
            record.Llm!.LogPayloads = true;
            record.Llm.RequestPayload = Convert.ToHexString(RandomNumberGenerator.GetBytes(4000));
            return record;
        }
    }

    private static async Task RecoveredAsync(TestLog log) =>
        Assert.True(await Poll.UntilAsync(() => log.Counts.Queued == 0 && log.Writer.State.Trouble is null), $"{log.Counts} {log.Writer.State.Trouble}");

    private static (long Count, long Dropped) Gaps(TestLog log)
    {
        using SqliteConnection connection = log.Open();
        return (LogDatabase.Number(connection, "SELECT count(*) FROM gaps"), LogDatabase.Number(connection, "SELECT sum(dropped) FROM gaps"));
    }
}
