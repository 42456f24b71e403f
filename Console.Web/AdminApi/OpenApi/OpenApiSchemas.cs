using System.Text.Json.Nodes;
using Gateway.Core.Plugins;
using Gateway.Shared.Schema;

namespace ConsoleWeb.AdminApi.OpenApi;

/// <summary>The schemas of the document: every kind of entity, every plugin's config, errors. Read from the records that also validate.</summary>
internal sealed class OpenApiSchemas(PluginCatalog plugins)
{
    /// <summary>Write-only and computed members, which are no fields of the records.</summary>
    private static readonly Dictionary<string, string> Extras = new(StringComparer.Ordinal)
    {
        ["url"] = "Stands for protocol, host, port and path. Only written, never read.",
        ["snis"] = "Server names. Writing them replaces the SNI entities of the certificate.",
    };

    public JsonObject Build()
    {
        var schemas = OpenApiErrors.Schemas();
        var reference = Shapes.Object("id:uuid?");
        reference["additionalProperties"] = Shapes.Text;
        schemas["Reference"] = Described(reference, "Another entity, by its id. Bodies may name it by a unique field instead, such as {\"name\":\"…\"}.");
        foreach (var kind in EntityKinds.All.Where(k => k.HasCollection || k.Path == EntityKinds.Targets.Path))
        {
            Add(schemas, kind);
        }

        return schemas;
    }

