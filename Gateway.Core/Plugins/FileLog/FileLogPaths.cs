using System.Text.Json.Nodes;
using Gateway.Shared.Schema;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Plugins.FileLog;

/// <summary>Where file-log may write: judged when a config is written, and again at every opening, as links may have changed since.</summary>
internal sealed class FileLogPaths(IOptions<FileLogOptions> options) : IPluginCheck
{
    private static readonly string[] Default = ["/tmp"];

    /// <summary>No files of a disk, whatever directories are allowed.</summary>
    private static readonly string[] Kernel = ["/dev", "/proc", "/sys"];

    private readonly string[] _allowed = [.. (options.Value.AllowedDirectories ?? Default).Select(Path.GetFullPath)];
    private readonly string[] _own = [.. options.Value.OwnFiles.Select(Path.GetFullPath)];

    public string PluginName => "file-log";

    public SchemaViolationError? Check(JsonObject config) =>
        config["path"]?.GetValue<string>() is { } path && FindFault(path) is { } fault
            ? SchemaViolationError.At("config.path", $"'{path}' cannot be written to: {fault}")
            : null;

    /// <summary>Opens or creates the file, or takes the standard stream of that name.</summary>
    /// <exception cref="IOException">It cannot be opened, or must not be.</exception>
    public AppendFile Open(string path)
    {
        if (OpenStandardStream(path) is { } stream)
        {
            return new StreamAppendFile(stream);
        }

        return FindFault(path) is { } fault ? throw new IOException(fault)
            : OperatingSystem.IsLinux() ? LinuxAppendFile.Open(path, FindFaultOfReal)
            : StreamAppendFile.Open(path);
    }

    /// <summary>Opens a file of file-log for reading; what may not be written to cannot be read here either.</summary>
    /// <returns>Null: there is none yet, or the path is a standard stream.</returns>
    /// <exception cref="IOException">It cannot be opened, or must not be.</exception>
    public FileStream? OpenRead(string path)
    {
        if (path is "/dev/stdout" or "/dev/stderr" || !File.Exists(path))
        {
            return null;
        }

        return FindFault(path) is { } fault ? throw new IOException(fault)
            : OperatingSystem.IsLinux() ? new FileStream(LinuxFile.OpenRegular(path, FindFaultOfReal), FileAccess.Read, bufferSize: 0)
            : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <returns>Why a path may not be written to, or null.</returns>
    private string? FindFault(string path)
    {
        if (path is "/dev/stdout" or "/dev/stderr")
        {
            return null;
        }

        var full = Path.GetFullPath(path);
        if (Path.GetFileName(full).Length == 0 || Directory.Exists(full))
        {
            return "it is a directory";
        }

        if (!RealPath.IsBelow(full, _allowed))
        {
            return Outside();
        }

        return new FileInfo(full).LinkTarget is null
            ? FindFaultOfReal(Path.Combine(RealPath.Of(Path.GetDirectoryName(full)!), Path.GetFileName(full)))
            : "it is a symbolic link";
    }

    /// <param name="path">Without links among its directories.</param>
    private string? FindFaultOfReal(string path)
    {
        if (!RealPath.IsBelow(path, Array.ConvertAll(_allowed, RealPath.Of)) || RealPath.IsBelow(path, Kernel))
        {
            return Outside();
        }

        return RealPath.BelongsTo(path, _own) ? "it belongs to the gateway itself" : null;
    }

    private string Outside() =>
        $"it is outside the directories that file-log may write to ({string.Join(", ", _allowed)}); Gateway__FileLog__AllowedDirectories names them";

    private static Stream? OpenStandardStream(string path) => path switch
    {
        "/dev/stdout" => Console.OpenStandardOutput(),
        "/dev/stderr" => Console.OpenStandardError(),
        _ => null,
    };
}
