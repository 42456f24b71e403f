using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Plugins.FileLog;

/// <summary>Settings of file-log, section <c>Gateway:FileLog</c>.</summary>
public sealed class FileLogOptions
{
    public const string Section = "Gateway:FileLog";

    private static readonly char[] Separators = [';', ','];

    /// <summary>
    /// Directories below which records may be written. A list, or one text with semicolons or commas. Null stands for the default:
    /// <c>/tmp</c> and the data directory.
    /// </summary>
    public IReadOnlyList<string>? AllowedDirectories { get; set; }

    /// <summary>
    /// Files and directories of the product itself, which may lie in an allowed directory and are never written to; also files named
    /// after them, such as <c>x.db-wal</c> beside <c>x.db</c>. Set by the host, not by configuration.
    /// </summary>
    public IReadOnlyList<string> OwnFiles { get; set; } = [];

    /// <summary>Takes the settings from the configuration.</summary>
    internal static void Read(FileLogOptions options, IConfiguration configuration)
    {
        var setting = configuration.GetSection(Section).GetSection(nameof(AllowedDirectories));
        if (setting.Exists())
        {
            options.AllowedDirectories =
            [
                .. setting.GetChildren()
                    .Select(c => c.Value)
                    .Prepend(setting.Value)
                    .SelectMany(v => (v ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
            ];
        }
    }
}

/// <summary>Finds directories that mean something else in every working directory.</summary>
internal sealed class FileLogOptionsValidator : IValidateOptions<FileLogOptions>
{
    public ValidateOptionsResult Validate(string? name, FileLogOptions options)
    {
        var faults = (options.AllowedDirectories ?? [])
            .Where(d => !Path.IsPathFullyQualified(d))
            .Select(d => $"{FileLogOptions.Section}:{nameof(FileLogOptions.AllowedDirectories)}: '{d}' is not an absolute path")
            .ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
