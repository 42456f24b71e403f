using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;

namespace ConsoleWeb.Tests.Components.Overview;

/// <summary>A request log that holds what a test puts into it.</summary>
internal sealed class FakeRequestLogStore : IRequestLogStore
{
    private readonly List<Action> _callbacks = [];

    public List<RequestRow> Rows { get; } = [];

    /// <summary>Thrown by every read; null: none.</summary>
    public Exception? Failure { get; set; }

    /// <summary>What statistics say.</summary>
    public Func<StatsQuery, IReadOnlyList<StatsPoint>> Stats { get; set; } = _ => [];

    public void Append(RequestRow row)
    {
        Rows.Insert(0, row);
        _callbacks.ForEach(c => c());
    }

    public Task<IReadOnlyList<RequestRow>> ListAsync(RequestFilter filter, long? before, int size, CancellationToken cancellationToken) =>
        Failure is not null ? Task.FromException<IReadOnlyList<RequestRow>>(Failure) : Task.FromResult<IReadOnlyList<RequestRow>>([.. In(filter).Take(size)]);

    public long Position => Rows.Count;

    public LogTailRead ReadNewer(RequestFilter filter, long position) => new([.. In(filter).Take(Rows.Count - (int)position)], Position, IsGap: false);

    public Task<StatsAnswer> StatsAsync(StatsQuery query, CancellationToken cancellationToken) =>
        Task.FromResult(new StatsAnswer(query.From, query.To, query.To - query.From, Stats(query)));

    public Task<IReadOnlyList<FacetCount>> CountAsync(RequestFilter filter, LogField field, int max, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<FacetCount>>([]);

    public Task<StoredRequest?> FindAsync(string requestId, CancellationToken cancellationToken) => Task.FromResult<StoredRequest?>(null);

    public Task<IReadOnlyList<StoredRequest>> ListStoredAsync(RequestFilter filter, long? before, int size, bool hasPayloads, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<StoredRequest>>([.. In(filter).Take(size).Select(r => new StoredRequest(r, []))]);

    public Task<RequestTotals> SumAsync(RequestFilter filter, CancellationToken cancellationToken)
    {
        var rows = In(filter).ToList();
        return Task.FromResult(new RequestTotals(
            rows.Count, rows.Count(r => r.Status >= 400), rows.Sum(r => r.InputTokens), 0, 0, rows.Sum(r => r.OutputTokens), rows.Sum(r => r.Cost ?? 0), 0, rows.Max(r => r.TimeToFirstTokenMs)));
    }

    public Task<IReadOnlyList<RequestBucket>> HistogramAsync(RequestFilter filter, DateTimeOffset from, DateTimeOffset to, int buckets, CancellationToken cancellationToken)
    {
        var step = (to - from) / buckets;
        return Task.FromResult<IReadOnlyList<RequestBucket>>([.. Enumerable.Range(0, buckets).Select(i =>
            Bucket(from + (i * step), Rows.Where(r => r.StartedAt >= from + (i * step) && r.StartedAt < from + ((i + 1) * step))))]);
    }

    public IDisposable OnAppended(Action callback)
    {
        _callbacks.Add(callback);
        return new Subscription(() => _callbacks.Remove(callback));
    }

    private static RequestBucket Bucket(DateTimeOffset start, IEnumerable<RequestRow> rows) =>
        new(start, rows.Count(r => r.Status < 400), rows.Count(r => r.Status is >= 400 and < 500), rows.Count(r => r.Status >= 500));

    private IEnumerable<RequestRow> In(RequestFilter filter) =>
        Rows.Where(r => (filter.From is null || r.StartedAt >= filter.From) && (filter.To is null || r.StartedAt < filter.To));

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
