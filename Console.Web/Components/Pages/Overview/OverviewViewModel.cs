using ConsoleWeb.Components.Pages.Analytics;
using ConsoleWeb.Components.Pages.Entities;
using ConsoleWeb.Components.Pages.Keys;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Requests;
using ConsoleWeb.Live;
using Gateway.Core.Logging;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Components.Pages.Overview;

/// <summary>What the first page shows. Knows no component.</summary>
internal sealed class OverviewViewModel(IRequestLogStore store, IRequestFeed feed, IEntityService entities, TimeProvider time)
{
    public const int ShownRequests = 10;

    /// <summary>Agents that stand apart; the others are one line.</summary>
    private const int ShownAgents = 5;

    private const int MinutesOfPulse = 30;

    /// <summary>How often what costs several reads is read again while requests arrive.</summary>
    public static readonly TimeSpan RefreshEvery = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private DateTimeOffset _coursesAt;
    private TimeSpan _coursesOf;

    /// <summary>Running calls, then the newest stored ones.</summary>
    public IReadOnlyList<RequestRow> Latest { get; private set; } = [];

    /// <summary>Sums over the chosen range; null until they were read.</summary>
    public RequestTotals? Totals { get; private set; }

    /// <summary>Sums over the same length of time before it, for the comparison.</summary>
    public RequestTotals? Before { get; private set; }

    public IReadOnlyList<RequestBucket> Buckets { get; private set; } = [];

    /// <summary>Sums and times step by step, without the step that has only begun; null: no requests.</summary>
    public IReadOnlyList<StatsPoint?> Course { get; private set; } = [];

    /// <summary>What each agent asked for, the busiest first.</summary>
    public IReadOnlyList<StatsPoint> Agents { get; private set; } = [];

    /// <summary>Requests of each of the last whole minutes.</summary>
    public IReadOnlyList<long> Pulse { get; private set; } = [];

    /// <summary>Whether courses, agents and pulse are older than the rest.</summary>
    public bool IsBehind { get; private set; }

    /// <summary>Why nothing could be read from the log; null when it could.</summary>
    public string? LoadError { get; private set; }

    public DateTimeOffset From { get; private set; }

    public DateTimeOffset To { get; private set; }

    public int InFlight => feed.InFlightCount;

    public int PerMinute => feed.RequestsPerMinute;

    public bool HasTraffic => Latest.Count > 0;

    public int Services { get; private set; }

    public int Routes { get; private set; }

    public IReadOnlyList<ProviderKey> Keys { get; private set; } = [];

    public int Plugins { get; private set; }

    public long Version => entities.Version;

    /// <summary>A curl line that works with what is configured; null while nothing can be called.</summary>
    public string? TryIt { get; private set; }

    /// <summary>Percent of the calls that ended badly; what was refused (400–499) is the caller's to mend and counted apart.</summary>
    public double FailedShare => Buckets.Sum(b => b.Ok + b.Refused + b.Failed) is > 0 and var all ? 100.0 * Buckets.Sum(b => b.Failed) / all : 0;

    public long Refused => Buckets.Sum(b => b.Refused);

    /// <summary>Percent more (or fewer) requests than in the range before; null when there were none.</summary>
    public int? Trend => Totals is { } now && Before is { Requests: > 0 } before ? (int)Math.Round(100.0 * (now.Requests - before.Requests) / before.Requests) : null;

    public async Task LoadAsync(TimeSpan range, string proxy, Actor actor, CancellationToken cancellationToken)
    {
        ReadConfiguration(proxy, actor);
        To = time.GetUtcNow();
        // Steps that begin at round times of UTC; the last one is still running.
        var steps = StatsWindow.Of(To - range, To, range / BarsOf(range), TimeZoneInfo.Utc);
        From = steps.From;
        try
        {
            var stored = await store.ListAsync(RequestFilter.None, null, ShownRequests, cancellationToken);
            var running = feed.ListInFlight().Select(RequestRows.FromRunning).ToList();
            var ids = running.Select(r => r.RequestId).ToHashSet();
            Latest = [.. running.Concat(stored.Where(r => !ids.Contains(r.RequestId))).Take(ShownRequests)];
            var window = new RequestFilter { From = From, To = To };
            Totals = await store.SumAsync(window, cancellationToken);
            Before = await store.SumAsync(new RequestFilter { From = From - (To - From), To = From }, cancellationToken);
            Buckets = await store.HistogramAsync(RequestFilter.None, From, steps.Starts[^1], steps.Points, cancellationToken);
            await LoadCoursesAsync(range, steps, cancellationToken);
            LoadError = null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException and not OutOfMemoryException)
        {
            LoadError = exception.Message;
        }
    }

    private async Task LoadCoursesAsync(TimeSpan range, StatsWindow window, CancellationToken cancellationToken)
    {
        if (_coursesOf == range && To - _coursesAt < RefreshEvery)
        {
            IsBehind = true;
            return;
        }

        var course = await store.StatsAsync(window.Query(RequestFilter.None, null, hasPercentiles: true), cancellationToken);
        var agents = await store.StatsAsync(
            (window with { Step = null, Edges = null }).Query(RequestFilter.None, LogFields.Agent, hasPercentiles: false) with { Top = new StatsTop(ShownAgents, StatsMeasure.Requests) }, cancellationToken);
        // Whole minutes are ready as sums.
        var pulse = await store.HistogramAsync(
            RequestFilter.None, StatsSteps.Floor(To, Minute) - (Minute * MinutesOfPulse), StatsSteps.Floor(To, Minute), MinutesOfPulse, cancellationToken);
        Course = [.. AnalyticsData.Align(course.Points, window).SkipLast(1)];
        Agents = agents.Points;
        Pulse = [.. pulse.Select(b => b.Ok + b.Refused + b.Failed)];
        (_coursesAt, _coursesOf, IsBehind) = (To, range, false);
    }

    /// <summary>So many steps that each stands for a round time: a minute, half an hour, three hours.</summary>
    private static int BarsOf(TimeSpan range) => range.TotalHours switch { <= 1 => 60, <= 24 => 48, _ => 56 };

    private void ReadConfiguration(string proxy, Actor actor)
    {
        var lookup = new EntityLookup(entities, actor);
        var plugins = lookup.All(EntityKinds.Plugins);
        var routes = lookup.All(EntityKinds.Routes);
        (Services, Routes, Plugins) = (lookup.All(EntityKinds.Services).Count, routes.Count, plugins.Count);
        Keys = ProviderKey.List(plugins);
        TryIt = TryCommand.For(proxy, plugins, routes);
    }
}
