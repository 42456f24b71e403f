using System.Globalization;
using System.Text.RegularExpressions;
using ConsoleWeb.Audit;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Options;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Backups;

/// <summary>A backup that is kept beside the data.</summary>
/// <param name="Manifest">What it holds; null: it cannot be read.</param>
internal sealed record KeptBackup(string Name, long Bytes, DateTimeOffset CreatedAt, BackupManifest? Manifest)
{
    /// <summary>Made by the schedule, which also throws it away.</summary>
    public bool IsDaily => Name.StartsWith(BackupShelf.Daily, StringComparison.Ordinal);
}

/// <summary>A backup that takes the place of the data at the next start.</summary>
/// <param name="AuditProblem">What is wrong with the audit log in it; null: nothing.</param>
internal sealed record StagedBackup(string Folder, BackupManifest Manifest, string? AuditProblem);

/// <summary>
/// The backups that are kept in the data directory: made, listed, handed out, thrown away, and got ready to take the place of the data.
/// One thing at a time.
/// </summary>
internal sealed partial class BackupShelf(DataDirectory directory, BackupWriter writer, StoreOpener stores, AuditLog audit, TimeProvider time) : IDisposable
{
    /// <summary>What names of scheduled backups begin with.</summary>
    public const string Daily = "daily-";

    private const string Uploading = "uploading-";

    private const string NameTime = "yyyyMMdd'T'HHmmss";

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Signal _changes = new();

    /// <summary>What waits for the next start; null: nothing.</summary>
    public StagedBackup? Staged { get; private set; }

    public void Dispose() => _gate.Dispose();

    /// <summary>Calls back whenever a backup has come or gone, or one waits for the next start or no longer does, whoever did it.</summary>
    public IDisposable OnChanged(Action callback) => _changes.Subscribe(callback);

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<KeptBackup>> ListAsync(CancellationToken cancellationToken)
    {
        var kept = new List<KeptBackup>();
        foreach (var file in DataDirectory.CreatePrivate(directory.Backups).EnumerateFiles().Where(f => NamePattern().IsMatch(f.Name)))
        {
            BackupManifest? manifest = null;
            try
            {
                manifest = await BackupArchive.ReadManifestAsync(file.FullName, cancellationToken);
            }
            catch (BackupException)
            {
                // It is listed all the same, so that it can be thrown away.
            }

            kept.Add(new KeptBackup(file.Name, file.Length, manifest?.CreatedAt ?? file.LastWriteTimeUtc, manifest));
        }

        return [.. kept.OrderByDescending(b => b.CreatedAt)];
    }

    /// <param name="passphrase">Encrypts the keys in the archive; null: they are left out.</param>
    /// <param name="isDaily">Whether the schedule makes it.</param>
    /// <returns>Name of the file.</returns>
    /// <exception cref="BackupException">It cannot be made.</exception>
    public async Task<string> MakeAsync(bool withLogs, string? passphrase, string product, Actor actor, CancellationToken cancellationToken, bool isDaily = false)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var name = NameOf(isDaily ? Daily : "gatehouse-", time.GetUtcNow());
            DataDirectory.CreatePrivate(directory.Backups);
            await writer.WriteAsync(Path.Combine(directory.Backups, name), withLogs, passphrase, product, actor, cancellationToken);
            _changes.Raise();
            return name;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Opens a kept backup for somebody who takes it away, which is recorded; null when there is none of that name.</summary>
    public FileStream? Open(string name, Actor actor)
    {
        var path = Path.Combine(directory.Backups, name);
        if (!NamePattern().IsMatch(name) || !File.Exists(path))
        {
            return null;
        }

        audit.Post(new AuditEvent(AuditActions.BackupDownload, actor, name));
        return File.OpenRead(path);
    }

    /// <summary>Throws a kept backup away, which is recorded.</summary>
    public void Delete(string name, Actor actor)
    {
        var path = Path.Combine(directory.Backups, name);
        if (NamePattern().IsMatch(name) && File.Exists(path))
        {
            File.Delete(path);
            audit.Post(new AuditEvent(AuditActions.BackupDelete, actor, name));
            _changes.Raise();
        }
    }

