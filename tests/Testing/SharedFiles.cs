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
            root = Repository.Root is { } repository ? Path.Combine(Path.GetDirectoryName(repository)!, "shared") : null;
        }

        var path = root is null ? null : Path.Combine(root, relativePath);
        return path is not null && (File.Exists(path) || Directory.Exists(path)) ? path : null;
    }
}
