using System.Collections.Concurrent;
using Gateway.Core.Logging.Redaction;
using Gateway.Shared.Logging;

namespace Gateway.Core.Logging;

/// <summary>
/// The live view of the traffic: which requests run, and what just happened. Publishing takes no lock and costs the same however many
/// watch: events go into one ring that readers follow at their own pace, and watchers are called from a timer, not by the request.
/// </summary>
internal sealed class RequestFeed : IRequestFeed, IRequestObserver, IRequestSink, IDisposable
{
    // Twice what a reader may lie behind, so that what it reads is not being overwritten.
    private const int RingSize = 2048;

    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(500);

    private readonly TimeProvider _time;
    private readonly PayloadRedactor? _redactor;
    private readonly ConcurrentDictionary<string, RunningRequest> _running = new(StringComparer.Ordinal);
    private readonly FeedEvent?[] _ring = new FeedEvent?[RingSize];
    private readonly RateWindow _finished;
    private readonly Lock _subscriptionsGate = new();
    private Subscription[] _subscriptions = [];
    private ITimer? _timer;
    private long _lastSequence;
    private int _readers;
    private int _dirty;

    /// <param name="redactor">Looks through what readers get, on their threads; null: nobody does.</param>
    public RequestFeed(TimeProvider time, PayloadRedactor? redactor = null)
    {
        (_time, _redactor) = (time, redactor);
        _finished = new RateWindow(time);
    }

    public int InFlightCount => _running.Count;

    public int RequestsPerMinute => _finished.Sum();

    public void Started(RequestRecord record)
    {
        _running[record.RequestId] = new RunningRequest(record);
        Publish(FeedEventKind.Started, record);
    }

    public void Progressed(RequestRecord record)
    {
        // Nobody reads single events most of the time; then a flag is all there is to set.
        if (Volatile.Read(ref _readers) > 0 && _running.TryGetValue(record.RequestId, out var running))
        {
            var isStep = false;
            if (record is { IsFromUpstream: true, Timings.UpstreamHeaders: not null } && running.TryTake(RunningRequest.HeadersStep))
            {
                Publish(FeedEventKind.Headers, record);
                isStep = true;
            }

            if (record.Timings.FirstToken is not null && running.TryTake(RunningRequest.FirstTokenStep))
            {
                Publish(FeedEventKind.FirstToken, record);
                isStep = true;
            }

            if (!isStep && running.TryReport(_time.GetTimestamp(), ProgressInterval, _time))
            {
                Publish(FeedEventKind.Progress, record);
            }
        }

        MarkDirty();
    }

    public void Finished(RequestRecord record)
    {
        _running.TryRemove(record.RequestId, out _);
        _finished.Add();
        Publish(FeedEventKind.Finished, record);
    }

    public IReadOnlyList<RequestRecord> ListInFlight()
    {
        var records = new List<RequestRecord>(_running.Count);
        foreach (var (_, running) in _running)
        {
            records.Add(View(running.Record));
        }

        records.Sort(static (a, b) => b.StartTimestamp.CompareTo(a.StartTimestamp));
        return records;
    }

    public void AllowStop(RequestRecord record, Action stop)
    {
        if (_running.TryGetValue(record.RequestId, out var running))
        {
            running.Stop = stop;
        }
    }

    public bool Stop(string requestId)
    {
        if (!_running.TryGetValue(requestId, out var running) || running.Stop is not { } stop)
        {
            return false;
        }

        stop();
        return true;
    }

    public IDisposable OnChanged(Action callback)
    {
        var subscription = new Subscription(this, callback);
        lock (_subscriptionsGate)
        {
            _subscriptions = [.. _subscriptions, subscription];
            _timer ??= _time.CreateTimer(static state => ((RequestFeed)state!).Tick(), this, TickInterval, TickInterval);
        }

        return subscription;
    }

    public FeedReader Subscribe()
    {
        Interlocked.Increment(ref _readers);
        return new FeedReader(this, Interlocked.Read(ref _lastSequence) + 1);
    }