    /// <summary>When the newest backup of the schedule was made; null: there is none.</summary>
    public DateTimeOffset? NewestDaily() => ListDaily().FirstOrDefault() is { } name
        && DateTime.TryParseExact(name[Daily.Length..][..15], NameTime, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? new DateTimeOffset(at)
            : null;

    /// <summary>Throws the oldest backups of the schedule away.</summary>
    /// <param name="keep">How many stay.</param>
    public void DeleteDailyBeyond(int keep, Actor actor)
    {
        foreach (var name in ListDaily().Skip(keep))
        {
            Delete(name, actor);
        }
    }

    /// <summary>Keeps an archive that somebody sent.</summary>
    /// <returns>Its name.</returns>
    /// <exception cref="BackupException">It is no backup, or it is damaged.</exception>
    public async Task<string> ReceiveAsync(Stream content, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        DataDirectory.CreatePrivate(directory.Backups);
        var part = Path.Combine(directory.Backups, $"{Uploading}{Guid.NewGuid():N}");
        try
        {
            DataDirectory.Protect(part);
            await using (var file = new FileStream(part, FileMode.Truncate, FileAccess.Write))
            {
                await content.CopyToAsync(file, cancellationToken);
            }

            var manifest = await BackupArchive.ReadManifestAsync(part, cancellationToken);
            var name = NameOf("gatehouse-", manifest.CreatedAt);
            File.Move(part, Path.Combine(directory.Backups, name), overwrite: true);
            _changes.Raise();
            return name;
        }
        finally
        {
            File.Delete(part);
            _gate.Release();
        }
    }

    /// <summary>Unpacks a kept backup and checks all of it; from then on it waits for the next start.</summary>
    /// <param name="passphrase">Opens the keys in it.</param>
    /// <exception cref="BackupException">It cannot take the place of the data; nothing was changed.</exception>
    public async Task<StagedBackup> StageAsync(string name, string? passphrase, Actor actor, CancellationToken cancellationToken)
    {
        if (!NamePattern().IsMatch(name))
        {
            throw new BackupException($"there is no backup {name}");
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            Forget();
            var reader = new BackupReader(directory, stores.Open, time);
            Staged = await reader.StageAsync(
                Path.Combine(directory.Backups, name),
                () => passphrase is { Length: > 0 } given ? Task.FromResult(given) : throw new BackupException("the backup holds keys; enter its passphrase"),
                actor,
                cancellationToken);
            _changes.Raise();
            return Staged;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new BackupException(exception.Message);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Nothing waits for the next start any more.</summary>
    public void Forget()
    {
        if (Staged is { } staged)
        {
            File.Delete(directory.RestoreAtStart);
            if (Directory.Exists(staged.Folder))
            {
                Directory.Delete(staged.Folder, recursive: true);
            }

            Staged = null;
            _changes.Raise();
        }
    }

    /// <summary>Names of the schedule's backups, the newest first: their time stands in them.</summary>
    private List<string> ListDaily() => [.. DataDirectory.CreatePrivate(directory.Backups).EnumerateFiles()
        .Select(f => f.Name)
        .Where(n => DailyPattern().IsMatch(n))
        .OrderDescending(StringComparer.Ordinal)];

    private static string NameOf(string stem, DateTimeOffset at) => $"{stem}{at.UtcDateTime.ToString(NameTime, CultureInfo.InvariantCulture)}.tar.gz";

    [GeneratedRegex(@"^daily-\d{8}T\d{6}\.tar\.gz$")]
    private static partial Regex DailyPattern();

    [GeneratedRegex(@"^[A-Za-z0-9][\w.-]*\.tar\.gz$")]
    private static partial Regex NamePattern();
}

/// <summary>Services of the store in any data directory, as the checks of a backup need them.</summary>
internal sealed class StoreOpener(Func<DataDirectory, ServiceProvider> open)
{
    public ServiceProvider Open(DataDirectory directory) => open(directory);
}
