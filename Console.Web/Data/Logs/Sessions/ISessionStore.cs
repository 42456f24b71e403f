using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Features.Sessions;

namespace ConsoleWeb.Data.Logs.Sessions;

/// <summary>Reads the agents' sessions of the stored request log.</summary>
public interface ISessionStore
{
    /// <summary>
    /// Those with activity in the filter's window that have what its terms ask: cost, tokens and errors of the whole session, everything
    /// else of one of its requests. The one that began last first, at most <paramref name="size"/> that began before
    /// <paramref name="before"/> (a <see cref="SessionRow.FirstRow"/>). Texts are looked for in id, directory, models and the like, and
    /// where the filter searches bodies also in title, branch and bodies.
    /// </summary>
    /// <exception cref="ArgumentException">A term is about something that only single requests have.</exception>
    Task<IReadOnlyList<SessionRow>> ListAsync(RequestFilter filter, long? before, int size, CancellationToken cancellationToken);

    /// <returns>Null when no request of it is (or is no longer) stored.</returns>
    Task<SessionRow?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>The figures of its newest requests, oldest first.</summary>
    Task<IReadOnlyList<SessionFigures>> ListFiguresAsync(string id, int most, CancellationToken cancellationToken);

    /// <summary>Calls of each tool in all stored answers, the most used first; empty where bodies are not logged.</summary>
    Task<IReadOnlyList<ToolUse>> ListToolsAsync(string id, CancellationToken cancellationToken);

    /// <summary>The tools that the stored answers of some rows call, each as often as it is called; no entry for an answer that calls none. Bodies are not read for it.</summary>
    Task<IReadOnlyDictionary<long, IReadOnlyList<string>>> ListCalledToolsAsync(IEnumerable<long> rows, CancellationToken cancellationToken);
}

/// <summary>One session with its sums.</summary>
/// <param name="FirstRow">Number of its first row; the keyset of paging.</param>
/// <param name="Errors">Requests that ended badly.</param>
/// <param name="Cost">Of the requests that have a price.</param>
/// <param name="Unpriced">Calls of models without a price.</param>
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
    long Unpriced)
{
    /// <summary>A session that has been quiet for longer has ended, as far as can be told.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMinutes(5);

    /// <summary>Turns of the conversation with the person; null while those of an older version are being counted.</summary>
    public long? Turns { get; init; }

    /// <summary>When its last answer ended.</summary>
    public DateTimeOffset EndedAt { get; init; }

    /// <summary>What the program calls itself, such as <c>codex_cli_rs</c>.</summary>
    public string? Client { get; init; }

    public string? Version { get; init; }

    /// <summary>The model that answered the last turn.</summary>
    public string? Model { get; init; }

    /// <summary>Where the agent works, as headers say or else bodies.</summary>
    public string? Directory { get; init; }

    /// <summary>The first line of what the person said first; null where bodies are not logged or not to be read.</summary>
    public string? Title { get; init; }

    /// <summary>Null where bodies are not logged or not to be read.</summary>
    public string? Branch { get; init; }

    /// <summary>Whether bodies have told <see cref="Directory"/>.</summary>
    public bool IsDirectoryFromBody { get; init; }

    /// <summary>The models that answered.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    public IReadOnlyList<string> Consumers { get; init; } = [];

    public DateTimeOffset StartedAt => RowIds.StartedAt(FirstRow);

    /// <summary>When its last request started.</summary>
    public DateTimeOffset LastAt => RowIds.StartedAt(LastRow);

    public long PromptTokens => InputTokens + CacheReadTokens + CacheWriteTokens;

    /// <summary>Whether it has been quiet for so short a time that the agent may be at work between two requests.</summary>
    public bool IsRecent(DateTimeOffset now) => now - ActiveAt < Quiet;

    /// <summary>When it was last heard of: its last request started, or its last answer ended.</summary>
    public DateTimeOffset ActiveAt => EndedAt > LastAt ? EndedAt : LastAt;

    /// <summary>A session of which no request has ended yet, so that nothing of it is stored.</summary>
    public static SessionRow OfRunning(string id, string? agent, DateTimeOffset startedAt) =>
        new(id, agent, RowIds.From(startedAt), RowIds.From(startedAt), 0, 0, 0, 0, 0, 0, 0, 0, 0) { Turns = 0 };

    /// <summary>The same without what bodies say, for readers that may not see them.</summary>
    public SessionRow WithoutTexts() => this with { Title = null, Branch = null, Directory = IsDirectoryFromBody ? null : Directory, IsDirectoryFromBody = false };
}

/// <summary>The figures of one request of a session.</summary>
/// <param name="Row">Its number in the log.</param>
/// <param name="Kind">Null where nobody has looked at the row of an older version yet.</param>
/// <param name="IsError">Whether it ended badly.</param>
public sealed record SessionFigures(long Row, CallKind? Kind, bool IsError, long InputTokens, long CacheReadTokens, long CacheWriteTokens, long OutputTokens, decimal? Cost)
{
    public bool IsTurn => Kind == CallKind.Main && !IsError;

    public DateTimeOffset StartedAt => RowIds.StartedAt(Row);

    public long PromptTokens => InputTokens + CacheReadTokens + CacheWriteTokens;
}

/// <summary>A tool and how often it was called.</summary>
public sealed record ToolUse(string Name, long Calls);
