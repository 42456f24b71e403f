using System.Globalization;
using ConsoleWeb.Components.Controls;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Features.Sessions;

namespace ConsoleWeb.Components.Pages.Sessions;

/// <summary>How the pages of sessions name and write things.</summary>
internal static class SessionTexts
{
    private const char Thin = '\u202f';

    private const int ShortId = 13;

    public static string Address(string id) => $"/sessions/{Uri.EscapeDataString(id)}";

    /// <summary>The page of a session with this turn in view.</summary>
    public static string TurnAddress(string id, long turn) => string.Create(CultureInfo.InvariantCulture, $"{Address(id)}?turn={turn}");

    /// <summary>Where a turn stands on the page.</summary>
    public static string AnchorOf(long turn) => string.Create(CultureInfo.InvariantCulture, $"turn-{turn}");

    public static string NameOf(SessionCall call) => call.Kind switch
    {
        CallKind.Background => "Background",
        CallKind.SubAgent => call.SubAgent is { } name ? $"Sub-agent {VisibleText.Show(name, 60)}" : "Sub-agent",
        _ => call.Turn is { } turn ? string.Create(CultureInfo.InvariantCulture, $"Turn {turn}") : "Request",
    };

    /// <summary>The requests of a session, in the request list.</summary>
    public static string LogsAddress(string id) => $"/logs?q={Uri.EscapeDataString(TermOf(id))}&range=90d";

    /// <summary>The filter term of a session's requests.</summary>
    public static string TermOf(string id) => Features.Requests.FilterText.TermOf(Data.Logs.Filters.LogFields.Session, id);

    /// <summary>An id as a value of a filter, where a star would stand for anything.</summary>
    public static string Exact(string id) => id.Replace('*', ' ');

    /// <summary>The first words of the person, else the id.</summary>
    public static string TitleOf(SessionRow row) => row.Title is { } title ? VisibleText.Show(title, 200) : $"Session {ShortOf(row.Id)}";

    public static string ShortOf(string id) => VisibleText.Show(id.Length <= ShortId + 1 ? id : id[..ShortId] + "…", ShortId + 1);

    /// <summary>The last two parts of a path, which are the ones that tell projects apart.</summary>
    public static string ShortDirectory(string directory)
    {
        var parts = directory.TrimEnd('/', '\\').Split('/', '\\');
        return VisibleText.Show(parts.Length <= 3 ? directory : $"…/{parts[^2]}/{parts[^1]}", 120);
    }

    public static string StateOf(SessionState state) => state switch
    {
        SessionState.Running => "running",
        SessionState.Waiting => "waiting",
        _ => "ended",
    };

    /// <summary>How long a session took: <c>48.0 s</c>, <c>11 m 05 s</c>, <c>2 h 05 m</c>, <c>3 d 04 h</c>.</summary>
    public static string Length(TimeSpan length) => length switch
    {
        { TotalHours: < 1 } => Formats.Duration(length.TotalMilliseconds),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)length.TotalHours}{Thin}h{Thin}{length.Minutes:00}{Thin}m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)length.TotalDays}{Thin}d{Thin}{length.Hours:00}{Thin}h"),
    };

    /// <summary>The buckets in words, for titles.</summary>
    public static string Buckets(long input, long cacheRead, long cacheWrite, long output, long reasoning) =>
        $"{Formats.Exact(input)} input, {Formats.Exact(cacheRead)} cache read, {Formats.Exact(cacheWrite)} cache write, {Formats.Exact(output)} output{(reasoning > 0 ? $", {Formats.Exact(reasoning)} of it reasoning" : "")}";
}
