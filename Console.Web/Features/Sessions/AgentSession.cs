using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Sessions;

namespace ConsoleWeb.Features.Sessions;

/// <summary>A session with some of its requests.</summary>
/// <param name="Figures">Of all its requests, or the newest of very many, oldest first.</param>
/// <param name="Tools">Calls of each tool, the most used first; empty where bodies are not stored or not to be read.</param>
/// <param name="Calls">Oldest first.</param>
/// <param name="Earlier">How many stored requests come before <see cref="Calls"/>.</param>
public sealed record AgentSession(SessionRow Row, IReadOnlyList<SessionFigures> Figures, IReadOnlyList<ToolUse> Tools, IReadOnlyList<SessionCall> Calls, long Earlier)
{
    /// <summary>Figures of more requests are not read at once.</summary>
    internal const int MostFigures = 10_000;

    /// <summary>Where the page of requests before <see cref="Calls"/> begins; null when there is none.</summary>
    public long? Before => Earlier > 0 && Calls.Count > 0 ? Calls[0].Row.Sequence : null;

    /// <param name="before">Only requests before this row; null: the newest.</param>
    /// <param name="size">At most so many.</param>
    /// <param name="hasPayloads">Whether bodies, and what comes from them, may be read.</param>
    /// <returns>Null when the session is not stored.</returns>
    public static Task<AgentSession?> FindAsync(
        ISessionStore sessions, IRequestLogStore log, string id, long? before, int size, bool hasPayloads, CancellationToken cancellationToken) =>
        FindAsync(sessions, log, id, before, size, hasPayloads, readsBodies: true, cancellationToken);

    /// <param name="readsBodies">False: who asks shows nothing of what was said, so that no body need be read; the tools are known without.</param>
    /// <returns>Null when the session is not stored.</returns>
    public static async Task<AgentSession?> FindAsync(
        ISessionStore sessions, IRequestLogStore log, string id, long? before, int size, bool hasPayloads, bool readsBodies, CancellationToken cancellationToken)
    {
        if (await sessions.FindAsync(id, cancellationToken) is not { } row)
        {
            return null;
        }

        var figures = await sessions.ListFiguresAsync(row.Id, MostFigures, cancellationToken);
        var tools = hasPayloads ? await sessions.ListToolsAsync(row.Id, cancellationToken) : [];
        var stored = await log.ListStoredAsync(RequestFilter.None.Where(LogFields.Session, row.Id.Replace('*', ' ')), before, size, hasPayloads && readsBodies, cancellationToken);
        var turns = Number(row, figures);
        var calls = stored.Reverse().Select(s => SessionCall.Read(s, r => turns.TryGetValue(r.Sequence, out var turn) ? turn : null)).ToList();
        if (hasPayloads && !readsBodies)
        {
            var called = await sessions.ListCalledToolsAsync(calls.Select(c => c.Row.Sequence), cancellationToken);
            calls = [.. calls.Select(c => c with { Called = called.GetValueOrDefault(c.Row.Sequence) ?? [] })];
        }

        var earlier = calls.Count == 0 ? 0 : figures.LongCount(f => f.Row < calls[0].Row.Sequence);
        return new AgentSession(hasPayloads ? row : row.WithoutTexts(), figures, tools, calls, earlier);
    }

    /// <summary>Numbers turns from the last one back, so that a turn keeps its number when the log has let go of the first ones.</summary>
    internal static Dictionary<long, long> Number(SessionRow row, IReadOnlyList<SessionFigures> figures)
    {
        var numbers = new Dictionary<long, long>();
        var next = row.Turns ?? figures.LongCount(f => f.IsTurn);
        for (var i = figures.Count - 1; i >= 0; i--)
        {
            if (figures[i].IsTurn)
            {
                numbers.Add(figures[i].Row, next--);
            }
        }

        return numbers;
    }
}
