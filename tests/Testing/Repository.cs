namespace Gateway.Testing;

/// <summary>The working copy that the tests were built from.</summary>
public static class Repository
{
    /// <summary>The folder that holds <c>Console.sln</c>; null when the tests run outside a working copy.</summary>
    public static string? Root { get; } = FindRoot();

    /// <returns>Paths from <see cref="Root"/> of the sources in a folder, with slashes; what the build wrote is left out.</returns>
    public static IEnumerable<string> Sources(string folder, string pattern = "*.cs") =>
        from file in Directory.EnumerateFiles(Path.Combine(Root!, folder), pattern, SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Root!, file).Replace('\\', '/')
        where !path.Split('/').Any(part => part is "bin" or "obj")
        orderby path
        select path;

    private static string? FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Console.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName;
    }
}
