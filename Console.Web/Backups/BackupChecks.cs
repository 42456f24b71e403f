using System.Security.Cryptography;
using ConsoleWeb.Audit;
using ConsoleWeb.Data;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Hosting;
using ConsoleWeb.Options;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ConsoleWeb.Backups;

/// <summary>Whether this build can serve what a backup holds: asked before it takes the place of anything.</summary>
internal static class BackupChecks
{
    public static async Task CheckLogsAsync(DataDirectory staged, CancellationToken cancellationToken)
    {
        if (File.Exists(staged.LogDatabase))
        {
            await ReadAsync(staged.LogDatabase, async () => await new LogDatabase(staged.LogDatabase).OpenWriter().DisposeAsync(), cancellationToken);
        }
    }

    /// <summary>Brings the schema to this build's, opens every secret and records the restore.</summary>
    /// <param name="services">Of the store in the staged directory.</param>
    /// <param name="target">Whose keys these are when the backup has none.</param>
    /// <returns>What is wrong with the audit log; null: nothing.</returns>
    public static async Task<string?> CheckConfigAsync(IServiceProvider services, DataDirectory staged, DataDirectory target, AuditEvent restore, CancellationToken cancellationToken)
    {
        string? problem = null;
        await ReadAsync(
            staged.ConfigDatabase,
            async () =>
            {
                await using var context = await services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync(cancellationToken);
                var unknown = (await context.Database.GetAppliedMigrationsAsync(cancellationToken)).Except(context.Database.GetMigrations()).ToList();
                if (unknown.Count > 0)
                {
                    throw new BackupException($"the backup was written by a newer version (schema {unknown[^1]})");
                }

                await GatehouseStart.MigrateAsync(services, staged);
                try
                {
                    await services.GetRequiredService<EntityStore>().LoadAsync(cancellationToken);
                }
                catch (CryptographicException)
                {
                    throw WithoutKeys(target);
                }

                if (services.GetRequiredService<AuditFiles>().FindKey() is null && await context.Audit.AnyAsync(cancellationToken))
                {
                    throw WithoutKeys(target);
                }

                await services.GetRequiredService<AuditLog>().WriteAsync(restore, cancellationToken);
                problem = (await services.GetRequiredService<AuditVerifier>().VerifyAsync(cancellationToken)).Problem;
            },
            cancellationToken);
        return problem;
    }

    private static BackupException WithoutKeys(DataDirectory target) =>
        new($"the keys in {target.Keys} do not open the secrets of this backup; put its keys there, or make a backup with keys");

    private static async Task ReadAsync(string database, Func<Task> open, CancellationToken cancellationToken)
    {
        try
        {
            await using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString()))
            {
                await connection.OpenAsync(cancellationToken);
                await using var command = connection.CreateCommand();
                command.CommandText = "PRAGMA integrity_check(1)";
                if (await command.ExecuteScalarAsync(cancellationToken) is not "ok")
                {
                    throw new BackupException($"{Path.GetFileName(database)} in the backup is damaged");
                }
            }

            await open();
        }
        catch (Exception exception) when (exception is not (BackupException or OperationCanceledException or OutOfMemoryException))
        {
            // Whoever made the archive wrote its hashes too: anything may be in there.
            throw new BackupException($"{Path.GetFileName(database)} in the backup cannot be read: {exception.Message}");
        }
    }
}
