using System.Text.Json.Nodes;
using Gateway.Shared.Schema;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Plugins.FileLog;

/// <summary>Where file-log may write.</summary>
internal sealed class FileLogPaths(IOptions<FileLogOptions> options) : IPluginCheck
{
    private static readonly char[] Separators = [';', ','];

    private readonly string[] _allowed =
    [
        .. (options.Value.AllowedDirectories ?? "/tmp")
            .Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(Path.GetFullPath),
    ];

    public string PluginName => "file-log";

    public SchemaViolationError? Check(JsonObject config) =>
        config["path"]?.GetValue<string>() is { } path && !IsAllowed(path)
            ? SchemaViolationError.At(
                "config.path",
                $"'{path}' is outside the directories that file-log may write to ({string.Join(", ", _allowed)}); Gateway__FileLog__AllowedDirectories names them")
            : null;

    /// <summary>Whether a file is below an allowed directory, also after its directory's symbolic links were followed.</summary>
    public bool IsAllowed(string path)
    {
        var full = Path.GetFullPath(path);
        if (!IsBelow(full, _allowed))
        {
            return false;
        }

        // A file that is not there yet has no target; one that is a link counts where it leads.
        var file = new FileInfo(full);
        var target = file.LinkTarget is null ? full : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        return IsBelow(Real(target), Array.ConvertAll(_allowed, Real));
    }

    private static bool IsBelow(string path, string[] directories)
    {
        foreach (var directory in directories)
        {
            var prefix = Path.TrimEndingDirectorySeparator(directory) + Path.DirectorySeparatorChar;
            if (path.StartsWith(prefix, StringComparison.Ordinal) && path.Length > prefix.Length)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The path with every symbolic link among its directories followed.</summary>
    private static string Real(string path)
    {
        var at = Path.GetPathRoot(path)!;
        foreach (var part in path[at.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            at = Path.Combine(at, part);
            if (Directory.Exists(at) && Directory.ResolveLinkTarget(at, returnFinalTarget: true) is { } target)
            {
                at = target.FullName;
            }
        }

        return at;
    }
}
