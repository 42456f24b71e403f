using Gateway.Shared.Logging;

namespace ConsoleWeb.Data.Logs;

/// <summary>
/// Records on their way to the database. Bounded by count and by bytes: when it fills up, bodies go first, then whole records, newest
/// first. Entering never waits, and <c>produced = written + dropped + queued</c> holds at every instant.
/// </summary>
internal sealed class RequestLogQueue(int maxRecords = RequestLogQueue.DefaultRecords, long maxBytes = RequestLogQueue.DefaultBytes) : IDisposable
{
    public const int DefaultRecords = 10_000;

    public const long DefaultBytes = 64L * 1024 * 1024;

    /// <summary>Characters that are left of a body when the queue is half full.</summary>
    public const int ShortBody = 8 * 1024;

    /// <summary>What a record takes beside its bodies and headers, roughly.</summary>
    private const int RecordBytes = 2048;

    private readonly Lock _gate = new();
    private readonly Queue<(RequestRecord Record, long Bytes)> _records = [];
    private readonly SemaphoreSlim _signal = new(0, 1);
    private long _bytes;
    private long _taken;
    private long _takenBytes;
    private long _produced;
    private long _written;
    private long _dropped;
    private long _shortened;
    private bool _isWaiting;

    /// <summary>Puts a record in, shortened or not at all when there is no room.</summary>
    public void Add(RequestRecord record)
    {
        var head = RecordBytes + record.HeadBytes;
        var fitting = Fit(record, head, Interlocked.Read(ref _bytes));
        var bytes = head + fitting.PayloadBytes;
        lock (_gate)
        {
            _produced++;
            if (_bytes + bytes > maxBytes && _bytes + head <= maxBytes)
            {
                // Others were faster since the look. Who, which model and how many tokens is the last thing to go.
                fitting = record.WithPayloadLimit(0);
                bytes = head;
            }

            if (_records.Count + _taken >= maxRecords || _bytes + bytes > maxBytes)
            {
                _dropped++;
                return;
            }

            if (!ReferenceEquals(fitting, record))
            {
                _shortened++;
            }

            _records.Enqueue((fitting, bytes));
            _bytes += bytes;
            if (!_isWaiting)
            {
                return;
            }

            _isWaiting = false;
        }

        _signal.Release();
    }

    /// <summary>Waits until there is a record.</summary>
    /// <returns>False when the time passed or the wait was cancelled first.</returns>
    public bool Wait(TimeSpan timeout, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_records.Count > 0)
            {
                return true;
            }

            _isWaiting = true;
        }

        try
        {
            if (_signal.Wait(timeout, cancellationToken))
            {
                return true;
            }
        }
        catch (OperationCanceledException)
        {
            // The caller looks at what is there once more before it ends.
        }

        lock (_gate)
        {
            if (!_isWaiting)
            {
                // Somebody came between the end of the wait and this look; the signal has been given or is about to be.
                _signal.Wait(CancellationToken.None);
            }

            _isWaiting = false;
            return _records.Count > 0;
        }
    }

    /// <summary>Moves records, oldest first, into <paramref name="batch"/>. They count as queued until <see cref="Settle"/>.</summary>
    public void Take(List<RequestRecord> batch, int max)
    {
        lock (_gate)
        {
            while (batch.Count < max && _records.TryDequeue(out var entry))
            {
                batch.Add(entry.Record);
                _taken++;
                _takenBytes += entry.Bytes;
            }
        }
    }

    /// <summary>Says what has become of all records that were taken. Their bodies may be others by now, so that what they took counts as it entered.</summary>
    public void Settle(int written)
    {
        lock (_gate)
        {
            _bytes -= _takenBytes;
            _written += written;
            _dropped += _taken - written;
            (_taken, _takenBytes) = (0, 0);
        }
    }

    public RequestLogCounts Count()
    {
        lock (_gate)
        {
            return new RequestLogCounts(_produced, _written, _dropped, _records.Count + _taken, _bytes, _shortened);
        }
    }

    public void Dispose() => _signal.Dispose();

    private RequestRecord Fit(RequestRecord record, long head, long bytes)
    {
        var fitting = bytes >= maxBytes / 10 * 8 ? record.WithPayloadLimit(0)
            : bytes >= maxBytes / 2 || !HasRoom(record) ? record.WithPayloadLimit(ShortBody)
            : record;
        return HasRoom(fitting) ? fitting : record.WithPayloadLimit(0);

        bool HasRoom(RequestRecord candidate) => bytes + head + candidate.PayloadBytes <= maxBytes;
    }
}

/// <summary>What has become of the records of finished requests.</summary>
/// <param name="Produced">All of them: written, dropped and queued together.</param>
/// <param name="Shortened">Records whose bodies were cut because the queue was filling up.</param>
internal readonly record struct RequestLogCounts(long Produced, long Written, long Dropped, long Queued, long QueuedBytes, long Shortened);
