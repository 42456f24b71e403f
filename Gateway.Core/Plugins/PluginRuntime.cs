using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Secrets;
using Gateway.Shared.Contracts;
using Gateway.Shared.Schema;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Plugins;

/// <summary>Makes running plugins out of declared ones: the singleton with the code, and the typed config with its secrets resolved.</summary>
internal sealed class PluginRuntime(PluginCatalog catalog, IServiceProvider services)
{
    private readonly Dictionary<string, Plugin> _plugins = [];

    /// <param name="secrets">What references in the config stand for.</param>
    /// <returns>The plugin with its config, or null when this build has no plugin of that name. Called by one thread at a time.</returns>
    public RunningPlugin? Find(PluginConfig declared, SnapshotSecrets secrets)
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
        var resolved = ReferencePaths.Resolved(declared.Config, entry.Schema, null, (field, path, reference) =>
        {
            hasReferences = true;
            return secrets.Resolve(reference, field, $"config.{path} of plugin {declared.Name} ({declared.Id})");
        });
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(resolved.ToJsonString())));
        return new RunningPlugin(entry, plugin, SchemaJson.Deserialise(resolved, entry.ConfigType), resolved, hash, hasReferences);
    }
}

/// <summary>The code of a declared plugin and its typed config.</summary>
/// <param name="Document">The config as it was written, secrets resolved. The declared one stays packed as long as nobody looks into it, so look here.</param>
/// <param name="ConfigHash">SHA-256 of the config with its secrets.</param>
/// <param name="HasReferences">Whether the config refers to secrets kept elsewhere.</param>
internal sealed record RunningPlugin(PluginEntry Entry, Plugin Plugin, object Config, JsonObject Document, string ConfigHash, bool HasReferences);