    /// <summary>Names of the things whose configs a kind's selector chooses among, with the schemas of those.</summary>
    private IEnumerable<(string Name, RecordSchema Config, SubSchemaRules? Rules)> Variants(SubSchemaAttribute sub) => sub.Family switch
    {
        PluginCatalog.Family => plugins.Plugins.OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => (p.Name, p.Schema, (SubSchemaRules?)p.Rules)),
        PluginCatalog.PartialFamily => plugins.Partials.Select(p => (p.Key, p.Value, (SubSchemaRules?)null)),
        _ => EntitySubSchemas.Own(sub.Family).Select(v => (v.Name, v.Schema, (SubSchemaRules?)null)),
    };

    private void Add(JsonObject schemas, EntityKind kind)
    {
        var whole = Entity(kind, out var required);
        if (kind.Schema.Fields.FirstOrDefault(f => f.SubSchema is not null) is { } chosen)
        {
            AddVariants(schemas, kind, chosen, whole);
        }
        else
        {
            schemas[kind.Singular] = whole;
        }

        schemas[Shapes.InputName(kind)] = Input(kind, required);
        var parents = kind.ForeignKeys.Where(k => k.NestedPath is not null).Select(k => k.Field).ToList();
        if (required.Any(parents.Contains))
        {
            schemas[Shapes.ChildInputName(kind)] = Input(kind, [.. required.Except(parents)]);
        }

        schemas[Shapes.ListName(kind)] = Shapes.Page(Shapes.Of(kind));
    }

    private static JsonObject Input(EntityKind kind, IReadOnlyList<string> required)
    {
        var input = new JsonObject { ["allOf"] = new JsonArray(Shapes.Of(kind)) };
        if (required.Count > 0 && kind.Shorthands.Count > 0)
        {
            input["anyOf"] = new JsonArray([Required(required), .. kind.Shorthands.Select(s => Required([s]))]);
        }
        else if (required.Count > 0)
        {
            input["required"] = new JsonArray([.. required.Select(r => (JsonNode?)r)]);
        }

        return input;
    }

    /// <summary>One schema for each value of the selector, such as each plugin's name, and the choice among them.</summary>
    private void AddVariants(JsonObject schemas, EntityKind kind, FieldSchema chosen, JsonObject whole)
    {
        var sub = chosen.SubSchema!;
        schemas[kind.Singular + "-base"] = whole;
        var (choices, mapping) = (new JsonArray(), new JsonObject());
        foreach (var (name, config, rules) in Variants(sub))
        {
            var (own, configName) = ($"{kind.Singular}-{name}", $"{kind.Singular}-config-{name}");
            var properties = new JsonObject { [sub.Selector] = new JsonObject { ["const"] = name }, [chosen.Name] = Shapes.Ref(configName) };
            foreach (var forbidden in rules?.ForbiddenFields ?? [])
            {
                properties[forbidden] = new JsonObject { ["type"] = "null" };
            }

            schemas[configName] = Described(Config(config), $"{chosen.Name} of {EntityOperations.A(kind.Noun)} whose {sub.Selector} is {name}.");
            var variant = new JsonObject
            {
                ["allOf"] = new JsonArray(Shapes.Ref(kind.Singular + "-base")),
                ["type"] = "object",
                ["properties"] = properties,
                ["required"] = new JsonArray(sub.Selector),
            };
            if (kind == EntityKinds.Plugins)
            {
                variant["examples"] = new JsonArray(Examples.Of(plugins.Find(name)!));
            }

            schemas[own] = variant;
            choices.Add(Shapes.Ref(own));
            mapping[name] = "#/components/schemas/" + own;
        }

        schemas[kind.Singular] = new JsonObject
        {
            ["oneOf"] = choices,
            ["discriminator"] = new JsonObject { ["propertyName"] = sub.Selector, ["mapping"] = mapping },
        };
    }

    /// <param name="required">Members that a new entity must be given.</param>
    private static JsonObject Entity(EntityKind kind, out List<string> required)
    {
        var schema = Config(kind.Schema);
        required = [.. (schema["required"] as JsonArray ?? []).Select(r => r!.ToString())];
        schema.Remove("required");
        var properties = schema["properties"]!.AsObject();
        if (properties["updated_at"] is JsonObject updated)
        {
            updated["readOnly"] = true;
        }

        foreach (var name in kind.Shorthands)
        {
            properties[name] = Described(new JsonObject { ["type"] = "string", ["writeOnly"] = true }, Extras[name]);
        }

        foreach (var name in kind.VirtualFields)
        {
            properties[name] = Described(Shapes.Array(Shapes.Text), Extras[name]);
        }

        return Described(schema, kind.Purpose);
    }

    private static JsonObject Config(RecordSchema record)
    {
        var schema = SchemaDocuments.JsonSchema(record);
        Refine(record, schema);
        return schema;
    }

    /// <summary>Makes of Konnect's schema, which clients fill with defaults, one that answers can be checked against.</summary>
    private static void Refine(RecordSchema record, JsonObject schema)
    {
        var properties = schema["properties"]!.AsObject();
        foreach (var field in record.Fields)
        {
            if (properties[field.Name] is JsonObject property)
            {
                properties[field.Name] = Refine(field, property);
            }
        }

        // Schema documents leave them out, because they do nothing here; they are stored and read back all the same.
        foreach (var field in record.Fields.Where(f => f is { Undocumented: true, Inert: true }))
        {
            properties[field.Name] = Refine(field, SchemaDocuments.JsonSchemaField(field));
        }

        foreach (var alias in record.Aliases)
        {
            var old = Refine(alias.Field, SchemaDocuments.JsonSchemaField(alias.Field));
            old["deprecated"] = true;
            properties[alias.Name] = Described(old, $"Older name of {string.Join('.', alias.Path)}.");
        }
    }

    private static JsonObject Refine(FieldSchema field, JsonObject property)
    {
        switch (field.Kind)
        {
            case FieldKind.Foreign:
                var reference = Shapes.Ref("Reference");
                reference["x-references"] = field.Reference;
                property = field.Required ? Described(reference, field.Description) : Described(new JsonObject { ["anyOf"] = new JsonArray(reference, new JsonObject { ["type"] = "null" }) }, field.Description);
                return property;
            case FieldKind.Record:
                property.Remove("additionalProperties");
                Refine(field.Record!, property);
                break;
            case FieldKind.Array or FieldKind.Set:
                property["items"] = Refine(field.Elements!, property["items"]!.DeepClone().AsObject());
                break;
            case FieldKind.Map:
                property["additionalProperties"] = Refine(field.Values!, property["additionalProperties"]!.DeepClone().AsObject());
                break;
        }

        if (field.IsUuid)
        {
            property["format"] = "uuid";
        }

        // What is expanded or generated is never null; elements of lists have no name.
        var mayBeNull = field is { Required: false, Auto: false } && field.Name.Length > 0 && (field.Kind != FieldKind.Record || field.IsOptionalRecord);
        return (mayBeNull ? Shapes.Nullable(property.DeepClone().AsObject()) : property.DeepClone().AsObject());
    }

    private static JsonObject Required(IEnumerable<string> names) => new() { ["required"] = new JsonArray([.. names.Select(n => (JsonNode?)n)]) };

    private static JsonObject Described(JsonObject schema, string text)
    {
        schema["description"] = text;
        return schema;
    }
}
