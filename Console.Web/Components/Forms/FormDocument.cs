using System.Text.Json.Nodes;
using Gateway.Core.Plugins;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Components.Forms;

/// <summary>
/// Turns a stored entity into what a form edits and back. A form holds only what differs from the defaults: an empty field means its
/// default, which the field shows as a placeholder.
/// </summary>
internal sealed class FormDocument(EntityKind kind, PluginCatalog plugins)
{
    private static readonly string[] Automatic = ["id", "created_at", "updated_at"];

    public EntityKind Kind { get; } = kind;

    /// <summary>The stored document without defaults, ids and times.</summary>
    public JsonObject Open(JsonObject stored)
    {
        var full = stored.DeepClone().AsObject();
        foreach (var name in Automatic)
        {
            full.Remove(name);
        }

        var brief = full.DeepClone().AsObject();
        Trim(brief, Kind.Schema, brief);

        if (brief.ContainsKey("protocols"))
        {
            // Each plugin has protocols of its own as default, which the schema does not show.
            var briefer = brief.DeepClone().AsObject();
            briefer.Remove("protocols");
            if (Means(briefer, full))
            {
                return briefer;
            }
        }

        // Some defaults depend on other fields; where leaving one out would mean something else, everything stays.
        return Means(brief, full) ? brief : full;
    }

    /// <summary>What to store: without the empty parts that a form leaves behind.</summary>
    public JsonObject Close(JsonObject edited)
    {
        var document = edited.DeepClone().AsObject();
        Prune(document, Kind.Schema, document);
        return document;
    }

    /// <summary>A copy whose secrets are masked, for everything that is shown.</summary>
    public JsonObject Masked(JsonObject document) => SecretPaths.Masked(Close(document), Kind.Schema, plugins);

    public RecordSchema? ConfigSchema(JsonObject document) => ConfigSchema(document, document["name"]);

    /// <summary>The field at a dotted path and the object that holds it, made on the way; null when the schema has no such field.</summary>
    public (FieldSchema Field, JsonObject Parent)? Resolve(JsonObject document, string path)
    {
        return Resolve(Kind.Schema, document, path, document);
    }

    /// <summary>The same below any record of the document, such as an element of a list.</summary>
    public (FieldSchema Field, JsonObject Parent)? Resolve(RecordSchema schema, JsonObject record, string path, JsonObject root)
    {
        var names = path.Split('.');
        var parent = record;
        foreach (var name in names[..^1])
        {
            var inner = schema.Find(name) is { } holder ? SchemaOf(holder, root) : null;
            if (inner is null)
            {
                return null;
            }

            if (parent[name] is not JsonObject next)
            {
                parent[name] = next = [];
            }

            (schema, parent) = (inner, next);
        }

        return schema.Find(names[^1]) is { } field ? (field, parent) : null;
    }

    private bool Means(JsonObject document, JsonObject stored)
    {
        var normalised = Kind.Normalise(document, new NormaliseOptions { SubSchemas = plugins });
        if (normalised.IsError)
        {
            return false;
        }

        foreach (var name in Automatic)
        {
            normalised.Value.Remove(name);
        }

        return JsonNode.DeepEquals(normalised.Value, stored);
    }

    private RecordSchema? ConfigSchema(JsonObject root, JsonNode? name) =>
        Kind == EntityKinds.Plugins && (name ?? root["name"]) is { } plugin ? plugins.Find(plugin.ToString())?.Schema : null;

    private RecordSchema? SchemaOf(FieldSchema field, JsonObject root) => field.SubSchema is null ? field.Record : ConfigSchema(root);

    private void Trim(JsonObject value, RecordSchema schema, JsonObject root)
    {
        foreach (var (name, member) in value.ToList())
        {
            if (schema.Find(name) is not { } field)
            {
                continue;
            }

            if (member is null)
            {
                // A null where there is a default is a choice and stays.
                if (!field.HasDefault)
                {
                    value.Remove(name);
                }
            }
            else if (member is JsonObject inner && SchemaOf(field, root) is { } innerSchema)
            {
                Trim(inner, innerSchema, root);
                if (inner.Count == 0 && field.IsExpanded)
                {
                    value.Remove(name);
                }
            }
            else if (member is JsonArray list && field.Elements?.Record is { } elements)
            {
                foreach (var item in list.OfType<JsonObject>())
                {
                    Trim(item, elements, root);
                }
            }

            if (field.HasDefault && value[name] is { } left && (JsonNode.DeepEquals(left, field.Default) || SameText(left, field.Default)))
            {
                value.Remove(name);
            }
        }
    }

    private void Prune(JsonObject value, RecordSchema schema, JsonObject root)
    {
        foreach (var (name, member) in value.ToList())
        {
            if (schema.Find(name) is not { } field)
            {
                continue;
            }

            if (member is JsonObject inner && SchemaOf(field, root) is { } innerSchema)
            {
                Prune(inner, innerSchema, root);
                if (inner.Count == 0 && field.Kind == FieldKind.Record && (field.IsOptionalRecord || !field.Required))
                {
                    value.Remove(name);
                }
            }
            else if (member is JsonArray list && field.Elements?.Record is { } elements)
            {
                foreach (var item in list.OfType<JsonObject>())
                {
                    Prune(item, elements, root);
                }
            }
        }
    }

    /// <summary>5 and 5.0 are the same number.</summary>
    private static bool SameText(JsonNode left, JsonNode? right) =>
        right is not null && left.GetValueKind() == System.Text.Json.JsonValueKind.Number && left.ToJsonString() == right.ToJsonString();
}
