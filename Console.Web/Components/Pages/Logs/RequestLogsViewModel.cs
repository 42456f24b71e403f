using ConsoleWeb.Components.Controls;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Features.Requests;
using ConsoleWeb.Live;
using Gateway.Core.Logging;
using Gateway.Shared.Logging;

namespace ConsoleWeb.Components.Pages.Logs;

/// <summary>State and decisions of the request list. Knows no component.</summary>
internal sealed class RequestLogsViewModel(IRequestLogStore store, IRequestFeed feed, TimeProvider time)
{
    /// <summary>Rows that are kept while somebody scrolls down; at some 700 bytes each a page takes 70 MB at most, until it is back at its top.</summary>
    public const int MaxRows = 100_000;

    /// <summary>Rows that are kept at the top, where new ones come in.</summary>
    public const int MaxTopRows = 1_000;

    private const int PageSize = 100;

    /// <summary>Rows that scrolling adds at a time.</summary>
    private const int OlderPageSize = 500;

    /// <summary>How long a finished call may wait for its stored row before it leaves the list.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, (RequestRow Row, DateTimeOffset Until)> _lingering = [];
    private List<RequestRow> _stored = [];
    private IReadOnlyList<RequestRow> _running = [];
    private HashSet<long> _known = [];
    private long _position;
    private long _oldest;
    private long _changes;
    private DateTimeOffset _rereadAt;

    /// <summary>What the table shows, by start, newest first, so that a call keeps its place when it ends. Replaced as a whole, never changed.</summary>
    public IReadOnlyList<RequestRow> Rows { get; private set; } = [];

    public RequestFilter Filter { get; private set; } = RequestFilter.None;

    /// <summary>Whether words are looked for in bodies too: the person may read them.</summary>
    public bool SearchesBodies { get; set; }

    /// <summary>What the filter text says that cannot be read; null when all of it can.</summary>
    public string? FilterError { get; private set; }

    public bool IsPaused { get; private set; }

    public DateTimeOffset? PausedAt { get; private set; }

    /// <summary>False while the person looks at older rows: new ones wait, so that nothing moves under the eyes.</summary>
    public bool IsFollowing { get; private set; } = true;

    /// <summary>Stored rows that arrived while paused or not following.</summary>
    public int NewWhilePaused { get; private set; }

    /// <summary>When <see cref="Rows"/> was put together.</summary>
    public DateTimeOffset Now { get; private set; } = time.GetUtcNow();

    public bool IsLoaded { get; private set; }

    public bool HasOlder { get; private set; }

    /// <summary>Why the list could not be loaded; null when it could.</summary>
    public string? LoadError { get; private set; }

    public IReadOnlyList<RequestBucket> Histogram { get; private set; } = [];

    public DateTimeOffset HistogramFrom { get; private set; }

    public int InFlightCount => feed.InFlightCount;

    public int PerMinute => feed.RequestsPerMinute;

    /// <summary>The token total that fills a token bar.</summary>
    public long LargestTotal { get; private set; } = 1;

    /// <summary>Milliseconds that fill a timing bar: the round value above the 98th percentile.</summary>
    public double ScaleMs { get; private set; } = 1000;

    public bool IsEmpty => IsLoaded && Rows.Count == 0 && LoadError is null;

    public bool IsFiltered => Filter.IsNarrowed;

    /// <summary>Length of the shown window.</summary>
    public TimeSpan Range { get; private set; } = TimeSpan.FromHours(24);

    /// <summary>The end of a window that stands still; null: the window ends now.</summary>
    public DateTimeOffset? FixedEnd { get; private set; }

    public async Task LoadAsync(string? filterText, TimeSpan range, CancellationToken cancellationToken)
    {
        (var filter, FilterError) = FilterText.Parse(filterText);
        (Range, FixedEnd) = (range, null);
        Filter = filter with { From = time.GetUtcNow() - range, SearchesBodies = SearchesBodies };
        await ReloadAsync(cancellationToken);
    }

