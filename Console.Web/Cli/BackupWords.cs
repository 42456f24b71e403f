using System.CommandLine;
using ConsoleWeb.Backups;
using ConsoleWeb.Hosting;
using ConsoleWeb.Options;

namespace ConsoleWeb.Cli;

/// <summary><c>backup</c> beside a running server or without one, and <c>restore</c> without one.</summary>
internal sealed class BackupWords(CliIo io)
{
    private const string PassphraseVariable = "GATEHOUSE_BACKUP_PASSPHRASE";

    public Command CreateBackup()
    {
        var file = new Argument<string>("FILE") { Description = "Where the archive goes; must not exist" };
        var noLogs = new Option<bool>("--no-logs") { Description = "Leave the request log out" };
        var withKeys = new Option<bool>("--with-keys") { Description = $"Put the keys of stored secrets in, encrypted under a passphrase from {PassphraseVariable} or standard input" };
        var backup = new Command("backup", "Copy configuration, users, tokens and the request log into one archive while the gateway runs") { file, noLogs, withKeys };
        backup.SetAction((parsed, cancellationToken) => FailWithReasonAsync(async () =>
        {
            var configuration = LocalStore.Configuration(io);
            var directory = DataDirectory.From(configuration);
            DataDirectoryException.ThrowIfRestoring(directory);
            if (!File.Exists(directory.ConfigDatabase))
            {
                throw new CommandFailureException($"there is nothing to back up in {directory.Root}; Gateway__Data names another directory");
            }

            var hasKeys = parsed.GetValue(withKeys);
            var passphrase = hasKeys ? await ReadPassphraseAsync(isNew: true, cancellationToken) : null;
            var path = Path.GetFullPath(parsed.GetRequiredValue(file));
            await using var services = LocalStore.Open(configuration, directory);
            var writer = ActivatorUtilities.CreateInstance<BackupWriter>(services, directory, io.Time);
            var made = await writer.WriteAsync(path, !parsed.GetValue(noLogs), passphrase, CliVersion.Product, cancellationToken);
            await io.Stdout.WriteLineAsync($"{path} holds {string.Join(", ", made.Names)}.");
            if (!made.IsNoted)
            {
                await io.Stderr.WriteLineAsync("The data is of another version than this program, so the audit log does not name this backup.");
            }

            if (!hasKeys)
            {
                await io.Stderr.WriteLineAsync($"The keys of stored secrets are not in it: keep a copy of {directory.Keys} elsewhere, or use --with-keys. Without them a restore elsewhere is refused.");
            }
        }));
        return backup;
    }

    public Command CreateRestore()
    {
        var file = new Argument<string>("FILE") { Description = "An archive of 'gatehouse backup'" };
        var restore = new Command("restore", "Put a backup in the place of the data; the gateway must be stopped, and the old data is kept") { file };
        restore.SetAction((parsed, cancellationToken) => FailWithReasonAsync(async () =>
        {
            var configuration = LocalStore.Configuration(io);
            var directory = DataDirectory.From(configuration);
            var reader = new BackupReader(directory, d => LocalStore.Open(configuration, d), io.Time);
            var restored = await reader.RestoreAsync(Path.GetFullPath(parsed.GetRequiredValue(file)), () => ReadPassphraseAsync(isNew: false, cancellationToken), cancellationToken);
            await io.Stdout.WriteLineAsync($"Restored into {directory.Root}. What was there is in {restored.Aside}.");
            if (restored.AuditProblem is { } problem)
            {
                await io.Stderr.WriteLineAsync($"The audit log in the backup is not whole: {problem}. When its keys are kept elsewhere, put them into {directory.Keys} and restore again.");
            }
        }));
        return restore;
    }

    private async Task<string> ReadPassphraseAsync(bool isNew, CancellationToken cancellationToken)
        => io.Variable(PassphraseVariable) ?? await io.ReadSecretAsync("Passphrase of the keys", isNew, cancellationToken);

    private static async Task FailWithReasonAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (Exception exception) when (exception is BackupException or IOException or UnauthorizedAccessException)
        {
            throw new CommandFailureException(exception.Message, exception);
        }
    }
}
