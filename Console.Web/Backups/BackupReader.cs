using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ConsoleWeb.Audit;
using ConsoleWeb.Data;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Hosting;
using ConsoleWeb.Options;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ConsoleWeb.Backups;

/// <summary>
/// Puts a backup in the place of a data directory's content. Everything is checked beside the old data before anything is replaced, and
/// the old data is kept.
/// </summary>
/// <param name="open">Services of the store in a data directory.</param>
internal sealed class BackupReader(DataDirectory directory, Func<DataDirectory, ServiceProvider> open, TimeProvider time)
{
    /// <summary>Where the staged data directory lies within <c>backups</c>, before it takes the place of the old one.</summary>
    private readonly string _folder = Path.Combine(directory.Backups, $"incoming-{Guid.NewGuid():N}");

    /// <param name="passphrase">Asked for when the backup holds keys.</param>
    /// <returns>Where the old data is now.</returns>
    /// <exception cref="BackupException">It cannot be brought back; nothing was changed.</exception>
    public async Task<string> RestoreAsync(string file, Func<Task<string>> passphrase, CancellationToken cancellationToken)
    {
        using var mine = InstanceLock.TryTake(directory)
            ?? throw new BackupException($"Gatehouse is running in {directory.Root}; stop it first");
        try
        {
            DataDirectory.CreatePrivate(directory.Backups);
            var staged = new DataDirectory(_folder);
            var manifest = await BackupArchive.ReadAsync(file, _folder, cancellationToken);
            await CheckLogsAsync(staged, cancellationToken);
            if (manifest.Has(BackupNames.Keys))
            {
                UnlockKeys(staged, await passphrase());
            }
            else if (Directory.Exists(directory.Keys))
            {
                CopyKeys(staged);
            }

            await CheckConfigAsync(staged, cancellationToken);
            var aside = Replace(staged, manifest);
            await using var services = open(directory);
            await services.GetRequiredService<AuditLog>().WriteAsync(
                new AuditEvent(AuditActions.BackupRestore, Actor.CommandLine, $"backup of {manifest.CreatedAt:yyyy-MM-ddTHH:mm:ssZ}") { Details = new JsonObject { ["kept"] = aside } },
                cancellationToken);
            return aside;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new BackupException(exception.Message);
        }
        finally
        {
            if (Directory.Exists(_folder))
            {
                Directory.Delete(_folder, recursive: true);
            }
        }
    }

    private static void UnlockKeys(DataDirectory staged, string passphrase)
    {
        DataDirectory.CreatePrivate(staged.Keys);
        foreach (var (name, content) in KeyBox.Unlock(File.ReadAllBytes(Path.Combine(staged.Root, BackupNames.Keys)), passphrase))
        {
            var path = Path.Combine(staged.Keys, Path.GetFileName(name));
            DataDirectory.Protect(path);
            File.WriteAllBytes(path, content);
        }
    }

    private void CopyKeys(DataDirectory staged)
    {
        DataDirectory.CreatePrivate(staged.Keys);
        foreach (var file in Directory.EnumerateFiles(directory.Keys))
        {
            File.Copy(file, Path.Combine(staged.Keys, Path.GetFileName(file)));
        }
    }

    private static async Task CheckLogsAsync(DataDirectory staged, CancellationToken cancellationToken)
    {
        if (!File.Exists(staged.LogDatabase))
        {
            return;
        }

        await CheckIntegrityAsync(staged.LogDatabase, cancellationToken);
        try
        {
            await new LogDatabase(staged.LogDatabase).OpenWriter().DisposeAsync();
        }
        catch (InvalidOperationException exception)
        {
            throw new BackupException(exception.Message);
        }
    }

    /// <summary>Whether this build knows the schema, and whether the keys open the secrets.</summary>
    private async Task CheckConfigAsync(DataDirectory staged, CancellationToken cancellationToken)
    {
        await CheckIntegrityAsync(staged.ConfigDatabase, cancellationToken);
        await using var services = open(staged);
        await using (var context = await services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync(cancellationToken))
        {
            var unknown = (await context.Database.GetAppliedMigrationsAsync(cancellationToken)).Except(context.Database.GetMigrations()).ToList();
            if (unknown.Count > 0)
            {
                throw new BackupException($"the backup was written by a newer version (schema {unknown[^1]})");
            }
        }

        try
        {
            await GatehouseStart.MigrateAsync(services, staged);
            await services.GetRequiredService<EntityStore>().LoadAsync(cancellationToken);
        }
        catch (CryptographicException)
        {
            throw new BackupException($"the keys in {directory.Keys} do not open the secrets of this backup; put its keys there, or make a backup with keys");
        }
        finally
        {
            SqliteConnection.ClearAllPools();
        }
    }

    private static async Task CheckIntegrityAsync(string database, CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check(1)";
        if (await command.ExecuteScalarAsync(cancellationToken) is not "ok")
        {
            throw new BackupException($"{Path.GetFileName(database)} in the backup is damaged");
        }
    }

    /// <summary>Renames only: the old aside, the new in. What fails is taken back.</summary>
    private string Replace(DataDirectory staged, BackupManifest manifest)
    {
        var aside = Path.Combine(directory.Backups, "replaced-" + time.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture));
        DataDirectory.CreatePrivate(aside);
        var names = manifest.Files.Select(f => f.Name).Where(n => n != BackupNames.Keys).ToList();
        var old = names.SelectMany(n => n.EndsWith(".db", StringComparison.Ordinal) ? [n, n + "-wal", n + "-shm"] : (string[])[n]).ToList();
        if (manifest.Has(BackupNames.Keys))
        {
            var keys = Path.GetFileName(directory.Keys);
            names.Add(keys);
            old.Add(keys);
        }

        var moved = new Stack<(string From, string To)>();
        try
        {
            foreach (var name in old)
            {
                Move(Path.Combine(directory.Root, name), Path.Combine(aside, name), moved);
            }

            // A database that was opened for the checks may have left its companions.
            foreach (var name in old.Union(names))
            {
                Move(Path.Combine(staged.Root, name), Path.Combine(directory.Root, name), moved);
            }
        }
        catch
        {
            while (moved.TryPop(out var move))
            {
                Directory.Move(move.To, move.From);
            }

            throw;
        }

        return aside;
    }

    private static void Move(string from, string to, Stack<(string From, string To)> moved)
    {
        if (File.Exists(from) || Directory.Exists(from))
        {
            // Renames files as well.
            Directory.Move(from, to);
            moved.Push((from, to));
        }
    }
}
