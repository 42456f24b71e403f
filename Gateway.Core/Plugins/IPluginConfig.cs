namespace Gateway.Core.Plugins;

/// <summary>Marks the config record of a plugin. Its properties carry the schema attributes of <c>Gateway.Shared.Schema</c>.</summary>
internal interface IPluginConfig;
