using System.Text.Json.Nodes;

namespace Gateway.Shared.Schema;

/// <summary>Reads and writes the older names of fields, in a document and in its plugin config.</summary>
public static class FieldAliases
{
    /// <summary>Shows each alias with the value of its field, in place.</summary>
    public static void Show(JsonObject document, RecordSchema schema, ISubSchemaSource? subSchemas)
    {
        foreach (var alias in schema.Aliases)
        {
            document[alias.Name] = alias.Find(document)?.DeepClone();
        }

        foreach (var (name, inner) in Inner(document, null, schema, subSchemas))
        {
            Show(document[name]!.AsObject(), inner, null);
        }
    }

    /// <summary>The document with the values of aliases in their fields. The input is not changed.</summary>
    /// <param name="existing">The stored document of a PATCH: tells the plugin's name when the input does not.</param>
    internal static JsonObject Replaced(
        JsonObject document, RecordSchema schema, ISubSchemaSource? subSchemas, JsonObject? existing, SchemaPath path, Violations violations)
    {
        var result = document;
        foreach (var (name, inner) in Inner(document, existing, schema, subSchemas))
        {
            var config = document[name]!.AsObject();
            var replaced = Replaced(config, inner, null, null, path.Member(name), violations);
            if (!ReferenceEquals(replaced, config))
            {
                result = Copy(result, document);
                result[name] = replaced;
            }
        }

        foreach (var alias in schema.Aliases.Where(a => document.ContainsKey(a.Name)))
        {
            result = Copy(result, document);
            result.Remove(alias.Name, out var value);
            Move(alias, value, result, path, violations);
        }

        return result;
    }

    private static void Move(FieldAlias alias, JsonNode? value, JsonObject record, SchemaPath path, Violations violations)
    {
        if (alias.Find(record) is not { } given)
        {
            alias.TrySet(record, value);
        }
        else if (value is not null && !JsonNode.DeepEquals(value, given))
        {
            // Secrets may be among them, so the values are not shown.
            violations.Add(path.Member(alias.Name), $"both deprecated and new field are used but their values mismatch: {alias.Name} vs {string.Join('.', alias.Path)}");
        }
    }

    private static JsonObject Copy(JsonObject current, JsonObject original) => ReferenceEquals(current, original) ? original.DeepClone().AsObject() : current;

    /// <summary>The configs in a document whose schema has aliases.</summary>
    private static IEnumerable<(string Name, RecordSchema Schema)> Inner(
        JsonObject document, JsonObject? existing, RecordSchema schema, ISubSchemaSource? subSchemas)
    {
        foreach (var field in schema.Fields)
        {
            if (field.SubSchema is { } sub
                && document[field.Name] is JsonObject
                && (SchemaNormaliser.Selector(document, sub) ?? (existing is null ? null : SchemaNormaliser.Selector(existing, sub))) is { } selector
                && subSchemas?.Find(sub.Family, selector) is { Aliases.Count: > 0 } inner)
            {
                yield return (field.Name, inner);
            }
        }
    }
}
