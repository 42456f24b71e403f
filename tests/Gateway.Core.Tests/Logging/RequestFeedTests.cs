using Gateway.Core.Logging;
using Gateway.Testing;
using Gateway.Testing.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Core.Tests.Logging;

public sealed class RequestFeedTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void ListInFlight_StartedAndFinished_ShowsWhatRuns()
    {
        using var feed = new RequestFeed(_time);
        var first = SomeRecords.Plain(startedAtMs: 1);
        var second = SomeRecords.Plain(startedAtMs: 2);
        feed.Started(first);
        feed.Started(second);

        Assert.Equal([second, first], feed.ListInFlight());

        feed.Finished(first);

        Assert.Equal([second], feed.ListInFlight());
        Assert.Equal(1, feed.InFlightCount);
    }

    [Fact]
    public void Stop_RunningCall_CallsTheHookOnce()
    {
        using var feed = new RequestFeed(_time);
        var record = SomeRecords.Plain();
        var stopped = 0;
        feed.Started(record);

        Assert.False(feed.Stop(record.RequestId));
        feed.AllowStop(record, () => stopped++);
        Assert.True(feed.Stop(record.RequestId));
        feed.Finished(record);
        Assert.False(feed.Stop(record.RequestId));

        Assert.Equal(1, stopped);
    }

    [Fact]
    public void RequestsPerMinute_CountsTheLastSixtySeconds()
    {
        using var feed = new RequestFeed(_time);
        feed.Finished(SomeRecords.Plain());
        _time.Advance(TimeSpan.FromSeconds(30));
        feed.Finished(SomeRecords.Plain());
        feed.Finished(SomeRecords.Plain());

        Assert.Equal(3, feed.RequestsPerMinute);

        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(2, feed.RequestsPerMinute);

        _time.Advance(TimeSpan.FromSeconds(200));
        Assert.Equal(0, feed.RequestsPerMinute);
    }

    [Fact]
    public void OnChanged_ManyEvents_CallsOncePerTickAndNotAfterDispose()
    {
        using var feed = new RequestFeed(_time);
        var calls = 0;
        var subscription = feed.OnChanged(() => calls++);
        for (var i = 0; i < 100; i++)
        {
            feed.Started(SomeRecords.Plain());
        }

        _time.Advance(TimeSpan.FromMilliseconds(50));
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(1, calls);

        subscription.Dispose();
        feed.Started(SomeRecords.Plain());
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(1, calls);
    }

    [Fact]
    public void Read_EventsSinceSubscription_ComeInOrderWithoutBodies()
    {
        using var feed = new RequestFeed(_time);
        feed.Started(SomeRecords.Plain());
        using var reader = feed.Subscribe();
        var record = SomeRecords.AiProxy();
        record.Llm!.RequestPayload = "secret text";
        feed.Started(record);
        feed.Progressed(record);
        feed.Progressed(record);
        feed.Finished(record);

        var batch = reader.Read();

        Assert.Equal(
            [FeedEventKind.Started, FeedEventKind.Headers, FeedEventKind.FirstToken, FeedEventKind.Progress, FeedEventKind.Finished], batch.Events.Select(e => e.Kind));
        Assert.Null(batch.Events[4].Record.Llm!.RequestPayload);
        Assert.NotNull(record.Llm.RequestPayload);
        Assert.Empty(reader.Read().Events);
    }

    [Fact]
    public void Progressed_Often_IsReportedTwiceASecond()
    {
        using var feed = new RequestFeed(_time);
        using var reader = feed.Subscribe();
        var record = SomeRecords.Plain();
        feed.Started(record);
        for (var i = 0; i < 40; i++)
        {
            feed.Progressed(record);
            _time.Advance(TimeSpan.FromMilliseconds(50));
        }

        Assert.Equal(4, reader.Read().Events.Count(e => e.Kind == FeedEventKind.Progress));
    }

    [Theory]
    [InlineData(1000, 0)]
    [InlineData(1001, 1)]
    [InlineData(5000, 4000)]
    public void Read_SlowReader_GetsTheNewestThousandAndTheNumberSkipped(int published, long skipped)
    {
        using var feed = new RequestFeed(_time);
        using var reader = feed.Subscribe();
        for (var i = 0; i < published; i++)
        {
            feed.Finished(SomeRecords.Plain());
        }

        var batch = reader.Read();

        Assert.Equal(skipped, batch.Skipped);
        Assert.Equal(published - skipped, batch.Events.Count);
        Assert.Equal(published, batch.Events[^1].Sequence);
    }

    [Fact]
    public async Task Read_ManyPublishers_LosesNothingUncounted()
    {
        using var feed = new RequestFeed(TimeProvider.System);
        using var reader = feed.Subscribe();
        const int Publishers = 4;
        const int Each = 5000;
        var publishing = Task.WhenAll(Enumerable.Range(0, Publishers).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                feed.Finished(SomeRecords.Plain());
            }
        })));

        long seen = 0;
        Assert.True(await Poll.UntilAsync(() =>
        {
            var batch = reader.Read();
            seen += batch.Events.Count + batch.Skipped;
            return seen >= Publishers * Each;
        }));
        await publishing;

        Assert.Equal(Publishers * Each, seen);
    }

    [Fact]
    public async Task WaitAsync_Event_WakesTheReader()
    {
        using var feed = new RequestFeed(TimeProvider.System);
        using var reader = feed.Subscribe();
        feed.Started(SomeRecords.Plain());

        Assert.True(await reader.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Assert.Single(reader.Read().Events);
    }
}
