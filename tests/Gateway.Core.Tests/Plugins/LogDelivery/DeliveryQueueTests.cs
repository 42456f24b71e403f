using System.Text;
using Gateway.Core.Plugins.LogDelivery;
using Gateway.Core.Upstreams;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Tests.Plugins.LogDelivery;

public sealed class DeliveryQueueTests
{
    private readonly ObservedTime _time = new();

    [Fact]
    public async Task Add_BatchIsFull_IsSentWithoutWaiting()
    {
        var sender = new FakeSender();
        await using var queue = Queue(sender, new() { MaxBatchSize = 2, MaxCoalescingDelay = TimeSpan.FromHours(1) });

        Add(queue, "a", "b");

        Assert.True(await Poll.UntilAsync(() => queue.Delivered == 2));
        Assert.Equal(["a,b"], sender.Batches);
    }

    [Fact]
    public async Task Add_BatchIsNotFull_IsSentWhenItsFirstRecordHasWaitedLongEnough()
    {
        var sender = new FakeSender();
        await using var queue = Queue(sender, new() { MaxBatchSize = 10, MaxCoalescingDelay = TimeSpan.FromSeconds(4) });
        Add(queue, "a");
        await WaitsAsync(1);
        _time.Advance(TimeSpan.FromSeconds(3));
        Add(queue, "b");
        Assert.Empty(sender.Batches);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(await Poll.UntilAsync(() => queue.Delivered == 2));
        Assert.Equal(["a,b"], sender.Batches);
    }

    [Fact]
    public async Task Add_MoreThanABatch_IsSentInOrder()
    {
        var sender = new FakeSender();
        await using (var queue = Queue(sender, new() { MaxBatchSize = 3, MaxCoalescingDelay = TimeSpan.FromHours(1) }))
        {
            Add(queue, [.. Enumerable.Range(1, 100).Select(i => $"{i}")]);
        }

        Assert.Equal(Enumerable.Range(1, 100).Select(i => $"{i}"), sender.Batches.SelectMany(b => b.Split(',')));
        Assert.All(sender.Batches, b => Assert.InRange(b.Split(',').Length, 1, 3));
    }

    [Fact]
    public async Task Send_Fails_IsRepeatedAfterPausesThatDoubleUntilTheTimeIsOver()
    {
        var sender = new FakeSender((_, _) => Task.FromResult<string?>("no"));
        await using var queue = Queue(sender, new()
        {
            MaxRetryTime = TimeSpan.FromSeconds(10),
            InitialRetryDelay = TimeSpan.FromSeconds(1),
            MaxRetryDelay = TimeSpan.FromSeconds(4),
        });
        Add(queue, "a");

        double[] pauses = [1, 2, 4, 3];
        for (var i = 0; i < pauses.Length; i++)
        {
            await WaitsAsync(i + 1);
            Assert.Equal(i + 1, sender.Batches.Count);
            _time.Advance(TimeSpan.FromSeconds(pauses[i]));
        }

        Assert.True(await Poll.UntilAsync(() => queue.Dropped == 1));
        Assert.Equal(pauses, _time.Waits.Select(w => w.TotalSeconds));
        Assert.Equal(["a", "a", "a", "a", "a"], sender.Batches);
    }

    [Fact]
    public async Task Send_FailsOnce_KeepsTheOrder()
    {
        var sender = new FakeSender((call, _) => Task.FromResult(call == 1 ? "no" : null));
        await using var queue = Queue(sender, new() { MaxRetryTime = TimeSpan.FromSeconds(10) });
        Add(queue, "a", "b");
        await WaitsAsync(1);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(await Poll.UntilAsync(() => queue.Delivered == 2));
        Assert.Equal(["a", "a", "b"], sender.Batches);
    }

    [Fact]
    public async Task Send_NoRetry_IsTriedOnce()
    {
        var sender = new FakeSender((call, _) => call == 1 ? throw new InvalidOperationException("broken") : Task.FromResult<string?>(null));
        await using var queue = Queue(sender, new());

        Add(queue, "a", "b");

        Assert.True(await Poll.UntilAsync(() => queue.Delivered == 1));
        Assert.Equal(["a", "b"], sender.Batches);
        Assert.Equal(1, queue.Dropped);
    }

    [Fact]
    public async Task Add_NoRoomForAnotherRecord_DropsTheOldest()
    {
        var gate = new TaskCompletionSource<string?>();
        var sender = new FakeSender((_, _) => gate.Task);
        await using var queue = Queue(sender, new() { MaxEntries = 3 });
        Add(queue, "a");
        Assert.True(await Poll.UntilAsync(() => sender.Batches.Count == 1));

        Add(queue, "b", "c", "d", "e", "f");
        Assert.Equal((3, 2L), (queue.Waiting, queue.Dropped));
        gate.SetResult(null);

        Assert.True(await Poll.UntilAsync(() => queue.Delivered == 4));
        Assert.Equal(["a", "d", "e", "f"], sender.Batches);
    }

