using System.Text.Json.Nodes;
using ConsoleWeb.Audit;
using ConsoleWeb.Data;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Options;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ConsoleWeb.Backups;

/// <summary>
/// Copies the databases of a data directory into one archive while the product runs on. Writers do not wait for it, and the schema stays
/// what it is: a backup before an update can be read by the version before it.
/// </summary>
internal sealed class BackupWriter(DataDirectory directory, IDbContextFactory<ConsoleDbContext> contexts, AuditLog audit, TimeProvider time)
{
    /// <summary>Makes a backup for whoever runs a word of the command line.</summary>
    /// <exception cref="BackupException">It cannot be made.</exception>
    public Task<MadeBackup> WriteAsync(string file, bool withLogs, string? passphrase, string product, CancellationToken cancellationToken) =>
        WriteAsync(file, withLogs, passphrase, product, Actor.CommandLine, cancellationToken);

    /// <param name="file">Where the archive goes; must not exist.</param>
    /// <param name="passphrase">Encrypts the keys in the archive; null: they are left out.</param>
    /// <exception cref="BackupException">It cannot be made.</exception>
    public async Task<MadeBackup> WriteAsync(string file, bool withLogs, string? passphrase, string product, Actor actor, CancellationToken cancellationToken)
    {
        file = Path.GetFullPath(file);
        if (File.Exists(file) || Directory.Exists(file))
        {
            throw new BackupException($"{file} exists; choose another name");
        }

        if (!Directory.Exists(Path.GetDirectoryName(file)))
        {
            throw new BackupException($"there is no directory {Path.GetDirectoryName(file)}");
        }

        if (passphrase is { Length: < KeyBox.MinPassphrase })
        {
            throw new BackupException($"the passphrase needs at least {KeyBox.MinPassphrase} characters");
        }

        DataDirectory.CreatePrivate(directory.Backups);
        var folder = DataDirectory.CreatePrivate(Path.Combine(directory.Backups, $"making-{Guid.NewGuid():N}")).FullName;
        try
        {
            var names = await CollectAsync(folder, withLogs, passphrase, cancellationToken);
            await BackupArchive.WriteAsync(file, folder, names, product, time.GetUtcNow(), cancellationToken);
            return new MadeBackup(names, await NoteAsync(file, names, actor, cancellationToken));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new BackupException(exception.Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <returns>Names of the files in the folder.</returns>
    private async Task<List<string>> CollectAsync(string folder, bool withLogs, string? passphrase, CancellationToken cancellationToken)
    {
        var names = new List<string> { BackupNames.Config };
        Copy(directory.ConfigDatabase, Path.Combine(folder, BackupNames.Config));
        if (withLogs && File.Exists(directory.LogDatabase))
        {
            names.Add(BackupNames.Logs);
            Copy(directory.LogDatabase, Path.Combine(folder, BackupNames.Logs));
        }

        foreach (var name in BackupNames.Identity.Where(n => File.Exists(Path.Combine(directory.Root, n))))
        {
            names.Add(name);
            File.Copy(Path.Combine(directory.Root, name), Path.Combine(folder, name));
        }

        if (passphrase is not null)
        {
            names.Add(BackupNames.Keys);
            var keys = Path.Combine(folder, BackupNames.Keys);
            DataDirectory.Protect(keys);
            await File.WriteAllBytesAsync(keys, KeyBox.Lock(KeyFiles.Read(directory), passphrase), cancellationToken);
        }

        return names;
    }

    /// <summary>Records the backup; without the record there is no backup.</summary>
    /// <returns>False when the audit log has another schema than this build's.</returns>
    private async Task<bool> NoteAsync(string file, IEnumerable<string> names, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
            {
                if (!(await context.Database.GetAppliedMigrationsAsync(cancellationToken)).SequenceEqual(context.Database.GetMigrations()))
                {
                    return false;
                }
            }

            var details = new JsonObject { ["files"] = new JsonArray([.. names.Select(n => JsonValue.Create(n))]) };
            await audit.WriteAsync(new AuditEvent(AuditActions.BackupCreate, actor, file) { Details = details }, cancellationToken);
            return true;
        }
        catch
        {
            File.Delete(file);
            throw;
        }
    }

    /// <summary>SQLite's online copy: one consistent state, read beside the writers.</summary>
    private static void Copy(string from, string to)
    {
        DataDirectory.Protect(to);
        using var source = Open(from);
        using var target = Open(to);
        source.BackupDatabase(target);
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 30 }.ToString());
        connection.Open();
        return connection;
    }
}

/// <summary>What a backup holds.</summary>
/// <param name="IsNoted">Whether the audit log names it.</param>
internal sealed record MadeBackup(IReadOnlyList<string> Names, bool IsNoted);
