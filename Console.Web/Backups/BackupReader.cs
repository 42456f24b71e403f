using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsoleWeb.Audit;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Hosting;
using ConsoleWeb.Options;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Backups;

/// <summary>
/// Puts a backup in the place of a data directory's content. Everything is checked beside the old data before anything is replaced, and
/// the old data is kept.
/// </summary>
/// <param name="open">Services of the store in a data directory.</param>
internal sealed class BackupReader(DataDirectory directory, Func<DataDirectory, ServiceProvider> open, TimeProvider time)
{
    private const string Incoming = "incoming-";

    /// <param name="passphrase">Asked for when the backup holds keys.</param>
    /// <exception cref="BackupException">It cannot be brought back; nothing was changed.</exception>
    public async Task<RestoredBackup> RestoreAsync(string file, Func<Task<string>> passphrase, CancellationToken cancellationToken)
    {
        using var mine = InstanceLock.TryTake(directory)
            ?? throw new BackupException($"Gatehouse is running in {directory.Root}; stop it first");
        try
        {
            var aside = NewAside();
            var staged = await UnpackAsync(file, passphrase, Actor.CommandLine, aside, cancellationToken);
            Replace(new DataDirectory(staged.Folder), staged.Manifest.Files.Select(f => f.Name), aside);
            return new RestoredBackup(aside, staged.AuditProblem);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BackupException(exception.Message);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            RemoveIncoming();
        }
    }

    /// <summary>Unpacks and checks a backup beside data that is in use; the next start puts it in its place.</summary>
    /// <param name="passphrase">Asked for when the backup holds keys.</param>
    /// <exception cref="BackupException">It cannot be brought back; nothing was changed.</exception>
    public async Task<StagedBackup> StageAsync(string file, Func<Task<string>> passphrase, Actor actor, CancellationToken cancellationToken)
    {
        var isStaged = false;
        try
        {
            var aside = NewAside();
            var staged = await UnpackAsync(file, passphrase, actor, aside, cancellationToken);
            var note = new WaitingRestore(staged.Folder, aside, [.. staged.Manifest.Files.Select(f => f.Name)]);
            DataDirectory.Protect(directory.RestoreAtStart);
            await File.WriteAllTextAsync(directory.RestoreAtStart, JsonSerializer.Serialize(note), cancellationToken);
            isStaged = true;
            return staged;
        }
        finally
        {
            if (!isStaged)
            {
                RemoveIncoming();
            }
        }
    }

    /// <summary>Puts the backup that waits for this start in the place of the data. Whoever calls holds the lock.</summary>
    /// <returns>Where the old data is now; null: nothing waited.</returns>
    public static string? Complete(DataDirectory directory, TimeProvider time)
    {
        if (!File.Exists(directory.RestoreAtStart))
        {
            return null;
        }

        var note = JsonSerializer.Deserialize<WaitingRestore>(File.ReadAllText(directory.RestoreAtStart));
        File.Delete(directory.RestoreAtStart);
        if (note is null || !Directory.Exists(note.Folder))
        {
            return null;
        }

        // A restart in one process may still hold the old files, and would go on with them.
        SqliteConnection.ClearAllPools();
        var reader = new BackupReader(directory, _ => throw new InvalidOperationException("It was checked already."), time);
        reader.Replace(new DataDirectory(note.Folder), note.Names, note.Aside);
        reader.RemoveIncoming();
        return note.Aside;
    }

    private string NewAside() =>
        Path.Combine(directory.Backups, "replaced-" + time.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture));

    private async Task<StagedBackup> UnpackAsync(string file, Func<Task<string>> passphrase, Actor actor, string aside, CancellationToken cancellationToken)
    {
        RemoveIncoming();
        var staged = new DataDirectory(Path.Combine(directory.Backups, $"{Incoming}{Guid.NewGuid():N}"));
        var manifest = await BackupArchive.ReadAsync(file, staged.Root, cancellationToken);
        await BackupChecks.CheckLogsAsync(staged, cancellationToken);
        var unlock = manifest.Has(BackupNames.Keys) ? await passphrase() : null;
        KeyFiles.Write(staged, unlock is null ? KeyFiles.Read(directory) : KeyBox.Unlock(File.ReadAllBytes(Path.Combine(staged.Root, BackupNames.Keys)), unlock));

        // Recorded before it is done, so that what takes the place of the old data needs no more writing.
        var what = new AuditEvent(AuditActions.BackupRestore, actor, $"backup of {manifest.CreatedAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}") { Details = new JsonObject { ["kept"] = aside } };
        string? auditProblem;
        await using (var services = open(staged))
        {
            auditProblem = await BackupChecks.CheckConfigAsync(services, staged, directory, what, cancellationToken);
        }

        // Lets go of the files that were opened for the checks. Connections that are in use stay.
        SqliteConnection.ClearAllPools();
        return new StagedBackup(staged.Root, manifest, auditProblem);
    }

    /// <summary>What this restore, or one that was killed, has unpacked. Whoever holds the lock is alone.</summary>
    private void RemoveIncoming()
    {
        foreach (var folder in DataDirectory.CreatePrivate(directory.Backups).EnumerateDirectories(Incoming + "*"))
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Renames only: the old aside, the new in. What fails is taken back; what is interrupted is noted, and nothing starts on it.</summary>
    private void Replace(DataDirectory staged, IEnumerable<string> files, string aside)
    {
        DataDirectory.CreatePrivate(aside);
        string[] names = [.. files.Where(n => n != BackupNames.Keys), Path.GetFileName(directory.Keys)];

        // A database may have left its companions, the new one too: it was opened for the checks.
        names = [.. names, .. names.Where(n => n.EndsWith(".db", StringComparison.Ordinal)).SelectMany(n => (string[])[n + "-wal", n + "-shm"])];
        var moved = new Stack<(string From, string To)>();
        DataDirectory.Protect(directory.Restoring);
        File.WriteAllText(directory.Restoring, aside);
        try
        {
            foreach (var (from, to) in names.Select(n => (Path.Combine(directory.Root, n), Path.Combine(aside, n)))
                .Concat(names.Select(n => (Path.Combine(staged.Root, n), Path.Combine(directory.Root, n)))))
            {
                if (File.Exists(from) || Directory.Exists(from))
                {
                    // Renames files as well.
                    Directory.Move(from, to);
                    moved.Push((from, to));
                }
            }
        }
        catch
        {
            while (moved.TryPop(out var move))
            {
                Directory.Move(move.To, move.From);
            }

            File.Delete(directory.Restoring);
            throw;
        }

        File.Delete(directory.Restoring);
    }
}

/// <summary>What the next start has to do.</summary>
/// <param name="Folder">Where the unpacked files are.</param>
/// <param name="Aside">Where the old ones go.</param>
/// <param name="Names">Of the files in the backup.</param>
internal sealed record WaitingRestore(string Folder, string Aside, IReadOnlyList<string> Names);

/// <summary>What a restore did.</summary>
/// <param name="Aside">Where the old data is now.</param>
/// <param name="AuditProblem">What is wrong with the audit log in the backup; null: nothing.</param>
internal sealed record RestoredBackup(string Aside, string? AuditProblem);