    [Fact]
    public async Task Add_NoRoomForItsBytes_DropsTheOldest_AndWhatIsLargerThanTheRoom()
    {
        var gate = new TaskCompletionSource<string?>();
        var sender = new FakeSender((_, _) => gate.Task);
        await using var queue = Queue(sender, new() { MaxBytes = 10 });
        Add(queue, "first");
        Assert.True(await Poll.UntilAsync(() => sender.Batches.Count == 1));

        Add(queue, "aaaa", "bbbb");
        Assert.True(queue.IsFilling);
        Add(queue, "larger than all");
        Assert.Equal((2, 1L), (queue.Waiting, queue.Dropped));
        Add(queue, "cccccc");
        Assert.Equal((2, 2L), (queue.Waiting, queue.Dropped));
        gate.SetResult(null);

        Assert.True(await Poll.UntilAsync(() => queue.Delivered == 3));
        Assert.Equal(["first", "bbbb", "cccccc"], sender.Batches);
        Assert.False(queue.IsFilling);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    public async Task Send_TakesLong_AsManyBatchesAsAllowedAreOnTheirWay(int allowed, int expected)
    {
        var gate = new TaskCompletionSource<string?>();
        var sender = new FakeSender((_, _) => gate.Task);
        await using var queue = Queue(sender, new() { Concurrency = allowed });

        Add(queue, "a", "b", "c", "d", "e");

        Assert.True(await Poll.UntilAsync(() => sender.Batches.Count == expected && queue.Waiting == 5 - expected));
        gate.SetResult(null);
        Assert.True(await Poll.UntilAsync(() => queue.Delivered == 5));
    }

    [Fact]
    public async Task Dispose_RecordsWait_SendsThemAtOnce()
    {
        var sender = new FakeSender();
        var queue = Queue(sender, new() { MaxBatchSize = 10, MaxCoalescingDelay = TimeSpan.FromHours(1) });
        Add(queue, "a", "b");

        await queue.DisposeAsync();
        Add(queue, "too late");

        Assert.Equal(["a,b"], sender.Batches);
        Assert.Equal((2L, 1L), (queue.Delivered, queue.Dropped));
    }

    [Fact]
    public async Task Dispose_ServerIsAway_TriesEachBatchOnceMore()
    {
        var sender = new FakeSender((_, _) => Task.FromResult<string?>("no"));
        var queue = Queue(sender, new() { MaxRetryTime = TimeSpan.FromHours(1), InitialRetryDelay = TimeSpan.FromHours(1), MaxRetryDelay = TimeSpan.FromHours(1) });
        Add(queue, "a", "b", "c");
        await WaitsAsync(1);

        await queue.DisposeAsync();

        Assert.Equal(["a", "a", "b", "c"], sender.Batches);
        Assert.Equal(3, queue.Dropped);
    }

    [Fact]
    public async Task Dispose_ServerHangs_EndsAfterTheFlushTime()
    {
        var sender = new FakeSender(async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return null;
        });
        var queue = Queue(sender, new() { MaxRetryTime = TimeSpan.FromHours(1) });
        Add(queue, "a", "b", "c");
        Assert.True(await Poll.UntilAsync(() => sender.Batches.Count == 1));

        var ending = queue.DisposeAsync().AsTask();
        await WaitsAsync(1);
        Assert.False(ending.IsCompleted);
        _time.Advance(DeliveryQueue.FlushTime);
        await ending;

        Assert.Equal(["a"], sender.Batches);
        Assert.Equal(3, queue.Dropped);
    }

    [Fact]
    public async Task For_EqualKeys_IsOneQueue()
    {
        var senders = new List<FakeSender>();
        using var clients = new UpstreamClients(Options.Create(new ForwardingOptions()));
        await using var queues = new DeliveryQueues(clients, _time, NullLogger<DeliveryQueue>.Instance);

        var (one, same, other) = (For("x"), For("x"), For("y"));

        Assert.Same(one, same);
        Assert.NotSame(one, other);
        Assert.Equal(2, senders.Count);

        DeliveryQueue For(string key) => queues.For(key, new QueueSettings(), _ =>
        {
            senders.Add(new FakeSender());
            return senders[^1];
        });
    }

    private static void Add(DeliveryQueue queue, params string[] records)
    {
        foreach (var record in records)
        {
            queue.Add(Encoding.UTF8.GetBytes(record));
        }
    }

    private DeliveryQueue Queue(IBatchSender sender, QueueSettings settings) => new(sender, settings, NullLogger.Instance, _time);

    private async Task WaitsAsync(int count) => Assert.True(await Poll.UntilAsync(() => _time.Waits.Count == count));
}
