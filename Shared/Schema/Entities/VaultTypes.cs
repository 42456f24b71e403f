using Gateway.Shared.Contracts;

namespace Gateway.Shared.Schema;

/// <summary>The types of vaults and the schemas of their configs.</summary>
public static class VaultTypes
{
    private static readonly Dictionary<string, Type> Configs = new()
    {
        ["env"] = typeof(EnvVaultConfig),
        ["file"] = typeof(FileVaultConfig),
    };

    public static IReadOnlyList<string> Names => [.. Configs.Keys];

    /// <summary>The config's schema; null when there is no such type.</summary>
    public static RecordSchema? Find(string name) => Configs.TryGetValue(name, out var type) ? RecordSchema.For(type) : null;
}
