using ConsoleWeb.Data.Logs;
using Gateway.Shared.Logging;
using Gateway.Testing.Logging;

namespace ConsoleWeb.Tests.Data.Logs;

public sealed class RequestLogQueueTests
{
    [Fact]
    public void Add_FullByCount_DropsTheNewestAndCounts()
    {
        using var queue = new RequestLogQueue(maxRecords: 2);

        foreach (var id in (string[])["a", "b", "c", "d"])
        {
            queue.Add(SomeRecords.Plain(id));
        }

        Assert.Equal((4, 0, 2, 2), Sums(queue));
        Assert.Equal(["a", "b"], Take(queue).Select(r => r.RequestId));
    }

    [Fact]
    public void Add_RecordsTakenButNotWritten_StillTakeUpRoom()
    {
        using var queue = new RequestLogQueue(maxRecords: 2);
        queue.Add(SomeRecords.Plain());
        queue.Add(SomeRecords.Plain());
        var batch = Take(queue);

        queue.Add(SomeRecords.Plain());
        queue.Settle(2);
        queue.Add(SomeRecords.Plain());

        Assert.Equal((4, 2, 1, 1), Sums(queue));
    }

    [Fact]
    public void Settle_FewerWrittenThanTaken_TheOthersCountAsDropped()
    {
        using var queue = new RequestLogQueue();
        queue.Add(SomeRecords.Plain());
        queue.Add(SomeRecords.Plain());

        Take(queue);
        queue.Settle(1);

        Assert.Equal((2, 1, 1, 0), Sums(queue));
        Assert.Equal(0, queue.Count().QueuedBytes);
    }

    [Theory]
    [InlineData(0.1, 30_000)]
    [InlineData(0.6, RequestLogQueue.ShortBody)]
    [InlineData(0.9, null)]
    public void Add_BytesRunOut_BodiesGoBeforeRecords(double filled, int? left)
    {
        const int max = 1_000_000;
        using var queue = new RequestLogQueue(maxBytes: max);
        while (queue.Count().QueuedBytes < filled * max)
        {
            queue.Add(SomeRecords.Plain());
        }

        queue.Add(WithBody(30_000));

        var last = Take(queue)[^1];
        Assert.Equal(left, last.Llm!.RequestPayload?.Length);
        Assert.Equal(left != 30_000, last.Llm.IsPayloadCut);
        Assert.Equal(0, queue.Count().Dropped);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.4)]
    public void Add_BodyLargerThanTheRoomThatIsLeft_KeepsTheRecordWithoutIt(double filled)
    {
        const int max = 1_000_000;
        using var queue = new RequestLogQueue(maxBytes: max);
        while (queue.Count().QueuedBytes < filled * max)
        {
            queue.Add(SomeRecords.Plain());
        }

        queue.Add(WithBody(max));

        Assert.Equal((0, 1), (queue.Count().Dropped, queue.Count().Shortened));
        Assert.InRange(queue.Count().QueuedBytes, 0, max);
        Assert.Equal(RequestLogQueue.ShortBody, Take(queue)[^1].Llm!.RequestPayload?.Length);
    }

    [Fact]
    public void Add_BodyShortened_LeavesTheRecordOfOtherSinksAsItIs()
    {
        using var queue = new RequestLogQueue(maxBytes: 100_000);
        var record = WithBody(100_000);

        queue.Add(record);

        Assert.Equal(100_000, record.Llm!.RequestPayload!.Length);
        Assert.False(record.Llm.IsPayloadCut);
    }

    [Fact]
    public async Task Add_ManyAtOnceWhileOneTakes_EveryRecordIsAccountedForAtEveryInstant()
    {
        using var queue = new RequestLogQueue(maxRecords: 50);
        using var done = new CancellationTokenSource();
        var seen = new List<string>();
        var isBalanced = true;
        var consumer = Task.Run(
            () =>
            {
                while (queue.Wait(TimeSpan.FromMilliseconds(20), done.Token) || !done.IsCancellationRequested)
                {
                    var batch = new List<RequestRecord>();
                    queue.Take(batch, 7);
                    seen.AddRange(batch.Select(r => r.RequestId));
                    var (produced, written, dropped, queued) = Sums(queue);
                    isBalanced &= produced == written + dropped + queued;
                    queue.Settle(batch.Count);
                }
            },
            TestContext.Current.CancellationToken);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                queue.Add(SomeRecords.Plain());
            }
        })));
        await done.CancelAsync();
        await consumer;

        var counts = queue.Count();
        Assert.True(isBalanced);
        Assert.Equal((2000, 0), (counts.Produced, counts.Queued));
        Assert.Equal(counts.Written, seen.Distinct().Count());
        Assert.Equal(counts.Written, seen.Count);
        Assert.Equal(2000, counts.Written + counts.Dropped);
    }

    private static RequestRecord WithBody(int characters)
    {
        var record = SomeRecords.AiProxy();
        record.Llm!.RequestPayload = new string('x', characters);
        return record;
    }

    private static (long Produced, long Written, long Dropped, long Queued) Sums(RequestLogQueue queue)
    {
        var counts = queue.Count();
        return (counts.Produced, counts.Written, counts.Dropped, counts.Queued);
    }

    private static List<RequestRecord> Take(RequestLogQueue queue)
    {
        var batch = new List<RequestRecord>();
        queue.Take(batch, int.MaxValue);
        return batch;
    }
}
