using System.Text.Json.Nodes;
using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins;

/// <summary>A rule of a plugin's config that depends on this installation's settings, so that the schema alone cannot know it.</summary>
internal interface IPluginCheck
{
    /// <summary>Name of the plugin it belongs to.</summary>
    string PluginName { get; }

    /// <param name="config">The plugin's config after its schema accepted it.</param>
    SchemaViolationError? Check(JsonObject config);
}
