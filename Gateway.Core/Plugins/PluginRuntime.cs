using Gateway.Core.Secrets;
using Gateway.Shared.Contracts;
using Gateway.Shared.Schema;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Plugins;

/// <summary>Makes running plugins out of declared ones: the singleton with the code, and the typed config with its secrets resolved.</summary>
internal sealed class PluginRuntime(PluginCatalog catalog, ISecretResolver secrets, IServiceProvider services)
{
    private readonly Dictionary<string, Plugin> _plugins = [];

    /// <returns>The plugin with its config, or null when this build has no plugin of that name. Called by one thread at a time.</returns>
    public (PluginEntry Entry, Plugin Plugin, object Config)? Find(PluginConfig declared)
    {
        if (catalog.Find(declared.Name) is not { } entry)
        {
            return null;
        }

        if (!_plugins.TryGetValue(entry.Name, out var plugin))
        {
            _plugins[entry.Name] = plugin = (Plugin)ActivatorUtilities.CreateInstance(services, entry.Type);
        }

        var config = SchemaJson.Deserialise(ReferencePaths.Resolved(declared.Config, entry.Schema, null, secrets.Resolve), entry.ConfigType);
        return (entry, plugin, config);
    }
}
