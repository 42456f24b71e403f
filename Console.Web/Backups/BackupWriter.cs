using System.Text.Json.Nodes;
using ConsoleWeb.Audit;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Options;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Backups;

/// <summary>Copies the databases of a data directory into one archive while the product runs on. Writers do not wait for it.</summary>
internal sealed class BackupWriter(DataDirectory directory, AuditFiles auditFiles, AuditLog audit, TimeProvider time)
{
    /// <param name="file">Where the archive goes; must not exist.</param>
    /// <param name="passphrase">Encrypts the keys in the archive; null: they are left out.</param>
    /// <returns>Names of what it holds.</returns>
    /// <exception cref="BackupException">It cannot be made.</exception>
    public async Task<IReadOnlyList<string>> WriteAsync(string file, bool withLogs, string? passphrase, string product, CancellationToken cancellationToken)
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

        var folder = DataDirectory.CreatePrivate(Path.Combine(directory.Backups, $"making-{Guid.NewGuid():N}")).FullName;
        try
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
                await File.WriteAllBytesAsync(keys, KeyBox.Lock(ReadKeys(), passphrase), cancellationToken);
            }

            await BackupArchive.WriteAsync(file, folder, names, product, time.GetUtcNow(), cancellationToken);
            var details = new JsonObject { ["files"] = new JsonArray([.. names.Select(n => JsonValue.Create(n))]) };
            await audit.WriteAsync(new AuditEvent(AuditActions.BackupCreate, Actor.CommandLine, file) { Details = details }, cancellationToken);
            return names;
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

    /// <summary>The end of the audit log is no key; the database of the backup has an end of its own.</summary>
    private Dictionary<string, byte[]> ReadKeys() => Directory.EnumerateFiles(directory.Keys)
        .Where(f => f.EndsWith(".xml", StringComparison.Ordinal) || f == auditFiles.KeyFile)
        .ToDictionary(f => Path.GetFileName(f), File.ReadAllBytes, StringComparer.Ordinal);

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
