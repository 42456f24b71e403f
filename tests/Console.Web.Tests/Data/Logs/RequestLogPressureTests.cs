using ConsoleWeb.Data.Logs;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Gateway.Testing.Logging;

namespace ConsoleWeb.Tests.Data.Logs;

/// <summary>What the queue of the log holds in memory, what it lets go of when that grows, and that nothing goes uncounted.</summary>
public sealed class RequestLogPressureTests
{
    private const int Max = 4_000_000;

    private const int Body = 20_000;

    private static readonly string[] Order = ["whole", "short", "without bodies", "dropped"];

    [Fact]
    public void Add_RecordsWithThreeBodies_AreCountedAsTheMemoryTheyHold()
    {
        using var queue = new RequestLogQueue();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < 200; i++)
        {
            queue.Add(WithBodies());
        }

        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        var counted = queue.Count().QueuedBytes;
        GC.KeepAlive(queue);
        // 200 × 3 bodies of 40 KB are 24 MB: one that is left out would be a third.
        Assert.InRange(counted / (double)held, 0.9, 1.1);
        Assert.InRange(counted, 200L * 3 * 2 * Body, 210L * 3 * 2 * Body);
    }

    [Theory]
    [InlineData("request")]
    [InlineData("response")]
    [InlineData("client")]
    [InlineData("headers")]
    [InlineData("answer headers")]
    [InlineData("address")]
    [InlineData("error")]
    public void Add_OneLongText_CountsWhereverItIs(string place)
    {
        var text = new string('x', Body);
        var record = SomeRecords.AiProxy();
        using var queue = new RequestLogQueue();
        queue.Add(record);
        var plain = queue.Count().QueuedBytes;
        _ = place switch
        {
            "request" => record.Llm!.RequestPayload = text,
            "response" => record.Llm!.ResponsePayload = text,
            "client" => record.Llm!.ClientPayload = text,
            "address" => record.Uri = text,
            "error" => record.ErrorMessage = text,
            _ => text,
        };
        (record.RequestHeaders, record.ResponseHeaders) = place switch
        {
            "headers" => ([.. record.RequestHeaders, new("x-long", text)], record.ResponseHeaders),
            "answer headers" => (record.RequestHeaders, [.. record.ResponseHeaders, new("x-long", text)]),
            _ => (record.RequestHeaders, record.ResponseHeaders),
        };

        queue.Add(record);

        Assert.InRange(queue.Count().QueuedBytes - (2 * plain), (2 * Body) - 100, (2 * Body) + 100);
    }

    [Fact]
    public void Add_NobodyTakes_LosesInTheOrderOfWhatIsWorthLeast()
    {
        using var queue = new RequestLogQueue(maxBytes: Max);
        var steps = new List<(double Filled, string Step)>();
        for (var i = 0; i < 1000; i++)
        {
            var (before, filled) = (queue.Count(), queue.Count().QueuedBytes / (double)Max);
            queue.Add(WithBodies());
            var after = queue.Count();
            var added = after.QueuedBytes - before.QueuedBytes;
            steps.Add((filled, after.Dropped > before.Dropped ? "dropped" : added > 6 * Body ? "whole" : added > 6 * RequestLogQueue.ShortBody ? "short" : "without bodies"));
        }

        Assert.Equal(Order, steps.Select(s => s.Step).Distinct());
        Assert.All(steps.Zip(steps.Skip(1)), pair => Assert.True(Array.IndexOf(Order, pair.First.Step) <= Array.IndexOf(Order, pair.Second.Step)));
        Assert.InRange(steps.First(s => s.Step == "short").Filled, 0.5, 0.55);
        Assert.InRange(steps.First(s => s.Step == "without bodies").Filled, 0.8, 0.85);
        Assert.InRange(steps.First(s => s.Step == "dropped").Filled, 0.99, 1);
        var counts = queue.Count();
        Assert.Equal(1000, counts.Dropped + counts.Queued);
        Assert.InRange(counts.QueuedBytes, 0, Max);
        Assert.Equal(counts.Shortened, steps.Count(s => s.Step is "short" or "without bodies"));

        // What is left of the last ones is still who called what, with how many tokens.
        var batch = new List<RequestRecord>();
        queue.Take(batch, 1000);
        var last = batch[^1].Llm!;
        Assert.Null(last.RequestPayload ?? last.ClientPayload ?? last.ResponsePayload);
        Assert.True(last.IsPayloadCut);
        Assert.Equal(SomeRecords.AiProxy().Llm!.Usage, last.Usage);
        queue.Settle(batch.Count);
        Assert.Equal((0, 0), (queue.Count().QueuedBytes, queue.Count().Queued));
    }

    [Fact]
    public void Add_ManyAtOnceIntoTheLastRoom_DropNothingThatFitsWithoutItsBodies()
    {
        using var queue = new RequestLogQueue(maxRecords: 100_000, maxBytes: 8 * Max);

        // Room for far more heads than come: whoever loses a race for the room of bodies keeps its head.
        Parallel.For(0, 2000, _ => queue.Add(WithBodies()));

        Assert.Equal((2000, 0), (queue.Count().Queued, queue.Count().Dropped));
        Assert.InRange(queue.Count().QueuedBytes, 0, 8 * Max);
    }

    [Fact]
    public async Task Log_UnderLoad_AccountsForEveryRecordAtEveryLook()
    {
        using var queue = new RequestLogQueue(maxRecords: 300);
        await using var log = await TestLog.StartAsync(queue: queue);
        using var done = new CancellationTokenSource();
        var looks = 0;
        var unbalanced = new List<RequestLogCounts>();
        var watcher = Task.Run(
            () =>
            {
                while (!done.IsCancellationRequested)
                {
                    var counts = log.Writer.State.Counts;
                    looks++;
                    if (counts.Produced != counts.Written + counts.Dropped + counts.Queued)
                    {
                        unbalanced.Add(counts);
                    }
                }
            },
            TestContext.Current.CancellationToken);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                queue.Add(i % 3 == 0 ? WithBodies() : SomeRecords.Plain());
            }
        })));
        Assert.True(await Poll.UntilAsync(() => log.Counts.Queued == 0));
        await done.CancelAsync();
        await watcher;

        Assert.Empty(unbalanced);
        Assert.InRange(looks, 10, int.MaxValue);
        Assert.Equal((4000, 0), (log.Counts.Produced, log.Counts.QueuedBytes));
        Assert.InRange(log.Counts.Written, 300, 4000);
    }

    private static RequestRecord WithBodies()
    {
        var record = SomeRecords.AiProxy();
        record.Llm!.RequestPayload = new string('r', Body);
        record.Llm.ClientPayload = new string('c', Body);
        record.Llm.ResponsePayload = new string('a', Body);
        return record;
    }
}
