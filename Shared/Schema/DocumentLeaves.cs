using System.Text.Json.Nodes;

namespace Gateway.Shared.Schema;

/// <summary>Walks the texts of a document together with their schema.</summary>
public static class DocumentLeaves
{
    /// <summary>Called for each text.</summary>
    /// <returns>The text to put in its place; the same text to leave it; null to clear the field.</returns>
    public delegate string? Replace(FieldSchema field, SchemaPath path, string text);

    /// <summary>
    /// Visits every text in the document, in place, including those in lists, maps and plugin configs. Members that the schema does not
    /// know are skipped.
    /// </summary>
    /// <param name="subSchemas">Where plugin configs get their schema. Vault configs are known anyway.</param>
    public static void Visit(JsonObject document, RecordSchema schema, ISubSchemaSource? subSchemas, Replace replace) =>
        VisitRecord(document, schema, new EntitySubSchemas(subSchemas), SchemaPath.Root, replace);

    private static void VisitRecord(JsonObject document, RecordSchema schema, ISubSchemaSource subSchemas, SchemaPath path, Replace replace)
    {
        foreach (var field in schema.Fields)
        {
            if (!document.TryGetPropertyValue(field.Name, out var value) || value is null)
            {
                continue;
            }

            var place = path.Member(field.Name);
            if (field.SubSchema is { } sub)
            {
                var inner = SchemaNormaliser.Selector(document, sub) is { } selector ? subSchemas.Find(sub.Family, selector) : null;
                if (inner is not null && value is JsonObject config)
                {
                    VisitRecord(config, inner, subSchemas, place, replace);
                }

                continue;
            }

            if (VisitValue(field, value, subSchemas, place, replace) is { } changed)
            {
                document[field.Name] = changed.Value;
            }
        }
    }

    private static Change? VisitValue(FieldSchema field, JsonNode value, ISubSchemaSource subSchemas, SchemaPath path, Replace replace)
    {
        switch (value)
        {
            case JsonValue scalar when scalar.TryGetValue<string>(out var text):
                var replaced = replace(field, path, text);
                return replaced == text ? null : new Change(replaced is null ? null : JsonValue.Create(replaced));
            case JsonArray list when field.Elements is { } elements:
                for (var i = 0; i < list.Count; i++)
                {
                    if (list[i] is { } item && VisitValue(elements, item, subSchemas, path.Item(i), replace) is { } changed)
                    {
                        list[i] = changed.Value;
                    }
                }

                return null;
            case JsonObject members when field.Record is { } record:
                VisitRecord(members, record, subSchemas, path, replace);
                return null;
            case JsonObject map when field.Values is { } values:
                foreach (var key in map.Select(p => p.Key).ToList())
                {
                    if (map[key] is { } item && VisitValue(values, item, subSchemas, path.Member(key), replace) is { } changed)
                    {
                        map[key] = changed.Value;
                    }
                }

                return null;
            default:
                return null;
        }
    }

    private sealed record Change(JsonNode? Value);
}
