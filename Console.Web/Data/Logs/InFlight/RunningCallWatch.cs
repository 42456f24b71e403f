using Gateway.Core.Logging;
using Gateway.Shared.Logging;

namespace ConsoleWeb.Data.Logs.InFlight;

/// <summary>
/// Decides which calls the log writer writes down while they run. It looks at the list of running calls that the live view keeps anyway,
/// so the way of a request does nothing for it and nothing can pile up; calls that end within a second, which are most, cost nothing.
/// Used by the thread of the log writer.
/// </summary>
internal sealed class RunningCallWatch(IRequestFeed feed, RequestLogQueue queue, TimeProvider time)
{
    /// <summary>How long a call runs before it is written down, and how often somebody looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How often the progress of a call is written down.</summary>
    public static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);

    /// <summary>Calls that are written down at a time; the others have their turn at the next look, the oldest first.</summary>
    private const int Most = 1000;

    private readonly Dictionary<string, (long At, long Progress)> _noted = new(StringComparer.Ordinal);
    private HashSet<string> _missing = new(StringComparer.Ordinal);
    private long _lookedAt = time.GetTimestamp();

    /// <summary>Writes down what is due.</summary>
    /// <param name="isLast">Whether this process writes no more: what has no call any more is removed at once.</param>
    public void Look(RequestBatch batch, bool isLast = false)
    {
        if (!isLast && time.GetElapsedTime(_lookedAt) < Interval)
        {
            return;
        }

        _lookedAt = time.GetTimestamp();
        if (feed.InFlightCount == 0 && batch.Running.Count == 0)
        {
            return;
        }

        var running = feed.ListInFlight();
        var due = isLast ? [] : FindDue(running, batch.Running);
        var ended = FindEnded(running, batch.Running, isLast);
        if (due.Count + ended.Count == 0)
        {
            return;
        }

        batch.Note(due, ended);
        foreach (var record in due)
        {
            _noted[record.RequestId] = (_lookedAt, RunningCall.ProgressOf(record));
        }
    }

    private List<RequestRecord> FindDue(IReadOnlyList<RequestRecord> running, IReadOnlyCollection<string> known)
    {
        var due = new List<RequestRecord>();
        for (var i = running.Count - 1; i >= 0 && due.Count < Most; i--)
        {
            var record = running[i];
            if (time.GetElapsedTime(record.StartTimestamp, _lookedAt) < Interval)
            {
                break;
            }

            if (!known.Contains(record.RequestId)
                || !_noted.TryGetValue(record.RequestId, out var noted)
                || (time.GetElapsedTime(noted.At, _lookedAt) >= ProgressInterval && noted.Progress != RunningCall.ProgressOf(record)))
            {
                due.Add(record);
            }
        }

        return due;
    }

    /// <summary>
    /// Calls whose record is nowhere on its way: it was dropped, or could not be written. A call leaves the list a moment before its
    /// record enters the queue, so what is missing must be missing twice.
    /// </summary>
    private List<string> FindEnded(IReadOnlyList<RequestRecord> running, IReadOnlyCollection<string> known, bool isLast)
    {
        var missing = new HashSet<string>(known, StringComparer.Ordinal);
        foreach (var record in running)
        {
            missing.Remove(record.RequestId);
        }

        foreach (var id in _noted.Keys)
        {
            if (!known.Contains(id))
            {
                _noted.Remove(id);
            }
        }

        List<string> ended = queue.Count().Queued > 0 ? [] : [.. missing.Where(id => isLast || _missing.Contains(id))];
        _missing = missing;
        return ended;
    }
}
