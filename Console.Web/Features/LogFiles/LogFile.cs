using System.Text.Json.Nodes;

namespace ConsoleWeb.Features.LogFiles;

/// <summary>A file that instances of file-log write.</summary>
/// <param name="Plugins">The instances, secrets masked.</param>
/// <param name="WrittenAt">Null: nothing has been written yet.</param>
/// <param name="Problem">Why it cannot be read here; null: it can.</param>
internal sealed record LogFile(string Path, IReadOnlyList<JsonObject> Plugins, long Bytes, DateTimeOffset? WrittenAt, string? Problem);

/// <summary>The end of a file.</summary>
/// <param name="Lines">The newest first.</param>
/// <param name="HasEarlier">Whether the file goes on before them.</param>
/// <param name="Strange">Lines among them that are no records of a gateway, and are not shown.</param>
internal sealed record LogFileTail(IReadOnlyList<LogFileLine> Lines, bool HasEarlier, int Strange)
{
    public static LogFileTail Empty { get; } = new([], HasEarlier: false, 0);
}
