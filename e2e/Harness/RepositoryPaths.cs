namespace Gateway.E2E.Harness;

/// <summary>Where the suite finds the repository's files and, beside it, the published specification.</summary>
internal static class RepositoryPaths
{
    public static string Root { get; } = FindRoot();

    public static string Quickstart => Path.Combine(Root, "quickstart");

    public static string Clients => Path.Combine(Root, "e2e", "clients");

    public static string NodeModules => Path.Combine(Clients, "node_modules");

    /// <summary>A walkthrough of this repository: shell lines as a reader of the README pastes them.</summary>
    public static string Walkthrough(string name) => Path.Combine(Root, "e2e", "tutorials", name);

    /// <summary>The folder with specification and tutorials; null where it is absent (<c>GATEHOUSE_SHARED</c> overrides).</summary>
    public static string? Shared()
    {
        var path = Environment.GetEnvironmentVariable("GATEHOUSE_SHARED") ?? Path.Combine(Root, "..", "shared");

        return Directory.Exists(path) ? Path.GetFullPath(path) : null;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Console.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Console.sln above {AppContext.BaseDirectory}.");
    }
}
