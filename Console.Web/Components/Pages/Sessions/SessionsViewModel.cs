using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Features.Requests;
using ConsoleWeb.Features.Sessions;
using ConsoleWeb.Live;
using Gateway.Core.Logging;

namespace ConsoleWeb.Components.Pages.Sessions;

/// <summary>State and decisions of the list of sessions. Knows no component.</summary>
internal sealed class SessionsViewModel(ISessionStore sessions, IRequestLogStore log, IRequestFeed feed, TimeProvider time)
{
    public const int PageSize = 50;

    /// <summary>Values of a field that are offered for choice.</summary>
    private const int MostValues = 100;

    private static readonly TimeSpan BetweenReads = TimeSpan.FromSeconds(1);

    private RequestFilter _filter = RequestFilter.None;
    private IReadOnlyList<SessionRow> _active = [];
    private IReadOnlyList<SessionRow> _others = [];
    private DateTimeOffset _readAt;
    private bool _isRefused;
    private volatile bool _isStale;

    public SessionsView View { get; private set; } = new();

    /// <summary>Whether the person may see what bodies say: titles, branches, and where words are found.</summary>
    public bool MayReadTexts { get; set; }

    /// <summary>Those at work first, then by their beginning, newest first. Replaced as a whole.</summary>
    public IReadOnlyList<SessionItem> Items { get; private set; } = [];

    /// <summary>Where the next older page begins; null on the last one.</summary>
    public long? Older { get; private set; }

    /// <summary>What the filter says that cannot be read or asked of sessions; null when all of it can.</summary>
    public string? FilterError { get; private set; }

    public string? LoadError { get; private set; }

    public bool IsLoaded { get; private set; }

    /// <summary>Whether the log has sessions at all; known when the list is empty.</summary>
    public bool HasAny { get; private set; }

    /// <summary>Values of the fields that can be chosen, by the field's name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Values { get; private set; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The token total that fills a bar.</summary>
    public long LargestTotal { get; private set; } = 1;

    public int RunningCount => Items.Count(i => i.State == SessionState.Running);

    public int WaitingCount => Items.Count(i => i.State == SessionState.Waiting);

    public bool IsFiltered => _filter.IsNarrowed || View.IsActiveOnly;

    public async Task LoadAsync(SessionsView view, CancellationToken cancellationToken)
    {
        View = view;
        (_filter, FilterError) = FilterText.Parse(view.Query);
        _filter = _filter with { From = view.Start(time.GetUtcNow()), To = view.To, SearchesBodies = MayReadTexts };
        await ReloadAsync(cancellationToken);
        await LoadValuesAsync(cancellationToken);
    }

    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        try
        {
            _isRefused = false;
            await ReadAsync(cancellationToken);
            LoadError = null;
        }
        catch (ArgumentException exception)
        {
            // A term that only single requests can fulfil: nothing is right, and the reason stands below the field.
            _isRefused = true;
            FilterError = exception.Message.Split(" (Parameter", 2)[0];
            (_active, _others, Older) = ([], [], null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LoadError = exception.Message;
        }

        IsLoaded = true;
        Compose();
    }

    /// <summary>Says that stored sessions have become others; may be called by any thread.</summary>
    public void Invalidate() => _isStale = true;

    /// <summary>Takes in what has happened; reads the log once a second at most.</summary>
    /// <returns>Whether anything to show has changed; null: not yet, ask again.</returns>
    public async Task<bool?> RefreshAsync(CancellationToken cancellationToken)
    {
        if (!IsLoaded || LoadError is not null || _isRefused || !View.IsLive)
        {
            return false;
        }

        if (_isStale && time.GetUtcNow() - _readAt < BetweenReads)
        {
            return null;
        }

        if (_isStale)
        {
            await ReloadAsync(cancellationToken);
            return true;
        }

        var before = Items;
        Compose();
        return !before.Select(StateOf).SequenceEqual(Items.Select(StateOf));
    }

