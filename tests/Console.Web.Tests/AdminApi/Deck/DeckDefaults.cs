using System.Text.Json.Nodes;

namespace ConsoleWeb.Tests.AdminApi.Deck;

/// <summary>Fills entities with the defaults that the gateway publishes, and puts them into the form in which they are compared.</summary>
internal sealed class DeckDefaults(DeckClient client)
{
    private readonly Dictionary<string, JsonArray> _entities = [];
    private readonly Dictionary<string, JsonArray> _plugins = [];
    private readonly Dictionary<string, JsonObject> _places = [];
    private readonly Dictionary<string, JsonArray> _partials = [];

    /// <summary>Reads the schemas of the kinds whose defaults decK knows, and of these plugins; a plugin without one ends the command.</summary>
    public async Task ReadAsync(IEnumerable<string> plugins)
    {
        foreach (var kind in DeckKind.All.Where(k => k.Schema is not null))
        {
            _entities[kind.Collection] = client.IsKonnect
                ? FromJsonSchema((await client.GetAsync("/v1/schemas/json/" + kind.Schema))["properties"]!.AsObject())
                : (await client.GetAsync("/schemas/" + kind.Collection))["fields"]!.AsArray();
        }

        foreach (var plugin in plugins.Distinct())
        {
            var schema = await client.GetAsync("/schemas/plugins/" + plugin);
            _plugins[plugin] = schema["fields"]!.AsArray();
            _places[plugin] = schema["supported_partials"] as JsonObject ?? [];
        }
    }

    public async Task ReadPartialsAsync(IEnumerable<string> types)
    {
        foreach (var type in types.Distinct())
        {
            _partials[type] = Field((await client.GetAsync("/schemas/partials/" + type))["fields"]!.AsArray(), "config")!["fields"]!.AsArray();
        }
    }

    /// <summary>What is sent: defaults of the entity itself; of a plugin only what stands beside its config.</summary>
    public void FillForWrite(DeckKind kind, JsonObject body, JsonObject? ownDefaults)
    {
        foreach (var (name, value) in ownDefaults ?? [])
        {
            body[name] ??= value?.DeepClone();
        }

        if (_entities.TryGetValue(kind.Collection, out var fields))
        {
            Fill(fields, body, keepsNulls: false);
        }
        else if (kind == DeckKind.Plugins)
        {
            body["enabled"] ??= true;
            body["protocols"] ??= Field(_plugins[body["name"]!.ToString()], "protocols")!["default"]!.DeepClone();
        }
    }

    /// <summary>The form in which two entities are compared as wholes.</summary>
    public JsonObject ForComparison(DeckKind kind, JsonObject entity, JsonObject fromFile)
    {
        var copy = entity.DeepClone().AsObject();
        foreach (var name in new[] { "created_at", "updated_at", kind.Computed })
        {
            copy.Remove(name);
        }

        foreach (var name in kind == DeckKind.Plugins ? ["tags", "protocols"] : new[] { "tags", "ca_certificates" })
        {
            copy[name] = Sorted(copy[name]);
        }

        if (kind == DeckKind.Plugins)
        {
            var config = Field(_plugins[copy["name"]!.ToString()], "config")!;
            copy["config"] ??= new JsonObject();
            RemoveOlderNames(config, copy["config"]!.AsObject(), fromFile["config"] as JsonObject ?? []);
            Fill(config["fields"]!.AsArray(), copy["config"]!.AsObject(), keepsNulls: true);
            foreach (var link in copy["partials"] as JsonArray ?? [])
            {
                // Both sides get the partial's config there.
                var place = link!["path"]?.ToString() ?? "config.redis";
                Assert.Contains(place, _places[copy["name"]!.ToString()].SelectMany(t => DeckFile.Texts(t.Value)));
                copy["config"]!.AsObject().Remove(place.Split('.')[1]);
                link.AsObject().Remove("name");
            }
        }
        else if (kind == DeckKind.Partials)
        {
            Fill(_partials[copy["type"]!.ToString()], copy["config"]!.AsObject(), keepsNulls: true);
        }

        RemoveNulls(copy);
        return copy;
    }

    private static JsonObject? Field(JsonArray fields, string name) =>
        fields.Select(f => f!.AsObject()).FirstOrDefault(f => f.ContainsKey(name))?[name]?.AsObject();

    /// <summary>Of an older name of a field and the newer one only that counts which the file uses.</summary>
    private static void RemoveOlderNames(JsonObject schema, JsonObject config, JsonObject fromFile)
    {
        foreach (var (name, field) in (schema["shorthand_fields"] as JsonArray ?? []).SelectMany(f => f!.AsObject()))
        {
            if (!fromFile.ContainsKey(name))
            {
                config.Remove(name);
                continue;
            }

            var path = DeckFile.Texts(field!["deprecation"]!["replaced_with"]![0]!["path"]);
            var place = path.SkipLast(1).Aggregate((JsonNode?)config, (node, part) => node?[part]) as JsonObject;
            place?.Remove(path[^1]);
        }
    }

    /// <param name="keepsNulls">Inside a config, where a null is a value and the order of a set does not count.</param>
    private static void Fill(JsonArray fields, JsonObject target, bool keepsNulls)
    {
        foreach (var (name, node) in fields.SelectMany(f => f!.AsObject()))
        {
            var field = node!.AsObject();
            var type = field["type"]?.ToString();
            var inner = field["fields"] as JsonArray;
            if (type == "foreign")
            {
                continue;
            }

            if (!target.ContainsKey(name) || (target[name] is null && !keepsNulls))
            {
                var isExpanded = type == "record" && inner is not null && field["required"]?.GetValue<bool>() == true;
                target[name] = isExpanded ? new JsonObject() : field["default"]?.DeepClone();
            }

            if (type == "record" && inner is not null && target[name] is JsonObject record)
            {
                Fill(inner, record, keepsNulls);
            }
            else if (type is "array" or "set" && field["elements"]?["fields"] is JsonArray elements)
            {
                foreach (var item in (target[name] as JsonArray)?.OfType<JsonObject>() ?? [])
                {
                    Fill(elements, item, keepsNulls);
                }
            }
            else if (type == "set" && keepsNulls)
            {
                target[name] = Sorted(target[name]);
            }
        }
    }

    private static JsonNode? Sorted(JsonNode? list) => list is JsonArray items && items.All(i => i is JsonValue)
        ? new JsonArray([.. items.Select(i => i!.DeepClone()).OrderBy(i => i.ToJsonString(), StringComparer.Ordinal)])
        : list?.DeepClone();

    /// <summary>Absent and null are the same, but not inside a config.</summary>
    public static void RemoveNulls(JsonObject entity)
    {
        foreach (var (name, value) in entity.ToList())
        {
            if (value is null)
            {
                entity.Remove(name);
            }
            else if (value is JsonObject inner && name != "config")
            {
                RemoveNulls(inner);
            }
        }
    }

    /// <summary>Konnect's schemas in the form of the others. A closed object is a reference.</summary>
    private static JsonArray FromJsonSchema(JsonObject properties) =>
    [
        .. properties.Select(p => new JsonObject
        {
            [p.Key] = p.Value!["additionalProperties"] is JsonValue ? new JsonObject { ["type"] = "foreign" }
                : p.Value["properties"] is JsonObject inner ? new JsonObject { ["type"] = "record", ["required"] = true, ["fields"] = FromJsonSchema(inner) }
                : new JsonObject { ["type"] = p.Value["type"]!.DeepClone(), ["default"] = p.Value["default"]?.DeepClone() },
        }),
    ];
}
