using ConsoleWeb.Audit;
using ConsoleWeb.Options;

namespace ConsoleWeb.Backups;

/// <summary>The keys of a data directory. The end of the audit log lies beside them and is none: each database has an end of its own.</summary>
internal static class KeyFiles
{
    /// <returns>Contents by name.</returns>
    public static Dictionary<string, byte[]> Read(DataDirectory directory) => Directory.Exists(directory.Keys)
        ? Directory.EnumerateFiles(directory.Keys).Where(f => IsKey(Path.GetFileName(f))).ToDictionary(f => Path.GetFileName(f), File.ReadAllBytes, StringComparer.Ordinal)
        : [];

    public static void Write(DataDirectory directory, IReadOnlyDictionary<string, byte[]> files)
    {
        DataDirectory.CreatePrivate(directory.Keys);
        foreach (var (name, content) in files.Where(f => IsKey(f.Key)))
        {
            var path = Path.Combine(directory.Keys, name);
            DataDirectory.Protect(path);
            File.WriteAllBytes(path, content);
        }
    }

    private static bool IsKey(string name) =>
        name == Path.GetFileName(name) && (name == AuditFiles.KeyName || name.EndsWith(".xml", StringComparison.Ordinal));
}