    public void Dispose()
    {
        lock (_subscriptionsGate)
        {
            _subscriptions = [];
            _timer?.Dispose();
            _timer = null;
        }
    }

    /// <summary>Reads the events from <paramref name="next"/> on and moves it behind the last one read.</summary>
    internal FeedBatch ReadFrom(ref long next)
    {
        var last = Interlocked.Read(ref _lastSequence);
        var skipped = Math.Max(0, last - next + 1 - FeedReader.Capacity);
        next += skipped;
        if (next > last)
        {
            return new FeedBatch([], skipped);
        }

        var events = new List<FeedEvent>((int)(last - next + 1));
        for (; next <= last; next++)
        {
            var slot = Volatile.Read(ref _ring[next % RingSize]);
            if (slot is null || slot.Sequence < next)
            {
                // Its publisher has the number but has not stored the event yet; the next read finds it.
                break;
            }

            if (slot.Sequence == next)
            {
                events.Add(View(slot.Record) is var shown && ReferenceEquals(shown, slot.Record) ? slot : slot with { Record = shown });
            }
            else
            {
                skipped++;
            }
        }

        return new FeedBatch(events, skipped);
    }

    internal void Leave()
    {
        if (Interlocked.Decrement(ref _readers) == 0)
        {
            // Records of a quiet gateway need not live on until the ring comes round.
            Array.Clear(_ring);
        }
    }

    private void Publish(FeedEventKind kind, RequestRecord record)
    {
        if (Volatile.Read(ref _readers) > 0)
        {
            // Bodies may be megabytes each; whoever wants them reads the stored record.
            var shown = kind == FeedEventKind.Finished ? record.WithPayloadLimit(0) : record;
            var sequence = Interlocked.Increment(ref _lastSequence);
            Volatile.Write(ref _ring[sequence % RingSize], new FeedEvent(sequence, kind, shown));
        }

        MarkDirty();
    }

    private RequestRecord View(RequestRecord record) => _redactor?.View(record) ?? record;

    private void MarkDirty()
    {
        // Reading first keeps the cache line shared while it is set already.
        if (Volatile.Read(ref _dirty) == 0)
        {
            Volatile.Write(ref _dirty, 1);
        }
    }

    private void Tick()
    {
        if (Interlocked.Exchange(ref _dirty, 0) == 0)
        {
            return;
        }

        foreach (var subscription in Volatile.Read(ref _subscriptions))
        {
            subscription.Call();
        }
    }

    private void Remove(Subscription subscription)
    {
        lock (_subscriptionsGate)
        {
            _subscriptions = [.. _subscriptions.Where(s => s != subscription)];
            if (_subscriptions.Length == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }
    }

    private sealed class RunningRequest(RequestRecord record)
    {
        public const int HeadersStep = 1;

        public const int FirstTokenStep = 2;

        private long _reportedAt;
        private int _steps;

        public RequestRecord Record { get; } = record;

        public Action? Stop { get; set; }

        /// <summary>True for the first who asks: a step of a call is told once.</summary>
        public bool TryTake(int step) => (Volatile.Read(ref _steps) & step) == 0 && (Interlocked.Or(ref _steps, step) & step) == 0;

        public bool TryReport(long now, TimeSpan interval, TimeProvider time)
        {
            var before = Volatile.Read(ref _reportedAt);
            return (before == 0 || time.GetElapsedTime(before, now) >= interval)
                && Interlocked.CompareExchange(ref _reportedAt, now, before) == before;
        }
    }

    private sealed class Subscription(RequestFeed feed, Action callback) : IDisposable
    {
        private readonly Lock _gate = new();
        private bool _disposed;

        public void Call()
        {
            lock (_gate)
            {
                if (!_disposed)
                {
                    callback();
                }
            }
        }

        public void Dispose()
        {
            lock (_gate)
            {
                if (_disposed)
                {
                    return;
                }

                _disposed = true;
            }

            feed.Remove(this);
        }
    }
}
