using ConsoleWeb.Components.Charts;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Features.Prices;
using ConsoleWeb.Features.Requests;

namespace ConsoleWeb.Components.Pages.Analytics;

/// <summary>State and decisions of the page Analytics. Knows no component.</summary>
internal sealed class AnalyticsViewModel(IRequestLogStore store, ISessionStore sessions, CacheSavings savings, TimeProvider time)
{
    /// <summary>Rows of the table of groups; the rest is one.</summary>
    public const int MostRows = 10;

    /// <summary>Series of a chart with a colour of their own.</summary>
    public const int MostSeries = 7;

    private const int MostSessions = 20;

    private static readonly TimeSpan RefreshEvery = TimeSpan.FromSeconds(10);

    private readonly GroupColours _colours = new();
    private TimeZoneInfo _zone = TimeZoneInfo.Utc;
    private DateTimeOffset _loadedAt;
    private CancellationTokenSource? _running;

    public AnalyticsView View { get; private set; } = new();

    public RequestFilter Filter { get; private set; } = RequestFilter.None;

    public string? FilterError { get; private set; }

    /// <summary>Why nothing could be read; null when it could.</summary>
    public string? LoadError { get; private set; }

    /// <summary>Null until it was read.</summary>
    public AnalyticsData? Data { get; private set; }

    public IReadOnlyList<ChartData> Charts { get; private set; } = [];

    public IReadOnlyList<TopRow> Top { get; private set; } = [];

    public bool IsPaused { get; set; }

    public bool IsLive => Data?.Range.IsLive == true && !IsPaused;

    /// <summary>Nothing is in the log at all, as far as the range reaches.</summary>
    public bool IsEmpty => Data is { Sums.Requests: 0 };

    public bool IsFiltered => Filter.IsNarrowed;

    /// <summary>Whether words are looked for in bodies too: the person may read them.</summary>
    public bool SearchesBodies { get; set; }

    /// <summary>Reads the view; one that is being read is given up.</summary>
    public async Task LoadAsync(AnalyticsView view, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        _running?.Cancel();
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _running = running;
        try
        {
            (View, _zone) = (view, zone);
            (var filter, FilterError) = FilterText.Parse(view.Query);
            Filter = filter with { SearchesBodies = SearchesBodies };
            var data = await ReadAsync(view, running.Token);
            Data = data;
            Charts = AnalyticsCharts.Of(view, data, _colours);
            Top = TopRow.Of(view.GroupField, data, _colours);
            LoadError = null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Another view is wanted by now.
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LoadError = exception.Message;
        }
        finally
        {
            _loadedAt = time.GetUtcNow();
            _running = _running == running ? null : _running;
        }
    }

    /// <summary>Reads again when there is something new and the last time is long enough ago.</summary>
    /// <returns>Null: not yet; ask again.</returns>
    public async Task<bool?> RefreshAsync(CancellationToken cancellationToken)
    {
        if (Data is not null && !IsLive)
        {
            return false;
        }

        if (_running is not null || time.GetUtcNow() - _loadedAt < RefreshEvery)
        {
            return null;
        }

        await LoadAsync(View, _zone, cancellationToken);
        return true;
    }

    public Task ReloadAsync(CancellationToken cancellationToken) => LoadAsync(View, _zone, cancellationToken);

