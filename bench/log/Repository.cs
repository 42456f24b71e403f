namespace Gateway.LogBench;

/// <summary>Where this tree is.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>A file in the folder of results, which ./dev.sh bench reads.</summary>
    public static string Result(string name) => Path.Combine(Directory.CreateDirectory(Path.Combine(Root, "bench", "results")).FullName, name);

    private static string Find(string directory) =>
        File.Exists(Path.Combine(directory, "Console.sln")) ? directory : Find(Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("Not inside the repository."));
}
