using ConsoleWeb.Data.Logs.Filters;

namespace ConsoleWeb.Data.Logs;

/// <summary>Reads the agents' sessions of the stored request log.</summary>
public interface ISessionStore
{
    /// <summary>
    /// Those with activity in the filter's window, of which one request has what its terms ask; the one that began last first, at most
    /// <paramref name="size"/> that began before <paramref name="before"/> (a <see cref="SessionRow.FirstRow"/>).
    /// </summary>
    /// <exception cref="ArgumentException">A term is about something that only single requests have.</exception>
    Task<IReadOnlyList<SessionRow>> ListAsync(RequestFilter filter, long? before, int size, CancellationToken cancellationToken);

    /// <returns>Null when no request of it is (or is no longer) stored.</returns>
    Task<SessionRow?> FindAsync(string id, CancellationToken cancellationToken);
}

/// <summary>One session with its sums.</summary>
/// <param name="FirstRow">Number of its first row; the keyset of paging.</param>
/// <param name="Errors">Requests that ended badly.</param>
/// <param name="Cost">Of the requests that have a price.</param>
/// <param name="Unpriced">Calls of models without a price.</param>
/// <param name="Models">The models that answered.</param>
public sealed record SessionRow(
    string Id,
    string? Agent,
    long FirstRow,
    long LastRow,
    long Requests,
    long Errors,
    long InputTokens,
    long CacheReadTokens,
    long CacheWriteTokens,
    long OutputTokens,
    long ReasoningTokens,
    decimal Cost,
    long Unpriced,
    IReadOnlyList<string> Models,
    IReadOnlyList<string> Consumers)
{
    /// <summary>A session that has been quiet for longer has ended, as far as can be told.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMinutes(5);

    public DateTimeOffset StartedAt => RowIds.StartedAt(FirstRow);

    /// <summary>When its last request started.</summary>
    public DateTimeOffset LastAt => RowIds.StartedAt(LastRow);

    public long PromptTokens => InputTokens + CacheReadTokens + CacheWriteTokens;

    public bool IsRunning(DateTimeOffset now) => now - LastAt < Quiet;
}
