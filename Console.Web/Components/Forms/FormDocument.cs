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
    private const string Config = "config";

    private static readonly string[] Automatic = ["id", "created_at", "updated_at"];

    private readonly EntitySubSchemas _subSchemas = new(plugins);

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

    /// <summary>The schema of <c>config</c>, which a sibling selects: the plugin's name, the type of a vault or partial. Null: there is none, or it is not chosen yet.</summary>
    public RecordSchema? ConfigSchema(JsonObject document) =>
        Kind.Schema.Find(Config)?.SubSchema is { } sub && document[sub.Selector]?.ToString() is { Length: > 0 } name ? _subSchemas.Find(sub.Family, name) : null;

    /// <summary>Whether the field chooses the schema of <c>config</c>.</summary>
    public bool IsSelector(string path) => Kind.Schema.Find(Config)?.SubSchema?.Selector == path;

    /// <summary>What a field that chooses the schema of <c>config</c> may hold.</summary>
    public IReadOnlyList<string> SelectorChoices(string path) => IsSelector(path) ? _subSchemas.Names(Kind.Schema.Find(Config)!.SubSchema!.Family) : [];

    /// <summary>Takes out of <c>config</c> what another choice of its schema has left there. In place.</summary>
    public void FitConfig(JsonObject document)
    {
        if (document[Config] is JsonObject config && ConfigSchema(document) is { } schema)
        {
            foreach (var name in config.Select(m => m.Key).Where(n => schema.Find(n) is null).ToList())
            {
                config.Remove(name);
            }
        }
    }

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

        var kept = stored.DeepClone().AsObject();
        foreach (var name in Kind.VirtualFields.Concat(Automatic))
        {
            normalised.Value.Remove(name);
            kept.Remove(name);
        }

        return JsonNode.DeepEquals(normalised.Value, kept);
    }

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
                if (IsBlank(inner) && field.Kind == FieldKind.Record && (field.IsOptionalRecord || !field.Required))
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

    /// <summary>Whether nothing is set in a record: a part that must be there once the record is, and is empty, makes it no less empty.</summary>
    private static bool IsBlank(JsonObject record) => record.All(member => member.Value is JsonObject inner && IsBlank(inner));

    /// <summary>5 and 5.0 are the same number.</summary>
    private static bool SameText(JsonNode left, JsonNode? right) =>
        right is not null && left.GetValueKind() == System.Text.Json.JsonValueKind.Number && left.ToJsonString() == right.ToJsonString();
}
