using ConsoleWeb.Features.Entities;
using ConsoleWeb.Options;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Storage;

/// <summary>A part of what the product keeps on disk.</summary>
/// <param name="Bytes">Companion files of a database are part of it.</param>
/// <param name="Path">Where it is.</param>
public sealed record DiskPart(string Title, long Bytes, string Path);

/// <summary>What is on disk now, by part, and how much room there is.</summary>
/// <param name="Free">Bytes that are free on the disk of the data directory.</param>
/// <param name="Total">Size of that disk.</param>
public sealed record DiskUse(IReadOnlyList<DiskPart> Parts, long Free, long Total)
{
    public long Used => Parts.Sum(p => p.Bytes);
}

/// <summary>Measures the files of the product. A file that goes while it is looked at counts as nothing.</summary>
internal sealed class DiskMeter(DataDirectory directory, IEntityService entities)
{
    public DiskUse Measure()
    {
        var drive = new DriveInfo(directory.Root);
        List<DiskPart> parts =
        [
            new("Request log", DatabaseBytes(directory.LogDatabase), directory.LogDatabase),
            new("Configuration, users, audit log", DatabaseBytes(directory.ConfigDatabase), directory.ConfigDatabase),
            new("Backups", FolderBytes(directory.Backups), directory.Backups),
        ];
        parts.Add(new DiskPart("Keys and the rest", Math.Max(0, FolderBytes(directory.Root) - parts.Sum(p => p.Bytes)), directory.Root));
        parts.AddRange(LogFiles().Select(path => new DiskPart("Log file of a plugin", FileBytes(path), path)).Where(p => p.Bytes > 0));
        return new DiskUse(parts, drive.AvailableFreeSpace, drive.TotalSize);
    }

    /// <summary>Files that plugins write, outside the data directory.</summary>
    private IEnumerable<string> LogFiles()
    {
        var reader = Actor.Named("storage", "console");
        var plugins = entities.List(EntityKinds.Plugins, new EntityQuery(), EntityPage.MaxSize, null, reader).Value!.Data;
        return plugins
            .Where(p => p["name"]?.ToString() == "file-log")
            .Select(p => p["config"]?["path"]?.ToString())
            .OfType<string>()
            .Where(p => Path.IsPathRooted(p) && !p.StartsWith(directory.Root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal);
    }

    private static long DatabaseBytes(string path) => FileBytes(path) + FileBytes(path + "-wal") + FileBytes(path + "-shm");

    private static long FileBytes(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return file.Exists ? file.Length : 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static long FolderBytes(string path)
    {
        if (!Directory.Exists(path))
        {
            return 0;
        }

        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return Directory.EnumerateFiles(path, "*", options).Sum(FileBytes);
    }
}
