using ConsoleWeb.Features.LogFiles;

namespace ConsoleWeb.Components.Pages.LogFiles;

/// <summary>The files of file-log, the end of one of them, and the record that is looked at. Knows no component.</summary>
internal sealed class LogFilesModel(LogFileService service)
{
    private string? _wanted;
    private string _query = "";
    private (string? Path, long Bytes, string Query) _read;

    public IReadOnlyList<LogFile> Files { get; private set; } = [];

    /// <summary>The file whose end is shown; null: there is none.</summary>
    public LogFile? File { get; private set; }

    public LogFileTail Tail { get; private set; } = LogFileTail.Empty;

    /// <summary>The record that is shown whole: the one that was chosen, else the newest.</summary>
    public LogFileLine? Shown => Chosen is null ? Newest : Tail.Lines.FirstOrDefault(l => l.Text == Chosen.Text) ?? Chosen;

    /// <summary>Null: the newest is followed.</summary>
    public LogFileLine? Chosen { get; private set; }

    public bool WithPayloads { get; set; }

    /// <summary>Why the file could not be read; null: it could.</summary>
    public string? Error { get; private set; }

    /// <param name="path">The wanted file; null, or one that no plugin writes: the one that was written last.</param>
    /// <param name="query">Words that must be in a line.</param>
    /// <returns>Whether anything to see has changed.</returns>
    public async Task<bool> ReadAsync(string? path, string? query, CancellationToken cancellationToken)
    {
        if (_wanted != path || _query != (query ?? ""))
        {
            (_wanted, _query, Chosen) = (path, query ?? "", null);
        }

        var (files, before) = (Files, Error);
        Files = service.List();
        File = Files.FirstOrDefault(f => f.Path == _wanted) ?? Files.OrderByDescending(f => f.WrittenAt ?? DateTimeOffset.MinValue).FirstOrDefault();
        var now = (File?.Path, File?.Bytes ?? 0, _query);
        if (now == _read && Error is null)
        {
            return !files.Select(f => (f.Path, f.Bytes)).SequenceEqual(Files.Select(f => (f.Path, f.Bytes)));
        }

        try
        {
            Tail = File is null || File.Problem is not null ? LogFileTail.Empty : await service.ReadTailAsync(File.Path, Words(_query), WithPayloads, cancellationToken);
            (_read, Error) = (now, null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            (Tail, Error) = (LogFileTail.Empty, exception.Message);
        }

        return Error is null || Error != before;
    }

    public void Choose(LogFileLine line) => Chosen = line == Newest ? null : line;

    private LogFileLine? Newest => Tail.Lines is [var newest, ..] ? newest : null;

    private static string[] Words(string query) => query.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
