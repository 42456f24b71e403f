using System.Text.Json.Nodes;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;

namespace ConsoleWeb.Tests.Components.Logs;

/// <summary>A request log in memory, with the store's rules of paging.</summary>
internal sealed class FakeRequestLogStore : IRequestLogStore
{
    private readonly List<RequestRow> _rows = [];
    private readonly Dictionary<string, JsonObject> _records = [];
    private Action? _appended;

    /// <summary>When set, every read fails with it.</summary>
    public Exception? Failure { get; set; }

    public void Add(RequestRow row, JsonObject? record = null)
    {
        _rows.Insert(0, row with { Sequence = _rows.Count + 1 });
        _records[row.RequestId] = record ?? [];
        _appended?.Invoke();
    }

    public Task<IReadOnlyList<RequestRow>> ListAsync(RequestFilter filter, long? before, int size, CancellationToken cancellationToken) =>
        Answer(_rows.Where(r => (before is null || r.Sequence < before) && Matches(filter, r)).Take(size));

    public long Position => _rows.Count;

    public LogTailRead ReadNewer(RequestFilter filter, long position)
    {
        Throw();
        return new LogTailRead([.. _rows.Where(r => r.Sequence > position && Matches(filter, r))], Position, IsGap: false);
    }

    public Task<StatsAnswer> StatsAsync(StatsQuery query, CancellationToken cancellationToken)
    {
        Throw();
        return Task.FromResult(new StatsAnswer(query.From, query.To, query.To - query.From, []));
    }

    public Task<IReadOnlyList<FacetCount>> CountAsync(RequestFilter filter, LogField field, int max, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<FacetCount>>([.. _rows.Where(r => Matches(filter, r)).GroupBy(r => field.Value(r)?.ToString()).Select(g => new FacetCount(g.Key, g.Count())).Take(max)]);

    public Task<StoredRequest?> FindAsync(string requestId, CancellationToken cancellationToken)
    {
        Throw();
        var row = _rows.Find(r => r.RequestId == requestId);
        return Task.FromResult(row is null ? null : new StoredRequest(row, (JsonObject)_records[requestId].DeepClone()));
    }

    public async Task<IReadOnlyList<StoredRequest>> ListStoredAsync(RequestFilter filter, long? before, int size, bool hasPayloads, CancellationToken cancellationToken) =>
        [.. (await ListAsync(filter, before, size, cancellationToken)).Select(r => new StoredRequest(r, (JsonObject)_records[r.RequestId].DeepClone()))];

    public Task<RequestTotals> SumAsync(RequestFilter filter, CancellationToken cancellationToken) =>
        Task.FromResult(new RequestTotals(_rows.Count, 0, 0, 0, 0, 0, 0, 0, null));

    public Task<IReadOnlyList<RequestBucket>> HistogramAsync(RequestFilter filter, DateTimeOffset from, DateTimeOffset to, int buckets, CancellationToken cancellationToken)
    {
        Throw();
        var width = (to - from) / buckets;
        return Task.FromResult<IReadOnlyList<RequestBucket>>(
            [.. Enumerable.Range(0, buckets).Select(i => new RequestBucket(from + (width * i), i == buckets - 1 ? _rows.Count : 0, 0, 0))]);
    }

    public IDisposable OnAppended(Action callback)
    {
        _appended += callback;
        return new Subscription(() => _appended -= callback);
    }

    private static bool Matches(RequestFilter filter, RequestRow row) =>
        (filter.From is null || row.StartedAt >= filter.From) && filter.Matches(row);

    private Task<IReadOnlyList<RequestRow>> Answer(IEnumerable<RequestRow> rows)
    {
        Throw();
        return Task.FromResult<IReadOnlyList<RequestRow>>([.. rows]);
    }

    private void Throw()
    {
        if (Failure is { } failure)
        {
            throw failure;
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
