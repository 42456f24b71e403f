using System.Text.Json.Nodes;
using ConsoleWeb.Data.Logs.Filters;

namespace ConsoleWeb.Data.Logs;

/// <summary>Reads the stored request log.</summary>
public interface IRequestLogStore
{
    /// <summary>Where the live end of the log is now; what was stored before is in lists that are read after this.</summary>
    long Position { get; }

    /// <summary>Grows when stored rows become others, such as by another price: what was read before is out of date then.</summary>
    long Changes => 0;

    /// <summary>What was stored since <paramref name="position"/>, the rows that match <paramref name="filter"/>; asks no database.</summary>
    LogTailRead ReadNewer(RequestFilter filter, long position);

    /// <summary>Newest first, at most <paramref name="size"/> rows older than <paramref name="before"/> (a sequence; null: from the newest).</summary>
    Task<IReadOnlyList<RequestRow>> ListAsync(RequestFilter filter, long? before, int size, CancellationToken cancellationToken);

    /// <summary>One request whole; null when it is not (or no longer) stored.</summary>
    Task<StoredRequest?> FindAsync(string requestId, CancellationToken cancellationToken);

    /// <summary>Sums over a window, for tiles.</summary>
    Task<RequestTotals> SumAsync(RequestFilter filter, CancellationToken cancellationToken);

    /// <summary>Requests per bucket over a window, oldest first; buckets without requests are present and empty.</summary>
    Task<IReadOnlyList<RequestBucket>> HistogramAsync(RequestFilter filter, DateTimeOffset from, DateTimeOffset to, int buckets, CancellationToken cancellationToken);

    /// <summary>Sums and percentiles per step and group.</summary>
    Task<StatsAnswer> StatsAsync(StatsQuery query, CancellationToken cancellationToken);

    /// <summary>The values of a field within a window with their requests, the most frequent first.</summary>
    Task<IReadOnlyList<FacetCount>> CountAsync(RequestFilter filter, LogField field, int max, CancellationToken cancellationToken);

    /// <summary>As <see cref="ListAsync"/>, with the whole records; bodies only when asked for.</summary>
    Task<IReadOnlyList<StoredRequest>> ListStoredAsync(RequestFilter filter, long? before, int size, bool hasPayloads, CancellationToken cancellationToken);

    /// <summary>Called when rows were committed or have become others; returns the subscription. The callback must return at once.</summary>
    IDisposable OnAppended(Action callback);
}

/// <summary>A stored request with everything kept about it.</summary>
/// <param name="Record">The Kong-compatible record with the member <c>gatehouse</c>, as <c>GET /logs/{id}</c> answers it; payloads inside <c>ai.proxy.payload</c>.</param>
public sealed record StoredRequest(RequestRow Row, JsonObject Record);

/// <summary>Sums over a window.</summary>
/// <param name="P95TimeToFirstTokenMs">Right to 2.5 %; null when no call had one.</param>
public sealed record RequestTotals(
    long Requests,
    long Errors,
    long InputTokens,
    long CacheReadTokens,
    long CacheWriteTokens,
    long OutputTokens,
    decimal Cost,
    long Unpriced,
    double? P95TimeToFirstTokenMs);

/// <summary>One bar of the histogram.</summary>
/// <param name="Refused">Answers 400–499 and refusals of the gateway.</param>
/// <param name="Failed">Answers from 500, cut and timed out calls.</param>
public sealed record RequestBucket(DateTimeOffset Start, long Ok, long Refused, long Failed);

/// <summary>A value of a field and how many requests had it.</summary>
/// <param name="Value">Null for requests without one.</param>
public sealed record FacetCount(string? Value, long Requests);
