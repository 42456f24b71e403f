using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Features.Sessions;
using ConsoleWeb.Live;
using Gateway.Core.Logging;

namespace ConsoleWeb.Components.Pages.Sessions;

/// <summary>State and decisions of the page of one session. Knows no component.</summary>
internal sealed class SessionViewModel(ISessionStore sessions, IRequestLogStore log, IRequestFeed feed, TimeProvider time)
{
    /// <summary>Requests whose bodies are read at once.</summary>
    public const int PageSize = 30;

    /// <summary>More new requests than this are not read one after the other.</summary>
    private const int MostNew = 100;

    private static readonly TimeSpan BetweenReads = TimeSpan.FromSeconds(1);

    private readonly Dictionary<long, ContextParts> _parts = [];
    private SortedDictionary<long, SessionCall> _calls = [];
    private IReadOnlyDictionary<long, long> _numbers = new Dictionary<long, long>();
    private DateTimeOffset _readAt;
    private volatile bool _isStale;

    public string Id { get; private set; } = "";

    /// <summary>Whether the person may read bodies and what comes from them.</summary>
    public bool MayReadPayloads { get; set; }

    /// <summary>Null when nothing of it is stored.</summary>
    public SessionRow? Row { get; private set; }

    /// <summary>Of all its requests, oldest first.</summary>
    public IReadOnlyList<SessionFigures> Figures { get; private set; } = [];

    /// <summary>The turns of the main agent, in order.</summary>
    public IReadOnlyList<SessionFigures> Turns { get; private set; } = [];

    public IReadOnlyList<ToolUse> Tools { get; private set; } = [];

    public ToolResults Results { get; private set; } = new();

    /// <summary>The turns at which the provider's cache was lost, by row.</summary>
    public IReadOnlySet<long> CacheLosses { get; private set; } = new HashSet<long>();

    /// <summary>What is shown, oldest first. Replaced as a whole.</summary>
    public IReadOnlyList<SessionBlock> Blocks { get; private set; } = [];

    /// <summary>Its requests that run, oldest first.</summary>
    public IReadOnlyList<RequestRow> Running { get; private set; } = [];

    public SessionState State { get; private set; }

    public bool IsLoaded { get; private set; }

    public string? LoadError { get; private set; }

    public IReadOnlyCollection<SessionCall> Calls => _calls.Values;

    /// <summary>Requests before the first and after the last one that is shown.</summary>
    public int Earlier => _calls.Count == 0 ? 0 : Figures.Count(f => f.Row < _calls.Keys.First());

    public int Later => _calls.Count == 0 ? 0 : Figures.Count(f => f.Row > _calls.Keys.Last());

    /// <summary>The token total that fills a bar, so that the growing context shows.</summary>
    public long LargestTotal { get; private set; } = 1;

    /// <summary>Whether any body of what is shown is stored and may be read.</summary>
    public bool HasBodies => _calls.Values.Any(c => c.Context is not null || c.Answer.Count > 0);

    /// <summary>What the requests of turns consist of, as far as their bodies were read, by row.</summary>
    public IReadOnlyDictionary<long, ContextParts> Parts => _parts;

    public SessionCharts? Charts => Turns.Count == 0 ? null : new SessionCharts(Turns, _numbers);

    public long? NumberOf(SessionFigures turn) => _numbers.TryGetValue(turn.Row, out var number) ? number : null;

    /// <param name="turn">The turn that shall be among what is shown; null: the newest.</param>
    public async Task LoadAsync(string id, long? turn, CancellationToken cancellationToken)
    {
        if (id != Id)
        {
            _parts.Clear();
            (_calls, Results, Id) = ([], new ToolResults(), id);
        }

        await TryAsync(async () =>
        {
            await ReadFiguresAsync(cancellationToken);
            var at = turn is { } number ? Figures.TakeWhile(f => NumberOf(f) != number).Count() : Figures.Count;
            if (at < Figures.Count && _calls.ContainsKey(Figures[at].Row))
            {
                return;
            }

            _calls = [];
            // A turn that is asked for stands near the top, with what comes after it.
            var first = at < Figures.Count ? Math.Max(0, at - 3) : Math.Max(0, Figures.Count - PageSize);
            await ReadCallsAsync(first, Math.Min(Figures.Count, first + PageSize), cancellationToken);
        });
    }

    public Task ReloadAsync(CancellationToken cancellationToken) => LoadAsync(Id, null, cancellationToken);

    public Task LoadEarlierAsync(CancellationToken cancellationToken) => TryAsync(() => ReadCallsAsync(Math.Max(0, Earlier - PageSize), Earlier, cancellationToken));

    public Task LoadLaterAsync(CancellationToken cancellationToken) =>
        TryAsync(() => ReadCallsAsync(Figures.Count - Later, Math.Min(Figures.Count, Figures.Count - Later + PageSize), cancellationToken));

    /// <summary>Says that stored requests have become others; may be called by any thread.</summary>
    public void Invalidate() => _isStale = true;

    /// <summary>Takes in what has happened; reads the log once a second at most.</summary>
    /// <returns>Whether anything to show has changed; null: not yet, ask again.</returns>
    public async Task<bool?> RefreshAsync(CancellationToken cancellationToken)
    {
        if (!IsLoaded || LoadError is not null)
        {
            return false;
        }

        if (_isStale && time.GetUtcNow() - _readAt < BetweenReads)
        {
            Compose();
            return null;
        }

        var isRead = _isStale && await TryRefreshAsync(cancellationToken);
        var wasRunning = Running.Count;
        var before = State;
        Compose();
        // What a running call has said so far grows with every signal.
        return isRead || Running.Count > 0 || wasRunning != Running.Count || before != State;
    }

