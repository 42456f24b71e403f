using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Plugins.LogDelivery;

/// <summary>
/// Records on their way to one server, off the way of requests: gathered into batches, tried again when they do not arrive. While the
/// server is away they wait; when there is no room the oldest is dropped and counted. No request ever waits. An empty queue has
/// neither a thread nor a timer.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The tokens and slots have no handles, and batches may still use them after the flush time.")]
internal sealed partial class DeliveryQueue(IBatchSender sender, QueueSettings settings, ILogger logger, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How long a server that does not answer may hold up the end of the process.</summary>
    public static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Queue<Entry> _waiting = new();
    private readonly SemaphoreSlim _slots = new(settings.Concurrency);
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private Task? _running;
    private TaskCompletionSource? _filled;
    private bool _isClosed;
    private long _waitingBytes;
    private long _delivered;
    private long _dropped;
    private long? _saidAt;

    /// <summary>Records that arrived.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Records that were lost.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Records that wait and are not being sent.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Whether so much waits that payloads should be left out of new records.</summary>
    public bool IsFilling => Interlocked.Read(ref _waitingBytes) > settings.MaxBytes / 2;

    /// <summary>Queues a record. Never waits.</summary>
    public void Add(byte[] record)
    {
        var dropped = 0;
        lock (_gate)
        {
            if (_isClosed || record.Length > settings.MaxBytes)
            {
                dropped++;
            }
            else
            {
                for (; _waiting.Count >= settings.MaxEntries || _waitingBytes + record.Length > settings.MaxBytes; dropped++)
                {
                    _ = Take();
                }

                _waiting.Enqueue(new Entry(record, time.GetTimestamp()));
                _waitingBytes += record.Length;
                if (_waiting.Count >= settings.MaxBatchSize)
                {
                    _filled?.TrySetResult();
                }

                _running ??= StartAsync();
            }
        }

        if (dropped > 0)
        {
            var total = Interlocked.Add(ref _dropped, dropped);
            if (MayReport())
            {
                LogFull(logger, sender.Target, total);
            }
        }
    }

    /// <summary>Sends what waits, each batch once, and disposes of the sender. What cannot be sent within <see cref="FlushTime"/> is lost.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        await _stopping.CancelAsync();
        var drained = DrainAsync();
        try
        {
            await drained.WaitAsync(FlushTime, time);
        }
        catch (TimeoutException)
        {
            // Calls that are under way end now, and all that still waits fails at once.
            await _aborting.CancelAsync();
            await drained;
        }

        (sender as IDisposable)?.Dispose();
        if (Dropped > 0)
        {
            LogEnded(logger, sender.Target, Dropped);
        }
    }

    private Task StartAsync()
    {
        // What the request keeps in its execution context must not live as long as the queue is busy.
        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(RunAsync);
        }
    }

    private async Task DrainAsync()
    {
        Task? running;
        lock (_gate)
        {
            running = _running;
        }

        await (running ?? Task.CompletedTask);
        for (var i = 0; i < settings.Concurrency; i++)
        {
            await _slots.WaitAsync();
        }
    }

    /// <summary>Starts batches until nothing waits.</summary>
    private async Task RunAsync()
    {
        while (true)
        {
            await _slots.WaitAsync();
            await FillAsync();
            if (TakeBatch() is not { } batch)
            {
                _slots.Release();
                return;
            }

            _ = DeliverAsync(batch);
        }
    }

    /// <summary>Waits until a batch is full, or its first record has waited long enough.</summary>
    private async ValueTask FillAsync()
    {
        Task filled;
        TimeSpan remaining;
        lock (_gate)
        {
            if (_waiting.Count == 0 || _waiting.Count >= settings.MaxBatchSize)
            {
                return;
            }

            remaining = settings.MaxCoalescingDelay - time.GetElapsedTime(_waiting.Peek().AddedAt);
            if (remaining <= TimeSpan.Zero)
            {
                return;
            }

            _filled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            filled = _filled.Task;
        }

        await filled.WaitAsync(remaining, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <returns>Null when nothing waits; the run is over then.</returns>
    private List<byte[]>? TakeBatch()
    {
        lock (_gate)
        {
            _filled = null;
            if (_waiting.Count == 0)
            {
                _running = null;
                return null;
            }

            var batch = new List<byte[]>(Math.Min(settings.MaxBatchSize, _waiting.Count));
            while (batch.Count < settings.MaxBatchSize && _waiting.Count > 0)
            {
                batch.Add(Take());
            }

            return batch;
        }
    }

    private byte[] Take()
    {
        var record = _waiting.Dequeue().Record;
        _waitingBytes -= record.Length;
        return record;
    }

    private async Task DeliverAsync(List<byte[]> batch)
    {
        var started = time.GetTimestamp();
        var pause = settings.InitialRetryDelay;
        while (await TrySendAsync(batch) is { } fault)
        {
            var remaining = (settings.MaxRetryTime ?? TimeSpan.Zero) - time.GetElapsedTime(started);
            if (remaining <= TimeSpan.Zero || _stopping.IsCancellationRequested)
            {
                var dropped = Interlocked.Add(ref _dropped, batch.Count);
                if (MayReport())
                {
                    LogLost(logger, batch.Count, sender.Target, fault, dropped);
                }

                _slots.Release();
                return;
            }

            if (MayReport())
            {
                LogFailed(logger, batch.Count, sender.Target, fault, Waiting);
            }

            var next = pause < settings.MaxRetryDelay ? pause : settings.MaxRetryDelay;
            await Task.Delay(next < remaining ? next : remaining, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = next * 2;
        }

        Interlocked.Add(ref _delivered, batch.Count);
        _slots.Release();
    }

    private async Task<string?> TrySendAsync(List<byte[]> batch)
    {
        if (_aborting.IsCancellationRequested)
        {
            return "the gateway is stopping";
        }

        try
        {
            return await sender.SendAsync(batch, _aborting.Token);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return exception.Message;
        }
    }

    /// <summary>A server that is away would otherwise fill the log with one line per try.</summary>
    private bool MayReport()
    {
        lock (_gate)
        {
            if (_saidAt is { } at && time.GetElapsedTime(at) < ReportInterval)
            {
                return false;
            }

            _saidAt = time.GetTimestamp();
            return true;
        }
    }

    [LoggerMessage(EventId = 2301, Level = LogLevel.Warning, Message = "{Count} records did not reach {Target}: {Fault}. They are sent again; {Waiting} more wait")]
    private static partial void LogFailed(ILogger logger, int count, string target, string fault, int waiting);

    [LoggerMessage(EventId = 2302, Level = LogLevel.Error, Message = "{Count} records did not reach {Target} and are lost: {Fault}. {Dropped} were lost so far")]
    private static partial void LogLost(ILogger logger, int count, string target, string fault, long dropped);

    [LoggerMessage(EventId = 2303, Level = LogLevel.Warning, Message = "More records wait for {Target} than there is room for; {Dropped} were lost so far")]
    private static partial void LogFull(ILogger logger, string target, long dropped);

    [LoggerMessage(EventId = 2304, Level = LogLevel.Warning, Message = "{Dropped} records for {Target} were lost since the start")]
    private static partial void LogEnded(ILogger logger, string target, long dropped);

    private readonly record struct Entry(byte[] Record, long AddedAt);
}
