namespace Gateway.Testing;

/// <summary>Published material that some tests compare with: <c>../shared</c> beside the repository, or <c>GATEHOUSE_SHARED</c>.</summary>
public static class SharedFiles
{
    /// <returns>The file's path, or null where the material is not present.</returns>
    public static string? Find(string relativePath)
    {
        var root = Environment.GetEnvironmentVariable("GATEHOUSE_SHARED");
        if (string.IsNullOrEmpty(root))
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Console.sln")))
            {
                directory = directory.Parent;
            }

            root = directory?.Parent is { } parent ? Path.Combine(parent.FullName, "shared") : null;
        }

        var path = root is null ? null : Path.Combine(root, relativePath);
        return path is not null && (File.Exists(path) || Directory.Exists(path)) ? path : null;
    }
}
