using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ConsoleWeb.Audit;
using ConsoleWeb.Data;
using ConsoleWeb.Features;
using ConsoleWeb.Features.Entities;
using Microsoft.AspNetCore.DataProtection;

namespace ConsoleWeb.Backups;

/// <summary>Makes a backup every day when that is wanted, and keeps the newest of them. One that was missed while nothing ran is made at the next start.</summary>
internal sealed partial class BackupSchedule(
    SettingStore store, IDataProtectionProvider protection, BackupShelf shelf, AuditLog audit, TimeProvider time, ILogger<BackupSchedule> logger)
{
    private const string SettingName = "backups";

    /// <summary>How long one that failed waits for its next try.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    private static readonly Actor Scheduler = Actor.Named("schedule", "system");

    private readonly IDataProtector _protector = protection.CreateProtector("Gatehouse.Backups.Passphrase.v1");
    private DateTimeOffset _setAt = DateTimeOffset.MinValue;
    private DateTimeOffset? _triedAt;

    public BackupPlan Plan { get; private set; } = BackupPlan.Default;

    /// <summary>When and why the last try failed; null: it did not.</summary>
    public (DateTimeOffset At, string Reason)? Failure { get; private set; }

    /// <summary>When the next one is made; null: none is.</summary>
    public DateTimeOffset? NextAt => Plan.IsOn ? Plan.NextAfter(time.GetUtcNow(), time.LocalTimeZone) : null;

    /// <summary>The zone in which the time of the plan is told.</summary>
    public TimeZoneInfo Zone => time.LocalTimeZone;

    /// <summary>Reads what is stored.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (await store.FindAsync(SettingName, cancellationToken) is { } stored)
        {
            (Plan, _setAt) = (BackupPlan.Read(stored.Document), stored.ChangedAt);
        }
    }

    /// <param name="passphrase">Of the keys; null: the one that is stored stays; empty: no keys.</param>
    /// <exception cref="BackupException">It cannot be set like this.</exception>
    public async Task SetAsync(BackupPlan plan, string? passphrase, Actor actor, CancellationToken cancellationToken)
    {
        if (plan.Keep is < 1 or > BackupPlan.MostKept)
        {
            throw new BackupException($"keep 1 to {BackupPlan.MostKept} backups");
        }

        if (passphrase is { Length: > 0 and < KeyBox.MinPassphrase })
        {
            throw new BackupException($"the passphrase needs at least {KeyBox.MinPassphrase} characters");
        }

        plan = plan with { Passphrase = passphrase switch { null => Plan.Passphrase, "" => null, _ => _protector.Protect(passphrase) } };
        var before = Shown(Plan);
        _setAt = await store.SetAsync(SettingName, plan.Write(), actor.Name, cancellationToken);
        (Plan, Failure, _triedAt) = (plan, null, null);
        audit.Post(new AuditEvent(AuditActions.BackupSchedule, actor) { Details = new JsonObject { ["before"] = before, ["after"] = Shown(plan) } });
    }

    /// <summary>Makes the backup that is due; nothing when none is.</summary>
    /// <returns>Its name; null: none was due, or it failed.</returns>
    public async Task<string?> RunDueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = Plan.DueBefore(now, time.LocalTimeZone);
        if (!Plan.IsOn || due < _setAt || now - _triedAt < Pause || shelf.NewestDaily() >= due)
        {
            return null;
        }

        _triedAt = now;
        try
        {
            var passphrase = Plan.Passphrase is { } kept ? _protector.Unprotect(kept) : null;
            var name = await shelf.MakeAsync(Plan.WithLogs, passphrase, ProductVersion.Text, Scheduler, cancellationToken, isDaily: true);
            shelf.DeleteDailyBeyond(Plan.Keep, Scheduler);
            (Failure, _triedAt) = (null, null);
            return name;
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
        {
            var reason = exception is CryptographicException ? "its passphrase was encrypted with keys that are no longer here; set it again" : exception.Message;
            Failure = (now, reason);
            LogFailed(logger, reason);
            return null;
        }
    }

    private static JsonObject Shown(BackupPlan plan)
    {
        var json = plan.Write();
        json["passphrase"] = plan.Passphrase is null ? "none" : "set";
        return json;
    }

    [LoggerMessage(EventId = 6301, Level = LogLevel.Warning, Message = "The daily backup could not be made: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
