using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Gateway.Core.Plugins;
using Gateway.Shared.Contracts;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Entities;

/// <summary>Puts shared pieces of configuration into the plugins that link them, for the data plane. What is stored stays as it was written.</summary>
internal static class SharedPieces
{
    private const string Config = "config.";

    /// <returns>The plugin as it runs.</returns>
    public static PluginConfig Join(EntityDocument plugin, ImmutableSortedDictionary<Guid, EntityDocument> partials, PluginCatalog plugins)
    {
        if (plugin.References().All(r => r.Field != PartialLinks.Field))
        {
            return (PluginConfig)plugin.Typed;
        }

        var json = plugin.Json;
        var config = json["config"]!.AsObject();
        foreach (var link in json[PartialLinks.Field]!.AsArray())
        {
            if (partials.GetValueOrDefault(Guid.Parse(link!["id"]!.GetValue<string>())) is { } partial
                && plugins.Find(json["name"]!.GetValue<string>())?.Schema is { } schema
                && FieldOf(link["path"]?.GetValue<string>(), partial.Json["type"]!.GetValue<string>()) is var name
                && schema.Find(name)?.Record is { } record)
            {
                Lay(partial.Json["config"]!.AsObject(), Inner(config, name), record);
            }
        }

        return SchemaJson.Deserialise<PluginConfig>(json);
    }

    /// <summary>Where a piece goes: where the link says, else where pieces of its type go.</summary>
    private static string FieldOf(string? path, string type) =>
        path is null ? type.Split('-')[0] : path.StartsWith(Config, StringComparison.Ordinal) ? path[Config.Length..] : path;

    /// <summary>Takes over the members that the plugin knows; those of the other edition are left out.</summary>
    private static void Lay(JsonObject piece, JsonObject onto, RecordSchema record)
    {
        foreach (var (member, value) in piece)
        {
            if (record.Find(member) is not { } field || value is null)
            {
                continue;
            }

            if (field.Record is { } inner && value is JsonObject nested)
            {
                Lay(nested, Inner(onto, member), inner);
            }
            else
            {
                onto[member] = value.DeepClone();
            }
        }
    }

    private static JsonObject Inner(JsonObject config, string name)
    {
        if (config[name] is not JsonObject inner)
        {
            config[name] = inner = [];
        }

        return inner;
    }
}