    private static (string Id, SessionState State, int InFlight) StateOf(SessionItem item) => (item.Row.Id, item.State, item.InFlight);

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        _isStale = false;
        var now = time.GetUtcNow();
        (_readAt, _active, _others, Older) = (now, View.IsLive ? await ReadActiveAsync(now, cancellationToken) : [], [], null);
        if (!View.IsActiveOnly)
        {
            // One more than is shown says whether there are older ones.
            var found = await sessions.ListAsync(_filter, View.Before, PageSize + 1, cancellationToken);
            var page = found.Take(PageSize).ToList();
            Older = found.Count > PageSize ? page[^1].FirstRow : null;
            var known = _active.Select(r => r.Id).ToHashSet(StringComparer.OrdinalIgnoreCase);
            _others = [.. page.Where(r => !known.Contains(r.Id))];
        }

        if (_active.Count == 0 && _others.Count == 0)
        {
            HasAny = (await sessions.ListAsync(RequestFilter.None, null, 1, cancellationToken)).Count > 0;
        }
    }

    /// <summary>Sessions that were heard of a moment ago, and those whose last call takes longer than that.</summary>
    private async Task<IReadOnlyList<SessionRow>> ReadActiveAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var since = now - SessionRow.Quiet;
        var recent = await sessions.ListAsync(_filter with { From = _filter.From > since ? _filter.From : since }, null, PageSize, cancellationToken);
        var known = recent.Select(r => r.Id).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var silent = SessionStates.CountInFlight(feed).Keys.Where(id => !known.Contains(id) && !id.Contains('*', StringComparison.Ordinal)).Take(PageSize).ToArray();
        return silent.Length == 0 ? recent : [.. recent, .. await sessions.ListAsync((_filter with { From = null }).Where(LogFields.Session, silent), null, PageSize, cancellationToken)];
    }

    private void Compose()
    {
        var now = time.GetUtcNow();
        var running = SessionStates.CountInFlight(feed);
        var stored = _active.Concat(_others).Select(r => new SessionItem(MayReadTexts ? r : r.WithoutTexts(), SessionStates.Of(r, running.GetValueOrDefault(r.Id), now), running.GetValueOrDefault(r.Id))).ToList();
        var known = stored.Select(i => i.Row.Id).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var items = (View.IsLive ? Beginning(known, running).Concat(stored) : stored).ToList();
        Items =
        [
            .. items.Where(i => View.IsLive && i.State != SessionState.Ended).OrderByDescending(i => i.Row.FirstRow),
            .. items.Where(i => !View.IsLive || (i.State == SessionState.Ended && !View.IsActiveOnly)),
        ];
        LargestTotal = Math.Max(1, Items.Select(i => i.Row.PromptTokens + i.Row.OutputTokens).DefaultIfEmpty().Max());
    }

    /// <summary>Sessions whose first request runs: the log does not know them yet.</summary>
    private IEnumerable<SessionItem> Beginning(HashSet<string> known, Dictionary<string, int> running) =>
        _isRefused ? [] : feed.ListInFlight().Select(RequestRows.FromRunning)
            .Where(r => r.SessionId is { } id && !known.Contains(id) && _filter.Matches(r))
            .GroupBy(r => r.SessionId!, StringComparer.OrdinalIgnoreCase)
            .Select(g => new SessionItem(
                SessionRow.OfRunning(g.Key, g.First().Agent, g.Min(r => r.StartedAt)) with { Model = g.First().Model, Models = [.. g.Select(r => r.Model).OfType<string>().Distinct()] },
                SessionState.Running,
                running.GetValueOrDefault(g.Key)));

    private async Task LoadValuesAsync(CancellationToken cancellationToken)
    {
        if (LoadError is not null)
        {
            return;
        }

        try
        {
            var values = new Dictionary<string, IReadOnlyList<string>>();
            foreach (var field in SessionsView.Fields)
            {
                var counts = await log.CountAsync(new RequestFilter { From = _filter.From, To = _filter.To }, field, MostValues, cancellationToken);
                values[field.Name] = [.. counts.Select(c => c.Value).OfType<string>()];
            }

            Values = values;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The list stands without them; what can be typed need not be chosen.
            Values = new Dictionary<string, IReadOnlyList<string>>();
        }
    }
}
