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
    public RunningPlugin? Find(PluginConfig declared)
    {
        if (catalog.Find(declared.Name) is not { } entry)
        {
            return null;
        }

        if (!_plugins.TryGetValue(entry.Name, out var plugin))
        {
            _plugins[entry.Name] = plugin = (Plugin)ActivatorUtilities.CreateInstance(services, entry.Type);
        }

        var hasReferences = false;
        var resolved = ReferencePaths.Resolved(declared.Config, entry.Schema, null, reference =>
        {
            hasReferences = true;
            return secrets.Resolve(reference);
        });
        return new RunningPlugin(entry, plugin, SchemaJson.Deserialise(resolved, entry.ConfigType), hasReferences);
    }
}

/// <summary>The code of a declared plugin and its typed config.</summary>
/// <param name="HasReferences">Whether the config refers to secrets kept elsewhere.</param>
internal sealed record RunningPlugin(PluginEntry Entry, Plugin Plugin, object Config, bool HasReferences);
