using System.Globalization;
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
            RemoveIncoming();
            var staged = new DataDirectory(Path.Combine(directory.Backups, $"{Incoming}{Guid.NewGuid():N}"));
            var aside = Path.Combine(directory.Backups, "replaced-" + time.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture));
            var manifest = await BackupArchive.ReadAsync(file, staged.Root, cancellationToken);
            await BackupChecks.CheckLogsAsync(staged, cancellationToken);
            var unlock = manifest.Has(BackupNames.Keys) ? await passphrase() : null;
            KeyFiles.Write(staged, unlock is null ? KeyFiles.Read(directory) : KeyBox.Unlock(File.ReadAllBytes(Path.Combine(staged.Root, BackupNames.Keys)), unlock));

            // Recorded before it is done, so that what takes the place of the old data needs no more writing.
            var what = new AuditEvent(AuditActions.BackupRestore, Actor.CommandLine, $"backup of {manifest.CreatedAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}") { Details = new JsonObject { ["kept"] = aside } };
            string? auditProblem;
            await using (var services = open(staged))
            {
                auditProblem = await BackupChecks.CheckConfigAsync(services, staged, directory, what, cancellationToken);
            }

            SqliteConnection.ClearAllPools();
            Replace(staged, manifest, aside);
            return new RestoredBackup(aside, auditProblem);
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

    /// <summary>What this restore, or one that was killed, has unpacked. Whoever holds the lock is alone.</summary>
    private void RemoveIncoming()
    {
        foreach (var folder in DataDirectory.CreatePrivate(directory.Backups).EnumerateDirectories(Incoming + "*"))
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Renames only: the old aside, the new in. What fails is taken back; what is interrupted is noted, and nothing starts on it.</summary>
    private void Replace(DataDirectory staged, BackupManifest manifest, string aside)
    {
        DataDirectory.CreatePrivate(aside);
        string[] names = [.. manifest.Files.Select(f => f.Name).Where(n => n != BackupNames.Keys), Path.GetFileName(directory.Keys)];

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

/// <summary>What a restore did.</summary>
/// <param name="Aside">Where the old data is now.</param>
/// <param name="AuditProblem">What is wrong with the audit log in the backup; null: nothing.</param>
internal sealed record RestoredBackup(string Aside, string? AuditProblem);
