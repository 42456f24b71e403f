namespace Gateway.Core.Plugins.FileLog;

/// <summary>Settings of file-log, section <c>Gateway:FileLog</c>.</summary>
public sealed class FileLogOptions
{
    public const string Section = "Gateway:FileLog";

    /// <summary>Directories below which records may be written, separated by semicolons or commas. Default: <c>/tmp</c> and the data directory.</summary>
    public string? AllowedDirectories { get; set; }
}
