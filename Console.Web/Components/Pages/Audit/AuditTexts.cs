using ConsoleWeb.Audit;

namespace ConsoleWeb.Components.Pages.Audit;

/// <summary>What the audit log's actions are called.</summary>
internal static class AuditTexts
{
    /// <returns>The action itself when it has no name here.</returns>
    public static string Of(string action) => action switch
    {
        AuditActions.ConfigChange => "Configuration changed",
        AuditActions.ConfigRestore => "Configuration restored",
        AuditActions.SignIn => "Signed in",
        AuditActions.SignOut => "Signed out",
        AuditActions.AdminAuthentication => "Token at the Admin API",
        AuditActions.AdminAccess => "Call of the Admin API",
        AuditActions.TokenCreate => "Token made",
        AuditActions.TokenFirstUse => "Token first used",
        AuditActions.TokenRevoke => "Token revoked",
        AuditActions.UserCreate => "User made",
        AuditActions.UserLink => "Password link made",
        AuditActions.UserExternal => "Account tied to a provider",
        AuditActions.UserRole => "Role given",
        AuditActions.UserDisable => "User disabled",
        AuditActions.UserEnable => "User enabled",
        AuditActions.UserDelete => "User deleted",
        AuditActions.UserChange => "User changed",
        AuditActions.UserPassword => "Password set",
        AuditActions.PayloadView => "Payload read",
        AuditActions.LogExport => "Requests exported",
        AuditActions.LogReplay => "Request sent again",
        AuditActions.LogDelete => "Requests deleted",
        AuditActions.LogRedaction => "Redaction of the log",
        AuditActions.LogRetention => "Retention of the log",
        AuditActions.LogStop => "Request stopped",
        AuditActions.BackupCreate => "Backup made",
        AuditActions.BackupDownload => "Backup downloaded",
        AuditActions.BackupDelete => "Backup deleted",
        AuditActions.BackupSchedule => "Schedule of backups",
        AuditActions.ConfigExport => "Configuration exported",
        AuditActions.BackupRestore => "Backup restored",
        AuditActions.Prune => "Old entries removed",
        AuditActions.Lost => "Entries lost",
        _ => action,
    };
}
