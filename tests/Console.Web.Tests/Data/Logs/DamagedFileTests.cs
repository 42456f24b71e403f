using ConsoleWeb.Data.Logs.Filters;
using Gateway.Testing;
using Gateway.Testing.Logging;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Tests.Data.Logs;

/// <summary>Bits that a disk has lost anywhere in the file.</summary>
public sealed class DamagedFileTests
{
    [Fact]
    public async Task Bytes_FlippedAnywhere_WriterGoesOnAndReadersAreTold()
    {
        var path = TestLog.NewPath();
        await using (var first = await TestLog.StartAsync(path, keepsFile: true))
        {
            await first.WriteAsync(Enumerable.Range(0, 60).Select(i => i % 2 == 0 ? SomeRecords.Plain($"{i}") : SomeRecords.AiProxy($"{i}")));
        }

        var whole = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        var random = new Random(20_300_101);
        for (var round = 0; round < 100; round++)
        {
            await SurviveAsync(whole, [.. Enumerable.Range(0, 1 + (round % 8)).Select(_ => random.Next(whole.Length))]);
        }
    }

    private static async Task SurviveAsync(byte[] whole, int[] offsets)
    {
        var path = TestLog.NewPath();
        var damaged = (byte[])whole.Clone();
        foreach (var offset in offsets)
        {
            damaged[offset] ^= 0xff;
        }

        await File.WriteAllBytesAsync(path, damaged, TestContext.Current.CancellationToken);
        await using var log = await TestLog.StartAsync(path);
        log.Add(SomeRecords.Plain("new"));

        Assert.True(await Poll.UntilAsync(() => log.Counts.Queued == 0), $"{string.Join(',', offsets)} {log.Writer.State}");
        Assert.True(log.Counts.Written == 1, $"{string.Join(',', offsets)} {log.Writer.State}");
        try
        {
            await log.Store.ListStoredAsync(RequestFilter.None, null, 100, hasPayloads: true, TestContext.Current.CancellationToken);
        }
        catch (SqliteException)
        {
            // What a page and the Admin API show as a log that cannot be read.
        }
    }
}
