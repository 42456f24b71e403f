using ConsoleWeb.Components.Controls;
using ConsoleWeb.Components.Pages.Logs;
using ConsoleWeb.Components.Pages.Sessions;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Live;
using Gateway.Core.Logging;

namespace ConsoleWeb.Components.Search;

/// <summary>Leads from the id of a request or a session to its page.</summary>
internal sealed class RecordJump(IRequestLogStore log, ISessionStore sessions, IRequestFeed feed)
{
    public const string Group = "Traffic";

    /// <summary>Above everything else: whoever pastes an id wants nothing but this.</summary>
    private const int Weight = 5000;

    /// <summary>Ids are long and have no spaces; what is shorter is a word, and no store is asked for it.</summary>
    private const int ShortestId = 16, LongestId = 512;

    /// <summary>The request and the session that have this id; none, one or both.</summary>
    public async Task<IReadOnlyList<PaletteItem>> FindAsync(string text, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        if (text.Length is < ShortestId or > LongestId || text.Any(char.IsWhiteSpace))
        {
            return [];
        }

        var found = new List<PaletteItem>();
        if (RequestIdOf(text) is { } id && await FindRowAsync(id, cancellationToken) is { } row)
        {
            var (_, state) = RequestLogsViewModel.StateOf(row);
            found.Add(new(Group, $"Request {id}", $"{state} · {row.Model ?? row.Path} · {Formats.TimeOfDay(row.StartedAt, zone)[..8]}", Glyphs.Requests, $"/logs/{id}") { Weight = Weight });
        }

        var running = feed.ListInFlight().Count(r => r.SessionId == text);
        var session = await sessions.FindAsync(text, cancellationToken);
        if (session is not null || running > 0)
        {
            var detail = session is null ? $"{running} in flight" : $"{session.Requests} {(session.Requests == 1 ? "request" : "requests")} · {(session is { Cost: 0, Unpriced: > 0 } ? "unpriced" : Formats.Money(session.Cost))}";
            found.Add(new(Group, $"Session {text}", detail, Glyphs.Sessions, SessionTexts.Address(text)) { Weight = Weight });
        }

        return found;
    }

    /// <summary>The id as it is stored: 32 hex digits, whatever a client made of them.</summary>
    private static string? RequestIdOf(string text)
    {
        var id = text.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
        return id.Length == 32 && id.All(char.IsAsciiHexDigit) ? id : null;
    }

    private async Task<RequestRow?> FindRowAsync(string id, CancellationToken cancellationToken) =>
        feed.ListInFlight().FirstOrDefault(r => r.RequestId == id) is { } running ? RequestRows.FromRunning(running)
        : (await log.FindAsync(id, cancellationToken))?.Row;
}
