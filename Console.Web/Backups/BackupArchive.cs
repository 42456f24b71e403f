using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using ConsoleWeb.Options;

namespace ConsoleWeb.Backups;

/// <summary>The file of a backup: a compressed tar with a manifest and the files that it names, nothing else.</summary>
internal static class BackupArchive
{
    private const int MaxManifest = 64 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Writes the files of a folder. The archive appears under its name once it is whole, and only its owner can read it.</summary>
    public static async Task WriteAsync(string path, string folder, IReadOnlyList<string> names, string product, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var files = new List<BackupFile>();
        foreach (var name in names)
        {
            var file = Path.Combine(folder, name);
            files.Add(new BackupFile(name, new FileInfo(file).Length, await HashAsync(file, cancellationToken)));
        }

        var part = path + ".part";
        File.Delete(part);
        DataDirectory.Protect(part);
        try
        {
            await using (var target = new FileStream(part, FileMode.Truncate, FileAccess.Write))
            {
                await using (var zip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
                await using (var tar = new TarWriter(zip, TarEntryFormat.Pax))
                {
                    var manifest = JsonSerializer.SerializeToUtf8Bytes(new BackupManifest(BackupManifest.CurrentFormat, product, now, files), Json);
                    await WriteEntryAsync(tar, BackupNames.Manifest, new MemoryStream(manifest), now, cancellationToken);
                    foreach (var name in names)
                    {
                        await WriteEntryAsync(tar, name, File.OpenRead(Path.Combine(folder, name)), now, cancellationToken);
                    }
                }

                target.Flush(flushToDisk: true);
            }

            File.Move(part, path, overwrite: false);
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>Reads an archive into an empty folder and checks that every file is as the manifest says.</summary>
    public static async Task<BackupManifest> ReadAsync(string path, string folder, CancellationToken cancellationToken)
    {
        try
        {
            await using var source = File.OpenRead(path);
            await using var zip = new GZipStream(source, CompressionMode.Decompress);
            await using var tar = new TarReader(zip);
            var manifest = await ReadManifestAsync(await tar.GetNextEntryAsync(cancellationToken: cancellationToken), folder, cancellationToken);
            var missing = manifest.Files.ToDictionary(f => f.Name, StringComparer.Ordinal);
            while (await tar.GetNextEntryAsync(cancellationToken: cancellationToken) is { } entry)
            {
                // Names are compared, never followed: no path, link or device in an archive reaches the disk.
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || !missing.Remove(entry.Name, out var file) || entry.Length != file.Size)
                {
                    throw new BackupException($"'{entry.Name}' is not what a backup holds");
                }

                await ExtractAsync(entry, file, Path.Combine(folder, file.Name), cancellationToken);
            }

            // Only at its end does the stream tell whether all of it was as it was written.
            await zip.CopyToAsync(Stream.Null, cancellationToken);
            return missing.Count == 0 ? manifest : throw new BackupException($"{string.Join(", ", missing.Keys)} is missing in the backup");
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException or EndOfStreamException or FormatException)
        {
            throw new BackupException($"{path} is no backup of Gatehouse, or it is damaged: {exception.Message}");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            throw new BackupException(exception.Message);
        }
    }

    /// <summary>What an archive says it holds; the files are not looked at.</summary>
    /// <exception cref="BackupException">It is no backup.</exception>
    public static async Task<BackupManifest> ReadManifestAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var source = File.OpenRead(path);
            await using var zip = new GZipStream(source, CompressionMode.Decompress);
            await using var tar = new TarReader(zip);
            return await ReadManifestAsync(await tar.GetNextEntryAsync(cancellationToken: cancellationToken), Path.GetDirectoryName(path)!, cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException or EndOfStreamException or FormatException)
        {
            throw new BackupException($"this is no backup of Gatehouse, or it is damaged: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BackupException(exception.Message);
        }
    }

    private static async Task WriteEntryAsync(TarWriter tar, string name, Stream content, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using (content)
        {
            var entry = new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content, Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite, ModificationTime = now };
            await tar.WriteEntryAsync(entry, cancellationToken);
        }
    }

    private static async Task<BackupManifest> ReadManifestAsync(TarEntry? entry, string folder, CancellationToken cancellationToken)
    {
        if (entry is not { Name: BackupNames.Manifest, DataStream: { } content, Length: <= MaxManifest })
        {
            throw new InvalidDataException("it does not begin with a manifest");
        }

        var manifest = await JsonSerializer.DeserializeAsync<BackupManifest>(content, Json, cancellationToken) ?? throw new InvalidDataException("its manifest is empty");
        if (manifest.Format > BackupManifest.CurrentFormat)
        {
            throw new BackupException($"the backup was written by a newer version ({manifest.Product})");
        }

        if (manifest.Files.Any(f => f is not { Size: >= 0 } || !BackupNames.All.Contains(f.Name)) || !manifest.Has(BackupNames.Config) || manifest.Files.DistinctBy(f => f.Name).Count() != manifest.Files.Count)
        {
            throw new InvalidDataException("its manifest names other files than a backup holds");
        }

        var free = new DriveInfo(folder).AvailableFreeSpace;
        return manifest.Files.All(f => f.Size <= free) && manifest.Files.Sum(f => f.Size) <= free
            ? manifest
            : throw new BackupException($"there is not enough room for what it holds: {free} bytes are free");
    }

    private static async Task ExtractAsync(TarEntry entry, BackupFile file, string path, CancellationToken cancellationToken)
    {
        DataDirectory.Protect(path);
        await using (var target = new FileStream(path, FileMode.Truncate, FileAccess.Write))
        {
            if (entry.DataStream is { } content)
            {
                await content.CopyToAsync(target, cancellationToken);
            }

            target.Flush(flushToDisk: true);
        }

        if (await HashAsync(path, cancellationToken) != file.Sha256)
        {
            throw new BackupException($"{file.Name} in the backup is damaged");
        }
    }

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }
}
