using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Features.Requests.Conversations;

namespace ConsoleWeb.Features.Sessions;

/// <summary>One request of a session.</summary>
/// <param name="Turn">Its number among the main turns that were read; null for others.</param>
public sealed record SessionCall(RequestRow Row, AgentCall Call, int? Turn);

/// <summary>A session with its newest requests in their order.</summary>
/// <param name="LeftOut">How many earlier requests were not read.</param>
public sealed record AgentSession(SessionRow Row, IReadOnlyList<SessionCall> Calls, long LeftOut)
{
    /// <summary>More requests are not read at once.</summary>
    private const int MostCalls = 200;

    private const int LongestTitle = 200;

    public IEnumerable<SessionCall> Turns => Calls.Where(c => c.Turn is not null);

    public string? Version => Calls.Select(c => c.Call.Version).LastOrDefault(v => v is not null);

    public string? Directory => Calls.Select(c => c.Call.Directory).FirstOrDefault(d => d is not null);

    public string? Branch => Calls.Select(c => c.Call.Branch).FirstOrDefault(b => b is not null);

    /// <summary>The first line of what the person said first; null where bodies are not stored.</summary>
    public string? Title => Turns.Select(c => TitleOf(c.Call.Conversation)).FirstOrDefault(t => t is not null);

    /// <summary>Calls of each tool, the most used first.</summary>
    public IReadOnlyList<(string Name, int Calls)> Tools =>
        [.. Calls.SelectMany(c => c.Call.Tools).GroupBy(t => t, StringComparer.Ordinal).Select(g => (g.Key, g.Count())).OrderByDescending(t => t.Item2).ThenBy(t => t.Key, StringComparer.Ordinal)];

    /// <param name="hasPayloads">Whether bodies may be read.</param>
    /// <returns>Null when the session is not stored.</returns>
    public static async Task<AgentSession?> FindAsync(ISessionStore sessions, IRequestLogStore log, string id, bool hasPayloads, CancellationToken cancellationToken)
    {
        if (await sessions.FindAsync(id, cancellationToken) is not { } row)
        {
            return null;
        }

        var stored = await log.ListStoredAsync(Of(row.Id), null, MostCalls, hasPayloads, cancellationToken);
        return new AgentSession(row, Number(stored), Math.Max(0, row.Requests - stored.Count));
    }

    /// <summary>Titles of sessions that are listed, by their ids; those whose first bodies are not stored have none.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReadTitlesAsync(IRequestLogStore log, IEnumerable<SessionRow> rows, CancellationToken cancellationToken)
    {
        // Warm-ups and their like come first; the person's words are in one of the next calls.
        const int looked = 6;
        var titles = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var first = Of(row.Id) with { To = row.StartedAt.AddMinutes(1) };
            var stored = await log.ListStoredAsync(first, null, looked, hasPayloads: true, cancellationToken);
            if (Number(stored).Where(c => c.Turn is not null).Select(c => TitleOf(c.Call.Conversation)).FirstOrDefault(t => t is not null) is { } title)
            {
                titles[row.Id] = title;
            }
        }

        return titles;
    }

    private static RequestFilter Of(string id) => RequestFilter.None.Where(LogFields.Session, id.Replace('*', ' '));

    private static List<SessionCall> Number(IEnumerable<StoredRequest> newestFirst)
    {
        var turn = 0;
        return [.. newestFirst.Reverse().Select(s =>
        {
            var call = AgentCall.Read(s);
            return new SessionCall(s.Row, call, call.Kind == CallKind.Main && s.Row.IsLlm ? ++turn : null);
        })];
    }

    private static string? TitleOf(Conversation? conversation) =>
        conversation?.FirstWords?.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0) is { } line ? (line.Length > LongestTitle ? line[..LongestTitle] : line) : null;
}
