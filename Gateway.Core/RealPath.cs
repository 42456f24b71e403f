namespace Gateway.Core;

/// <summary>Where paths really lead, for whoever confines files to some directories.</summary>
internal static class RealPath
{
    /// <summary>An absolute path with every symbolic link in it followed; parts that do not exist stay as they are.</summary>
    public static string Of(string path)
    {
        var at = Path.GetPathRoot(path)!;
        foreach (var part in path[at.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            at = Path.Combine(at, part);
            var target = Directory.Exists(at) ? Directory.ResolveLinkTarget(at, returnFinalTarget: true)
                : File.Exists(at) ? File.ResolveLinkTarget(at, returnFinalTarget: true)
                : null;
            if (target is not null)
            {
                at = Of(target.FullName);
            }
        }

        return at;
    }

    /// <summary>Whether a path is inside one of the directories; a directory is not inside itself.</summary>
    public static bool IsBelow(string path, IReadOnlyList<string> directories)
    {
        foreach (var directory in directories)
        {
            var prefix = Path.EndsInDirectorySeparator(directory) ? directory : directory + Path.DirectorySeparatorChar;
            if (path.StartsWith(prefix, StringComparison.Ordinal) && path.Length > prefix.Length)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a path is one of these files or directories, is inside one, or is named after one, as <c>x.db-wal</c> is after <c>x.db</c>.</summary>
    /// <param name="path">Without links among its directories.</param>
    public static bool BelongsTo(string path, IReadOnlyList<string> files)
    {
        foreach (var file in files)
        {
            var real = Path.Combine(Of(Path.GetDirectoryName(file)!), Path.GetFileName(file));
            if (path.StartsWith(real, StringComparison.OrdinalIgnoreCase) && (path.Length == real.Length || path[real.Length] is '/' or '\\' or '-'))
            {
                return true;
            }
        }

        return false;
    }
}
