namespace ConsoleWeb.Data.Logs;

/// <summary>
/// The rows that were stored last, in the order in which they were stored, so that live views follow the log without asking the
/// database. Adding never waits for a reader.
/// </summary>
internal sealed class LogTail
{
    /// <summary>Rows that are kept while somebody follows; a reader that is further behind reads the log anew.</summary>
    public const int Capacity = 5000;

    /// <summary>Rows that are kept for whoever comes. Thousands that nobody asks for would be old enough to burden each garbage collection.</summary>
    public const int IdleCapacity = 500;

    private readonly Lock _gate = new();
    private readonly RequestRow?[] _rows = new RequestRow?[Capacity];
    private Subscription[] _subscriptions = [];
    private long _position;
    private long _first;
    private long _changes;

    /// <summary>How many rows have been stored since the program began.</summary>
    public long Position => Interlocked.Read(ref _position);

    public void Add(IReadOnlyList<RequestRow> rows)
    {
        lock (_gate)
        {
            foreach (var row in rows)
            {
                _rows[_position % Capacity] = row;
                _position++;
            }

            var first = Math.Max(_first, _position - (_subscriptions.Length > 0 ? Capacity : IdleCapacity));
            for (_first = Math.Max(_first, _position - Capacity); _first < first; _first++)
            {
                _rows[_first % Capacity] = null;
            }
        }

        Signal();
    }

    /// <summary>How often rows that are stored have become others since the program began.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    /// <summary>Stored rows are others now: live views that show them read them again.</summary>
    public void Touch()
    {
        Interlocked.Increment(ref _changes);
        Signal();
    }

    /// <summary>What was stored since <paramref name="position"/>.</summary>
    public LogTailRead Read(long position)
    {
        lock (_gate)
        {
            var first = Math.Max(position, _first);
            var rows = new RequestRow[Math.Max(0, _position - first)];
            for (var i = 0; i < rows.Length; i++)
            {
                rows[i] = _rows[(_position - 1 - i) % Capacity]!;
            }

            return new LogTailRead(rows, _position, first > position);
        }
    }

    public IDisposable Subscribe(Action callback)
    {
        var subscription = new Subscription(this, callback);
        lock (_gate)
        {
            _subscriptions = [.. _subscriptions, subscription];
        }

        return subscription;
    }

    private void Signal()
    {
        foreach (var subscription in Volatile.Read(ref _subscriptions))
        {
            subscription.Callback();
        }
    }

    private sealed class Subscription(LogTail tail, Action callback) : IDisposable
    {
        public Action Callback { get; } = callback;

        public void Dispose()
        {
            lock (tail._gate)
            {
                tail._subscriptions = [.. tail._subscriptions.Where(s => s != this)];
            }
        }
    }
}

/// <summary>What a live view has not seen yet.</summary>
/// <param name="Rows">Stored last first.</param>
/// <param name="Position">Where the next reading begins.</param>
/// <param name="IsGap">Whether rows are missing, because the reader came too late.</param>
public sealed record LogTailRead(IReadOnlyList<RequestRow> Rows, long Position, bool IsGap);
