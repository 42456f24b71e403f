namespace ConsoleWeb.Backups;

/// <summary>What is in a backup. The first entry of the archive, so that a reader knows what to expect.</summary>
/// <param name="Format">Of the archive; a reader refuses a newer one.</param>
/// <param name="Product">Version that wrote it.</param>
internal sealed record BackupManifest(int Format, string Product, DateTimeOffset CreatedAt, IReadOnlyList<BackupFile> Files)
{
    public const int CurrentFormat = 1;

    public bool Has(string name) => Files.Any(f => f.Name == name);
}

/// <summary>One file of a backup.</summary>
/// <param name="Sha256">Lower-case hex.</param>
internal sealed record BackupFile(string Name, long Size, string Sha256);

/// <summary>Names of the files that a backup may hold; nothing else is ever read from one.</summary>
internal static class BackupNames
{
    public const string Manifest = "manifest.json";
    public const string Config = "gatehouse.db";
    public const string Logs = "logs.db";
    public const string Keys = "keys.enc";

    /// <summary>Small files that belong to the configuration.</summary>
    public static readonly IReadOnlyList<string> Identity = ["node-id", "control-plane.json"];

    public static readonly IReadOnlyList<string> All = [Config, Logs, Keys, .. Identity];
}

/// <summary>A backup cannot be made or brought back, for a reason that whoever asked for it can do something about.</summary>
internal sealed class BackupException(string message) : Exception(message);
