using System.Data.Common;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Live;
using Gateway.Core.Logging;

namespace ConsoleWeb.AdminApi.Logs;

/// <summary>
/// Finished requests whose words can only be in their bodies. Events carry no bodies, so they wait until they are stored, a moment later,
/// and the log is asked. For one reader of the live tail; bounded.
/// </summary>
internal sealed class BodyMatches(IRequestLogStore store, RequestFilter filter, TimeProvider time)
{
    /// <summary>How long a reader with requests that wait sleeps at most.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private const int Most = 500;

    /// <summary>What is not stored by then was dropped on its way to the log.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly RequestFilter _withoutTexts = filter with { Texts = [] };
    private readonly List<(FeedEvent Event, long Since)> _waiting = [];
    private long _position = -1;

    public bool IsWaiting => _waiting.Count > 0;

    /// <summary>Takes an event that does not match by what lists show.</summary>
    /// <returns>False when it cannot match by its bodies either, or too many wait.</returns>
    public bool TryAdd(FeedEvent item)
    {
        if (!filter.SearchesBodies || filter.Texts.Count == 0 || item is not { Kind: FeedEventKind.Finished, Record.Llm.LogPayloads: true }
            || _waiting.Count >= Most || !_withoutTexts.Matches(RequestRows.FromRunning(item.Record)))
        {
            return false;
        }

        _waiting.Add((item, time.GetTimestamp()));
        return true;
    }

    /// <returns>Those that are stored by now and match, oldest first.</returns>
    public async Task<IReadOnlyList<FeedEvent>> TakeAsync(CancellationToken cancellationToken)
    {
        if (_waiting.Count == 0 || store.Position == _position)
        {
            return [];
        }

        var position = store.Position;
        try
        {
            string[] ids = [.. _waiting.Select(w => w.Event.Record.RequestId)];
            var from = DateTimeOffset.FromUnixTimeMilliseconds(_waiting.Min(w => w.Event.Record.StartedAtMs));
            var these = (RequestFilter.None with { From = from }).Where(LogFields.Id, ids);
            var stored = (await store.ListAsync(these, null, Most, cancellationToken)).Select(r => r.RequestId).ToHashSet(StringComparer.Ordinal);
            var matching = (await store.ListAsync(these with { Texts = filter.Texts, SearchesBodies = true }, null, Most, cancellationToken)).Select(r => r.RequestId).ToHashSet(StringComparer.Ordinal);
            IReadOnlyList<FeedEvent> found = [.. _waiting.Where(w => matching.Contains(w.Event.Record.RequestId)).Select(w => w.Event)];
            _waiting.RemoveAll(w => stored.Contains(w.Event.Record.RequestId) || time.GetElapsedTime(w.Since) > Patience);
            _position = position;
            return found;
        }
        catch (Exception exception) when (exception is DbException or TimeoutException)
        {
            // The log cannot be read now; the next look may find it.
            _waiting.RemoveAll(w => time.GetElapsedTime(w.Since) > Patience);
            return [];
        }
    }
}