    private async Task<AnalyticsData> ReadAsync(AnalyticsView view, CancellationToken cancellationToken)
    {
        var range = AnalyticsRange.Of(view, time.GetUtcNow(), _zone);
        var window = range.Window;
        var whole = window with { Step = null, Edges = null };
        var before = view.Compare is null ? null : window.Earlier(view.Compare == "week" ? TimeSpan.FromDays(7) : range.Shift, _zone);
        var total = await store.StatsAsync(whole.Query(Filter, null, hasPercentiles: true), cancellationToken);
        var points = await store.StatsAsync(window.Query(Filter, null, hasPercentiles: true), cancellationToken);
        var (totalBefore, pointsBefore) = before is null ? (null, null) : (
            await store.StatsAsync((before with { Step = null, Edges = null }).Query(Filter, null, hasPercentiles: true), cancellationToken),
            await store.StatsAsync(before.Query(Filter, null, hasPercentiles: true), cancellationToken));

        var top = await store.StatsAsync(whole.Query(Filter, view.GroupField, hasPercentiles: true) with { Top = new StatsTop(MostRows, view.Measure) }, cancellationToken);
        var ranked = Rank(top.Points, view.Measure);
        var kept = ranked.Where(p => !p.IsOther).Select(p => p.Key).ToList();
        var topBefore = before is null ? null : await store.StatsAsync(
            (before with { Step = null, Edges = null }).Query(Filter, view.GroupField, hasPercentiles: false) with { Top = new StatsTop(MostRows, view.Measure, kept) }, cancellationToken);
        var groups = await ReadGroupsAsync(view, window, [.. kept.Take(MostSeries)], cancellationToken);
        var causes = view.Tab is "overview" or "errors"
            ? FailureCause.Of((await store.StatsAsync(whole.Query(Filter, LogFields.Outcome, hasPercentiles: false) with { ThenBy = LogFields.Status }, cancellationToken)).Points)
            : [];
        return new AnalyticsData(
            range,
            total.Points is [var all, ..] ? all : null,
            AnalyticsData.Align(points.Points, window),
            totalBefore?.Points is [var allBefore, ..] ? allBefore : null,
            before is null ? null : AnalyticsData.Align(pointsBefore!.Points, before),
            groups,
            ranked,
            topBefore?.Points.ToDictionary(p => p.Key, p => p.Sums) ?? [],
            causes,
            await savings.ReadAsync(Filter with { From = null, To = null }, window.From, window.To, cancellationToken),
            view.Tab == "agents" ? await ReadSessionsAsync(window, cancellationToken) : []);
    }

    private async Task<IReadOnlyList<(StatsGroup, IReadOnlyList<StatsPoint?>)>> ReadGroupsAsync(AnalyticsView view, StatsWindow window, IReadOnlyList<StatsGroup> kept, CancellationToken cancellationToken)
    {
        var answer = await store.StatsAsync(window.Query(Filter, view.GroupField, view.Tab == "latency") with { Top = new StatsTop(MostSeries, view.Measure, kept) }, cancellationToken);
        var byGroup = answer.Points.ToLookup(p => p.Key);
        var other = new StatsGroup(null, null, IsOther: true);
        return [.. kept.Append(other).Where(byGroup.Contains).Select(g => (g, AnalyticsData.Align(byGroup[g], window)))];
    }

    /// <summary>The sessions that cost most among those that were at work in the window.</summary>
    private async Task<IReadOnlyList<SessionRow>> ReadSessionsAsync(StatsWindow window, CancellationToken cancellationToken)
    {
        if (Filter.Terms.Any(t => t.Field.Place == LogFieldPlace.Row))
        {
            return [];
        }

        var found = await sessions.ListAsync(Filter with { From = window.From, To = window.To }, null, 500, cancellationToken);
        return [.. found.OrderByDescending(s => s.Cost).ThenByDescending(s => s.PromptTokens + s.OutputTokens).Take(MostSessions)];
    }

    private static List<StatsPoint> Rank(IEnumerable<StatsPoint> points, StatsMeasure measure) =>
        [.. points.OrderBy(p => p.IsOther).ThenByDescending(p => Of(p.Sums, measure)).ThenByDescending(p => p.Sums.Requests).ThenBy(p => p.Group, StringComparer.Ordinal)];

    private static decimal Of(StatsSums sums, StatsMeasure measure) => measure switch
    {
        StatsMeasure.Tokens => sums.Tokens,
        StatsMeasure.Cost => sums.Cost,
        StatsMeasure.Errors => sums.Refused + sums.Failed,
        _ => sums.Requests,
    };
}
