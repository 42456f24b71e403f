using System.Text.Json.Nodes;
using Gateway.Core.Plugins;
using Gateway.Shared.Contracts;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;

namespace Gateway.Core.Tests.Plugins;

/// <summary>Plugin configs as the Admin API takes them.</summary>
internal static class PluginConfigs
{
    private static readonly PluginCatalog Catalog = new();

    /// <summary>What the Admin API does with a posted plugin.</summary>
    public static Result<JsonObject> Normalise(string plugin, JsonObject config, Action<JsonObject>? change = null)
    {
        var instance = new JsonObject { ["name"] = plugin, ["config"] = config.DeepClone() };
        change?.Invoke(instance);
        return SchemaNormaliser.Normalise(RecordSchema.For<PluginConfig>(), instance, new NormaliseOptions { SubSchemas = Catalog });
    }

    /// <summary>Why a config is refused, as <c>place: text</c> lines; empty when it is accepted.</summary>
    public static string Faults(string plugin, string config) =>
        Normalise(plugin, JsonNode.Parse(config)!.AsObject()) is { Error: SchemaViolationError error }
            ? string.Join('\n', error.Flatten().Select(v => $"{v.Path}: {v.Text}"))
            : "";
}
