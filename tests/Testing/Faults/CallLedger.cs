using System.Collections.Concurrent;
using System.Globalization;
using Gateway.Shared.Logging;

namespace Gateway.Testing.Faults;

/// <summary>
/// Who saw which call. Under load, what clients sent, what they got, what upstreams were asked and what the log keeps must be the same
/// calls: this finds what was lost and what happened twice.
/// </summary>
public sealed class CallLedger
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new();

    public int Sent => _entries.Values.Count(e => e.Sent > 0);

    /// <summary>A client sends a call under a name of its own.</summary>
    public void Send(string call) => Interlocked.Increment(ref Of(call).Sent);

    /// <summary>A client has an answer, whole or not.</summary>
    public void Answer(string call) => Interlocked.Increment(ref Of(call).Answered);

    /// <summary>An upstream is asked.</summary>
    public void Arrive(string call) => Interlocked.Increment(ref Of(call).Arrived);

    /// <summary>A record of the call is kept.</summary>
    public void Keep(string call) => Interlocked.Increment(ref Of(call).Kept);

    /// <summary>Notes a record by the call's name, which the client has put into its path as the last segment.</summary>
    public void Keep(RequestRecord record) => Keep(NameIn(record.Uri));

    /// <summary>The last segment of a path, without query.</summary>
    public static string NameIn(string target)
    {
        var path = target.Split('?')[0];
        return path[(path.LastIndexOf('/') + 1)..];
    }

    /// <param name="isAnswered">Whether every call must have its answer.</param>
    /// <param name="atUpstream">How often each call must have reached an upstream; null when that differs.</param>
    /// <param name="isKept">Whether every call must have its record; false where the log had to drop some and has counted them.</param>
    /// <returns>One line per call that does not add up; empty when the books balance.</returns>
    public IReadOnlyList<string> FindDifferences(bool isAnswered = true, int? atUpstream = 1, bool isKept = true)
    {
        var found = new List<string>();
        foreach (var (call, entry) in _entries.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            if (entry.Sent != 1 || entry.Kept > 1 || (isKept && entry.Kept != 1) || (isAnswered && entry.Answered != 1) || (atUpstream is { } times && entry.Arrived != times))
            {
                found.Add(string.Create(
                    CultureInfo.InvariantCulture, $"{call}: sent {entry.Sent}, answered {entry.Answered}, at the upstream {entry.Arrived}, kept {entry.Kept}"));
            }
        }

        return found;
    }

    private Entry Of(string call) => _entries.GetOrAdd(call, static _ => new Entry());

    private sealed class Entry
    {
        public int Sent;
        public int Answered;
        public int Arrived;
        public int Kept;
    }
}
