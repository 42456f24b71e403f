using System.Text.Json.Nodes;
using ConsoleWeb.Features.Entities;

namespace ConsoleWeb.Audit;

/// <summary>Something that somebody did or tried to do. Holds no secret.</summary>
/// <param name="Action">One of <see cref="AuditActions"/>.</param>
/// <param name="Target">What it was done to; null: nothing in particular.</param>
internal sealed record AuditEvent(string Action, Actor Actor, string? Target = null)
{
    /// <summary>Whether it was let happen.</summary>
    public bool IsRefused { get; init; }

    public JsonObject? Details { get; init; }

    /// <summary>When it happened; null: when it is stored.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>What is written to the audit log.</summary>
internal static class AuditActions
{
    public const string ConfigChange = "config.change";
    public const string ConfigRestore = "config.restore";
    public const string SignIn = "sign-in";
    public const string SignOut = "sign-out";
    public const string AdminAuthentication = "admin.authentication";
    public const string AdminAccess = "admin.access";
    public const string TokenCreate = "token.create";
    public const string TokenFirstUse = "token.first-use";
    public const string TokenRevoke = "token.revoke";
    public const string UserCreate = "user.create";
    public const string UserLink = "user.link";

    /// <summary>An account was tied to a person at an OpenID provider.</summary>
    public const string UserExternal = "user.external";
    public const string UserRole = "user.role";
    public const string UserDisable = "user.disable";
    public const string UserEnable = "user.enable";
    public const string UserDelete = "user.delete";

    /// <summary>Any of them, refused.</summary>
    public const string UserChange = "user.change";
    public const string UserPassword = "user.password";
    public const string PayloadView = "payload.view";

    public const string LogExport = "logs.export";

    /// <summary>What is taken out of the log was changed.</summary>
    public const string LogRedaction = "logs.redaction";

    /// <summary>How long the log lives was changed.</summary>
    public const string LogRetention = "logs.retention";

    /// <summary>A recorded request was sent again; the target is the new one, or the recorded one where that was refused.</summary>
    public const string LogReplay = "logs.replay";

    /// <summary>A running request was ended; the target is its id.</summary>
    public const string LogStop = "logs.stop";
    public const string LogDelete = "log.delete";
    public const string BackupCreate = "backup.create";
    public const string BackupRestore = "backup.restore";
    public const string BackupDownload = "backup.download";
    public const string BackupDelete = "backup.delete";

    /// <summary>When backups are made by themselves was changed.</summary>
    public const string BackupSchedule = "backup.schedule";
    public const string ConfigExport = "config.export";

    /// <summary>Old entries were removed; the details say up to which, so that the rest can still be verified.</summary>
    public const string Prune = "audit.prune";

    /// <summary>Entries that could not be stored in time were lost; the details say how many.</summary>
    public const string Lost = "audit.lost";
}

/// <summary>How it went.</summary>
internal static class AuditOutcomes
{
    public const string Ok = "ok";
    public const string Refused = "refused";
}
