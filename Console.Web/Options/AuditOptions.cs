namespace ConsoleWeb.Options;

/// <summary>Settings of the audit log, section <c>Gateway:Audit</c>.</summary>
internal sealed class AuditOptions
{
    public const string Section = "Gateway:Audit";

    /// <summary>Days after which an entry goes. Default 400.</summary>
    public int MaxAgeDays { get; set; } = 400;
}