    /// <summary>A window that stands still: what is in flight now is not part of it.</summary>
    public async Task LoadAsync(string? filterText, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        (var filter, FilterError) = FilterText.Parse(filterText);
        (Range, FixedEnd) = (to - from, to);
        Filter = filter with { From = from, To = to, SearchesBodies = SearchesBodies };
        await ReloadAsync(cancellationToken);
    }

    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Read first: what is stored while the list is read comes twice rather than never.
            (_position, _changes) = (store.Position, store.Changes);
            var page = await store.ListAsync(Filter, null, PageSize, cancellationToken);
            Keep([.. page]);
            _oldest = page.Count > 0 ? page[^1].Sequence : 0;
            NewWhilePaused = 0;
            HasOlder = page.Count == PageSize;
            LoadError = null;
            await LoadHistogramAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LoadError = exception.Message;
        }

        IsLoaded = true;
        Compose();
    }

    /// <summary>Takes in what has happened since the last call. Called at most four times a second.</summary>
    /// <returns>Whether anything to show has changed.</returns>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        if (!IsLoaded || LoadError is not null)
        {
            return false;
        }

        var newer = store.ReadNewer(Filter, _position);
        if (IsPaused || !IsFollowing)
        {
            var changed = newer.Rows.Count != NewWhilePaused;
            NewWhilePaused = newer.Rows.Count;
            return changed;
        }

        if (await RereadAsync(cancellationToken))
        {
            newer = store.ReadNewer(Filter, _position);
        }

        if (newer.IsGap)
        {
            await ReloadAsync(cancellationToken);
            return true;
        }

        _position = newer.Position;
        if (newer.Rows.Count > 0)
        {
            Keep([.. newer.Rows.Where(r => !_known.Contains(r.Sequence)), .. _stored]);
            await LoadHistogramAsync(cancellationToken);
        }

        Compose();
        return true;
    }

    /// <summary>Reads the shown rows again when stored ones have become others; while that goes on, once a second.</summary>
    private async Task<bool> RereadAsync(CancellationToken cancellationToken)
    {
        var changes = store.Changes;
        if (changes == _changes || _stored.Count == 0 || time.GetUtcNow() - _rereadAt < TimeSpan.FromSeconds(1))
        {
            return false;
        }

        (_changes, _rereadAt) = (changes, time.GetUtcNow());
        var rows = (await store.ListAsync(Filter, _stored[0].Sequence + 1, _stored.Count, cancellationToken)).ToDictionary(r => r.Sequence);
        Keep([.. _stored.Select(r => rows.GetValueOrDefault(r.Sequence, r))]);
        return true;
    }

    /// <summary>Whether rows have changed that were not read again yet: ask once more.</summary>
    public bool IsBehind => IsLoaded && !IsPaused && IsFollowing && store.Changes != _changes && _stored.Count > 0;

    public async Task LoadOlderAsync(CancellationToken cancellationToken)
    {
        if (!HasOlder || _stored.Count == 0 || _stored.Count >= MaxRows)
        {
            return;
        }

        var page = await store.ListAsync(Filter, _oldest, OlderPageSize, cancellationToken);
        Keep([.. _stored, .. page.Where(r => !_known.Contains(r.Sequence))], MaxRows);
        _oldest = page.Count > 0 ? page[^1].Sequence : _oldest;
        HasOlder = page.Count == OlderPageSize && _stored.Count < MaxRows;
        // Where somebody reads further down nothing comes in above, not even what runs.
        if (IsFollowing && !IsPaused)
        {
            TakeRunning();
        }

        Join();
    }

    /// <summary>Pause freezes what the person sees, never what the gateway records.</summary>
    public void Pause()
    {
        IsPaused = true;
        PausedAt = time.GetUtcNow();
        NewWhilePaused = 0;
    }

    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        IsPaused = false;
        PausedAt = null;
        NewWhilePaused = 0;
        await RefreshAsync(cancellationToken);
    }

    /// <summary>Says whether the list is at its top; there it follows, further down it holds still.</summary>
    public async Task FollowAsync(bool isAtTop, CancellationToken cancellationToken)
    {
        if (IsFollowing == isAtTop)
        {
            return;
        }

        IsFollowing = isAtTop;
        NewWhilePaused = IsPaused ? NewWhilePaused : 0;
        if (isAtTop && !IsPaused)
        {
            Keep(_stored);
            await RefreshAsync(cancellationToken);
        }
    }

    /// <param name="most">What is beyond it is let go, and read again when it is scrolled to.</param>
    private void Keep(List<RequestRow> rows, int most = MaxTopRows)
    {
        rows.Sort((a, b) => b.Sequence.CompareTo(a.Sequence));
        if (rows.Count > most)
        {
            rows.RemoveRange(most, rows.Count - most);
            _oldest = rows[^1].Sequence;
            HasOlder = true;
        }

        _stored = rows;
        _known = [.. rows.Select(r => r.Sequence)];
    }

    /// <summary>The bars begin at round times, so that the log need not count row by row.</summary>
    private async Task LoadHistogramAsync(CancellationToken cancellationToken)
    {
        var to = FixedEnd ?? time.GetUtcNow();
        var step = StatsSteps.For(Range);
        HistogramFrom = StatsSteps.Floor(to - Range, step);
        var bars = (int)Math.Ceiling((to - HistogramFrom) / step);
        Histogram = await store.HistogramAsync(Filter with { From = null, To = null }, HistogramFrom, HistogramFrom + (step * bars), bars, cancellationToken);
    }

    private void Compose()
    {
        TakeRunning();
        Join();
    }

    private void Join()
    {
        var rows = new List<RequestRow>(_running.Count + _stored.Count);
        rows.AddRange(_running);
        rows.AddRange(_stored);
        rows.Sort(NewestFirst);
        Rows = rows;
        Scale(rows);
    }

    private void TakeRunning()
    {
        var now = time.GetUtcNow();
        Now = now;
        var running = new List<RequestRow>();
        foreach (var record in FixedEnd is null ? feed.ListInFlight() : [])
        {
            var row = RequestRows.FromRunning(record);
            if (Filter.Matches(row))
            {
                running.Add(row);
            }
        }

        KeepFinished(running, now);
        _running = running;
    }

    /// <summary>A call that has just ended stays visible until its stored row is there, so that it does not blink.</summary>
    private void KeepFinished(List<RequestRow> running, DateTimeOffset now)
    {
        var ids = running.Select(r => r.RequestId).ToHashSet();
        var known = _stored.Take(200).Select(r => r.RequestId).ToHashSet();
        foreach (var row in _running)
        {
            if (!ids.Contains(row.RequestId) && !known.Contains(row.RequestId))
            {
                _lingering.TryAdd(row.RequestId, (row, now + Linger));
            }
        }

        foreach (var (id, (row, until)) in _lingering.ToArray())
        {
            if (until < now || known.Contains(id) || ids.Contains(id))
            {
                _lingering.Remove(id);
            }
            else
            {
                running.Add(row);
            }
        }
    }

    private static int NewestFirst(RequestRow a, RequestRow b)
    {
        var byStart = b.StartedAt.CompareTo(a.StartedAt);
        return byStart != 0 ? byStart : string.CompareOrdinal(b.RequestId, a.RequestId);
    }

    private void Scale(List<RequestRow> rows)
    {
        var largest = 1L;
        var totals = new List<double>(Math.Min(rows.Count, 1000));
        for (var i = 0; i < rows.Count && i < 1000; i++)
        {
            var row = rows[i];
            largest = Math.Max(largest, row.InputTokens + row.CacheReadTokens + row.CacheWriteTokens + row.OutputTokens);
            totals.Add(row.TotalMs ?? Math.Max(0, (Now - row.StartedAt).TotalMilliseconds));
        }

        LargestTotal = largest;
        totals.Sort();
        ScaleMs = totals.Count == 0 ? 1000 : Math.Max(100, Formats.NiceStep(totals[(int)((totals.Count - 1) * 0.98)]));
    }

    /// <summary>What the status column of a row shows.</summary>
    public static (RequestState State, string Text) StateOf(RequestRow row) => row switch
    {
        { IsInFlight: true, TimeToFirstTokenMs: null } => (RequestState.Waiting, "waiting"),
        { IsInFlight: true } => (RequestState.Streaming, "streaming"),
        { Outcome: RequestOutcome.ClientClosed } => (RequestState.Closed, "closed"),
        { Outcome: RequestOutcome.Stopped } => (RequestState.Closed, "stopped"),
        { Outcome: RequestOutcome.Interrupted } => (RequestState.Closed, "interrupted"),
        { Outcome: RequestOutcome.Shutdown } => (RequestState.Closed, "shutdown"),
        { Outcome: RequestOutcome.UpstreamCut } => (RequestState.Failed, "cut"),
        { Outcome: RequestOutcome.UpstreamTimeout } => (RequestState.Failed, row.Status > 0 ? Text(row) : "timeout"),
        { Status: >= 500 } => (RequestState.Failed, Text(row)),
        { Status: >= 400, Outcome: RequestOutcome.Rejected } => (RequestState.Guarded, Text(row)),
        { Status: >= 400 } => (RequestState.Refused, Text(row)),
        _ => (RequestState.Ok, Text(row)),
    };

    /// <summary>Why a row is not a success, in a few words; null for successes.</summary>
    public static string? ReasonOf(RequestRow row) => row.IsInFlight || row.Outcome == RequestOutcome.Ok
        ? null
        : row.ErrorMessage ?? row.OutcomeDetail?.Replace('_', ' ') ?? row.Outcome switch
        {
            RequestOutcome.ClientClosed => "closed by the client",
            RequestOutcome.UpstreamCut => "the upstream ended before it was complete",
            RequestOutcome.UpstreamTimeout => "the upstream timed out",
            RequestOutcome.UpstreamError => "the upstream answered with an error",
            RequestOutcome.Rejected => "refused by the gateway",
            RequestOutcome.Stopped => "stopped by a person",
            RequestOutcome.Interrupted => "the gateway was stopped while it ran",
            _ => null,
        };

    private static string Text(RequestRow row) => row.Status.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
