using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using Gateway.Testing;
using Gateway.Testing.Logging;

namespace ConsoleWeb.Tests.Data.Logs;

public sealed class RequestLogPagingTests
{
    [Fact]
    public async Task List_PagesWhileOthersWrite_ShowsEachRowOnceAndNoneIsMissing()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(Enumerable.Range(0, 1000).Select(i => SomeRecords.Plain($"old-{i}")));
        using var enough = new CancellationTokenSource();
        var writing = Task.WhenAll(Enumerable.Range(0, 3).Select(w => Task.Run(
            async () =>
            {
                for (var i = 0; !enough.IsCancellationRequested; i++)
                {
                    await log.WriteAsync(SomeRecords.Plain($"new-{w}-{i}"));
                }
            },
            TestContext.Current.CancellationToken)));

        var pages = new List<RequestRow>();
        long? before = null;
        while (await log.Store.ListAsync(RequestFilter.None, before, 17, TestContext.Current.CancellationToken) is { Count: > 0 } page)
        {
            pages.AddRange(page);
            before = page[^1].Sequence;
        }

        await enough.CancelAsync();
        await writing;
        Assert.Equal(Enumerable.Range(0, 1000).Reverse().Select(i => $"old-{i}"), pages.Select(r => r.RequestId).Where(id => id.StartsWith("old", StringComparison.Ordinal)));
        var sequences = pages.Select(r => r.Sequence).ToList();
        Assert.Equal(sequences.Distinct().OrderDescending(), sequences);
    }

    [Fact]
    public async Task ReadNewer_FollowingWhileOthersWrite_SeesEachRowOnce()
    {
        await using var log = await TestLog.StartAsync();
        var writing = Task.Run(
            async () =>
            {
                for (var i = 0; i < 300; i++)
                {
                    log.Add(SomeRecords.Plain($"{i}"));
                    await Task.Yield();
                }
            },
            TestContext.Current.CancellationToken);

        var seen = new List<RequestRow>();
        var position = 0L;
        while (seen.Count < 300)
        {
            var newer = log.Store.ReadNewer(RequestFilter.None, position);
            seen.AddRange(newer.Rows.Reverse());
            position = newer.Position;
            await Task.Yield();
        }

        await writing;
        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"{i}"), seen.Select(r => r.RequestId));
    }

    [Fact]
    public async Task ReadNewer_TooFarBehind_SaysThatRowsAreMissing()
    {
        await using var log = await TestLog.StartAsync();
        using var following = log.Store.OnAppended(() => { });
        await log.WriteAsync(Enumerable.Range(0, LogTail.Capacity).Select(i => SomeRecords.Plain($"{i}")));
        var before = log.Store.ReadNewer(RequestFilter.None, 0);
        await log.WriteAsync(SomeRecords.Plain("last"));

        var after = log.Store.ReadNewer(RequestFilter.None, 0);

        Assert.Equal((LogTail.Capacity, false), (before.Rows.Count, before.IsGap));
        Assert.Equal((LogTail.Capacity, true, "last"), (after.Rows.Count, after.IsGap, after.Rows[0].RequestId));
    }

    [Fact]
    public async Task ReadNewer_NobodyFollowed_KeepsFewRowsUntilSomebodyDoes()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(Enumerable.Range(0, LogTail.IdleCapacity + 1).Select(i => SomeRecords.Plain($"{i}")));
        var before = log.Store.ReadNewer(RequestFilter.None, 0);
        using var following = log.Store.OnAppended(() => { });
        await log.WriteAsync(Enumerable.Range(0, 100).Select(i => SomeRecords.Plain($"later {i}")));

        var after = log.Store.ReadNewer(RequestFilter.None, 1);

        Assert.Equal((LogTail.IdleCapacity, true, "1"), (before.Rows.Count, before.IsGap, before.Rows[^1].RequestId));
        Assert.Equal((LogTail.IdleCapacity + 100, false, "1", "later 99"), (after.Rows.Count, after.IsGap, after.Rows[^1].RequestId, after.Rows[0].RequestId));
    }

    [Fact]
    public async Task List_FilteredAndPaged_StaysWithinTheFilter()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(Enumerable.Range(0, 40).Select(i => SomeRecords.Plain($"{i}", status: i % 2 == 0 ? 200 : 500)));
        var failed = RequestFilter.None.Where(LogFields.Status, "500");

        var first = await log.Store.ListAsync(failed, null, 15, TestContext.Current.CancellationToken);
        var second = await log.Store.ListAsync(failed, first[^1].Sequence, 15, TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{39 - (2 * i)}"), first.Concat(second).Select(r => r.RequestId));
    }

    [Fact]
    public async Task OnAppended_RowsCommitted_CallsUntilDisposed()
    {
        await using var log = await TestLog.StartAsync();
        var calls = 0;
        var rowsAtCall = 0;
        var subscription = log.Store.OnAppended(() =>
        {
            using var connection = log.Open();
            rowsAtCall = (int)LogDatabase.Number(connection, "SELECT count(*) FROM requests");
            calls++;
        });
        await log.WriteAsync(SomeRecords.Plain());
        Assert.True(await Poll.UntilAsync(() => calls == 1));
        Assert.Equal(1, rowsAtCall);

        subscription.Dispose();
        await log.WriteAsync(SomeRecords.Plain());
        await log.WriteAsync(SomeRecords.Plain());

        Assert.Equal(1, calls);
    }
}
