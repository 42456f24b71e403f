using System.Text;
using System.Text.Json.Nodes;
using ConsoleWeb.Audit;
using ConsoleWeb.Features.Entities;
using Gateway.Core.Plugins.FileLog;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.LogFiles;

/// <summary>
/// Reads the files that instances of file-log write, and no others: a path is taken only when an instance has it, from a directory that
/// file-log may write to, without following a link, and only lines that are records of a gateway are handed out.
/// </summary>
internal sealed class LogFileService(IEntityService entities, FileLogPaths paths, AuditLog audit)
{
    /// <summary>Lines of a tail.</summary>
    public const int MostLines = 200;

    /// <summary>Bytes that are looked through for them.</summary>
    private const int MostBytes = 8 * 1024 * 1024;

    private const int FirstBytes = 256 * 1024;

    private static readonly Actor Reader = Actor.Named("log files", "console");

    /// <summary>Every file, by path.</summary>
    public IReadOnlyList<LogFile> List()
    {
        var plugins = new List<JsonObject>();
        string? offset = null;
        do
        {
            var page = entities.List(EntityKinds.Plugins, new EntityQuery(), EntityPage.MaxSize, offset, Reader).Value!;
            plugins.AddRange(page.Data.Where(p => p["name"]?.ToString() == "file-log"));
            offset = page.Offset;
        }
        while (offset is not null);

        return [.. plugins
            .GroupBy(p => p["config"]?["path"]?.ToString() ?? "", StringComparer.Ordinal)
            .Where(g => g.Key.Length > 0)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => Look(g.Key, [.. g]))];
    }

    /// <summary>The newest records of a file.</summary>
    /// <param name="words">All of them must be in a line; bodies that are not shown are not looked through.</param>
    /// <param name="withPayloads">Whether bodies are shown.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public Task<LogFileTail> ReadTailAsync(string path, IReadOnlyList<string> words, bool withPayloads, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var file = Open(path);
            if (file is null)
            {
                return LogFileTail.Empty;
            }

            // Most tails are in the last bytes; only a filter, or long lines, look further back.
            var tail = LogFileTail.Empty;
            for (var bytes = FirstBytes; ; bytes *= 4)
            {
                cancellationToken.ThrowIfCancellationRequested();
                tail = ReadTail(file, Math.Min(bytes, MostBytes), words, withPayloads);
                if (tail.Lines.Count >= MostLines || !tail.HasEarlier || bytes >= MostBytes)
                {
                    return tail;
                }
            }
        },
        cancellationToken);

    /// <summary>Whether a file can be taken away, by somebody who may read bodies.</summary>
    public bool Exists(string path) => List().Any(f => f.Path == path && f.Problem is null && f.WrittenAt is not null);

    /// <summary>Writes all records of a file to a stream, as the plugin wrote them; that somebody takes them is recorded.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public async Task CopyAsync(string path, Stream target, Actor actor, CancellationToken cancellationToken)
    {
        await using var file = Open(path);
        if (file is null)
        {
            return;
        }

        audit.Post(new AuditEvent(AuditActions.LogExport, actor, path));
        using var reader = new StreamReader(file, Encoding.UTF8);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (LogFileLine.Read(line, withPayloads: true) is not null)
            {
                await target.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), cancellationToken);
            }
        }
    }

    private LogFile Look(string path, IReadOnlyList<JsonObject> plugins)
    {
        try
        {
            using var file = paths.OpenRead(path);
            return file is null
                ? new LogFile(path, plugins, 0, null, path.StartsWith("/dev/", StringComparison.Ordinal) ? "it goes to the standard output of the gateway" : null)
                : new LogFile(path, plugins, file.Length, File.GetLastWriteTimeUtc(path), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new LogFile(path, plugins, 0, null, exception.Message);
        }
    }

    private FileStream? Open(string path) => List().Any(f => f.Path == path) ? paths.OpenRead(path) : throw new IOException("no plugin writes this file");

    private static LogFileTail ReadTail(FileStream file, int bytes, IReadOnlyList<string> words, bool withPayloads)
    {
        var start = Math.Max(0, file.Length - bytes);
        var buffer = new byte[file.Length - start];
        file.Position = start;
        var read = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        var text = Encoding.UTF8.GetString(buffer, 0, read).Split('\n');

        // The first one may have begun before; what follows the last line feed is still being written.
        var (lines, strange, i) = (new List<LogFileLine>(), 0, text.Length - 2);
        for (; i >= (start > 0 ? 1 : 0) && lines.Count < MostLines; i--)
        {
            if (LogFileLine.Read(text[i], withPayloads) is not { } line)
            {
                strange += text[i].Length > 0 ? 1 : 0;
            }
            else if (words.All(w => line.Text.Contains(w, StringComparison.OrdinalIgnoreCase)))
            {
                lines.Add(line);
            }
        }

        return new LogFileTail(lines, start > 0 || i >= 0, strange);
    }
}