    /// <summary>Reads what the chart of the context still lacks. Takes a while, so it comes after everything else.</summary>
    /// <returns>Whether anything was read.</returns>
    public async Task<bool> LoadPartsAsync(CancellationToken cancellationToken)
    {
        if (!MayReadPayloads || !HasBodies)
        {
            return false;
        }

        var missing = SessionCharts.Sample(Turns).Where(t => !_parts.ContainsKey(t.Row)).ToList();
        foreach (var turn in missing)
        {
            var stored = await log.ListStoredAsync(Filter, turn.Row + 1, 1, hasPayloads: true, cancellationToken);
            // What has no body, or has gone meanwhile, is empty, and not asked for again.
            _parts[turn.Row] = (stored.Count == 1 && stored[0].Row.Sequence == turn.Row ? SessionCall.Read(stored[0], _ => null).Context : null) ?? new ContextParts(0, 0, 0, 0, 0);
        }

        return missing.Count > 0;
    }

    private RequestFilter Filter => RequestFilter.None.Where(LogFields.Session, SessionTexts.Exact(Id));

    private async Task<bool> TryRefreshAsync(CancellationToken cancellationToken)
    {
        var known = Row;
        if (await sessions.FindAsync(Id, cancellationToken) is not { } now || (known is not null && (now.Requests, now.Cost, now.Unpriced) == (known.Requests, known.Cost, known.Unpriced)))
        {
            (_isStale, _readAt) = (false, time.GetUtcNow());
            return false;
        }

        var wasAtEnd = Later == 0;
        await TryAsync(async () =>
        {
            await ReadFiguresAsync(cancellationToken);
            var costs = Figures.ToDictionary(f => f.Row, f => f.Cost);
            foreach (var (row, call) in _calls.ToList())
            {
                // Pricing anew changes what is shown already.
                _calls[row] = costs.TryGetValue(row, out var cost) ? call with { Row = call.Row with { Cost = cost } } : call;
            }

            await ReadNewAsync(wasAtEnd, cancellationToken);
        });
        return true;
    }

    /// <summary>A call that began before others may end after them, so new ones can be anywhere among those that are shown.</summary>
    private async Task ReadNewAsync(bool wasAtEnd, CancellationToken cancellationToken)
    {
        var (first, last) = _calls.Count == 0 ? (0, long.MaxValue) : (_calls.Keys.First(), wasAtEnd ? long.MaxValue : _calls.Keys.Last());
        var missing = Figures.Select((f, i) => (f.Row, Index: i)).Where(f => f.Row >= first && f.Row <= last && !_calls.ContainsKey(f.Row)).Select(f => f.Index).ToList();
        if (missing.Count > 0)
        {
            await ReadCallsAsync(Math.Max(missing[0], missing[^1] + 1 - MostNew), missing[^1] + 1, cancellationToken);
        }
    }

    private async Task ReadFiguresAsync(CancellationToken cancellationToken)
    {
        (_isStale, _readAt) = (false, time.GetUtcNow());
        var row = await sessions.FindAsync(Id, cancellationToken);
        Row = MayReadPayloads ? row : row?.WithoutTexts();
        Figures = row is null ? [] : await sessions.ListFiguresAsync(row.Id, AgentSession.MostFigures, cancellationToken);
        Tools = row is null || !MayReadPayloads ? [] : await sessions.ListToolsAsync(row.Id, cancellationToken);
        _numbers = row is null ? new Dictionary<long, long>() : AgentSession.Number(row, Figures);
        Turns = [.. Figures.Where(f => f.IsTurn)];
        CacheLosses = CacheLoss.Find(Turns);
    }

    /// <param name="first">Index in <see cref="Figures"/>.</param>
    private async Task ReadCallsAsync(int first, int end, CancellationToken cancellationToken)
    {
        if (first >= end)
        {
            return;
        }

        var stored = await log.ListStoredAsync(Filter, Figures[end - 1].Row + 1, end - first, MayReadPayloads, cancellationToken);
        Results.BeginPage();
        foreach (var request in stored.Reverse())
        {
            var call = SessionCall.Read(request, r => _numbers.TryGetValue(r.Sequence, out var number) ? number : null, Results);
            _calls[request.Row.Sequence] = call;
            if (call is { Kind: CallKind.Main, Context: { } parts })
            {
                _parts[request.Row.Sequence] = parts;
            }
        }
    }

    private async Task TryAsync(Func<Task> read)
    {
        try
        {
            await read();
            LoadError = null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LoadError = exception.Message;
        }

        IsLoaded = true;
        Blocks = SessionBlock.Of(_calls.Values);
        LargestTotal = Math.Max(1, Figures.Select(f => f.PromptTokens + f.OutputTokens).DefaultIfEmpty().Max());
        Compose();
    }

    private void Compose()
    {
        var known = _calls.Values.Select(c => c.Row.RequestId).ToHashSet(StringComparer.Ordinal);
        Running = [.. feed.ListInFlight().Where(r => string.Equals(r.SessionId, Id, StringComparison.OrdinalIgnoreCase)).Select(RequestRows.FromRunning).Where(r => !known.Contains(r.RequestId)).OrderBy(r => r.StartedAt)];
        State = Row is null ? (Running.Count > 0 ? SessionState.Running : SessionState.Ended) : SessionStates.Of(Row, Running.Count, time.GetUtcNow());
    }
}
