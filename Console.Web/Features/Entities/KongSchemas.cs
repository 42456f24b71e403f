using System.Text.Json.Nodes;
using Gateway.Core.Plugins;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Entities;

/// <summary>The schemas in the form in which declarative tools read them, wherever they ask.</summary>
internal sealed class KongSchemas(PluginCatalog plugins)
{
    /// <summary>Of a kind of entity; null when there is no such kind.</summary>
    public static JsonObject? FindEntity(string name) => EntityKinds.Find(name) is { } kind ? SchemaDocuments.Kong(kind.Schema) : null;

    /// <summary>The plugin's own schema: where it may apply, its protocols, its config; null when there is no such plugin.</summary>
    public JsonObject? FindPlugin(string name) => plugins.Find(name) is { } plugin ? PluginDocument(plugin) : null;

    /// <summary>Of a plugin's config alone.</summary>
    public JsonObject? FindPluginConfig(string name) => plugins.Find(name) is { } plugin ? SchemaDocuments.Kong(plugin.Schema) : null;

    public JsonObject? FindPartial(string type) => plugins.Partials.GetValueOrDefault(type) is { } schema
        ? new JsonObject { ["fields"] = new JsonArray(new JsonObject { ["config"] = ConfigDocument(schema) }) }
        : null;

    private static JsonObject PluginDocument(PluginEntry plugin)
    {
        var fields = new JsonArray
        {
            new JsonObject
            {
                ["protocols"] = new JsonObject
                {
                    ["type"] = "set",
                    ["required"] = true,
                    ["default"] = Strings(plugin.Rules.DefaultProtocols),
                    ["elements"] = new JsonObject { ["type"] = "string", ["one_of"] = Strings(plugin.Rules.DefaultProtocols) },
                },
            },
        };
        foreach (var forbidden in plugin.Rules.ForbiddenFields)
        {
            fields.Add(new JsonObject { [forbidden] = new JsonObject { ["type"] = "foreign", ["eq"] = null, ["reference"] = forbidden + "s" } });
        }

        fields.Add(new JsonObject { ["config"] = ConfigDocument(plugin.Schema) });
        var document = new JsonObject { ["fields"] = fields, ["entity_checks"] = new JsonArray() };
        if (plugin.PartialPlaces.Count > 0)
        {
            document["supported_partials"] = new JsonObject(plugin.PartialPlaces.GroupBy(p => p.Type).Select(type =>
                KeyValuePair.Create(type.Key, (JsonNode?)Strings(type.Select(p => p.LinkPath)))));
        }

        return document;
    }

    /// <summary>A config as one field among others, which is where declarative tools look for it.</summary>
    private static JsonObject ConfigDocument(RecordSchema schema)
    {
        var config = SchemaDocuments.Kong(schema);
        config["type"] = "record";
        config["required"] = true;
        return config;
    }

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);
}
