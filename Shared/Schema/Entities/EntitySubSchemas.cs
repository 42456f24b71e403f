namespace Gateway.Shared.Schema;

/// <summary>Vault configs from here, configs of plugins and partials from the plugin catalogue where there is one.</summary>
public sealed class EntitySubSchemas(ISubSchemaSource? plugins) : ISubSchemaSource
{
    private const string Vaults = "vaults";

    /// <summary>The schemas of a family that needs no catalogue: those of <c>vaults</c>.</summary>
    public static IEnumerable<(string Name, RecordSchema Schema)> Own(string family) =>
        family == Vaults ? VaultTypes.Names.Select(n => (n, VaultTypes.Find(n)!)) : [];

    public bool Handles(string family) => family == Vaults || plugins?.Handles(family) == true;

    public RecordSchema? Find(string family, string name) => family == Vaults
        ? VaultTypes.Find(name)
        : plugins?.Find(family, name);

    public SubSchemaRules? FindRules(string family, string name) => family == Vaults ? null : plugins?.FindRules(family, name);

    public void Check(string family, string name, CheckContext context)
    {
        if (family != Vaults)
        {
            plugins?.Check(family, name, context);
        }
    }

    public IReadOnlyList<string> Names(string family) => family == Vaults ? VaultTypes.Names : plugins?.Names(family) ?? [];
}
