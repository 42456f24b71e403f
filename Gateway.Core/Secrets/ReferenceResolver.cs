using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Shared.Schema;

namespace Gateway.Core.Secrets;

/// <summary>Replaces secret references in a plugin's config by what they stand for, in the fields that may hold one.</summary>
internal static class ReferenceResolver
{
    /// <returns>The config itself when it holds no reference, else a copy. What cannot be resolved becomes an empty text.</returns>
    public static JsonObject Resolve(JsonObject config, RecordSchema schema, ISecretResolver resolver)
    {
        if (!config.ToJsonString().Contains("{vault:", StringComparison.Ordinal))
        {
            return config;
        }

        var copy = config.DeepClone().AsObject();
        Record(copy, schema, resolver);
        return copy;
    }

    private static void Record(JsonObject record, RecordSchema schema, ISecretResolver resolver)
    {
        foreach (var field in schema.Fields)
        {
            if (record[field.Name] is { } value && Value(value, field, resolver) is { } replacement)
            {
                record[field.Name] = replacement;
            }
        }
    }

    /// <returns>The value to put in the place of a reference; null when there is nothing to replace here.</returns>
    private static JsonValue? Value(JsonNode value, FieldSchema field, ISecretResolver resolver)
    {
        switch (value)
        {
            case JsonValue text when field.Referenceable && text.GetValueKind() == JsonValueKind.String && VaultReference.IsReference(text.GetValue<string>()):
                return JsonValue.Create(resolver.Resolve(text.GetValue<string>()) ?? "");
            case JsonObject record when field.Record is { } inner:
                Record(record, inner, resolver);
                break;
            case JsonObject map when field.Values is { } values:
                foreach (var name in map.Select(p => p.Key).ToList())
                {
                    if (map[name] is { } member && Value(member, values, resolver) is { } replacement)
                    {
                        map[name] = replacement;
                    }
                }

                break;
            case JsonArray list when field.Elements is { } elements:
                for (var i = 0; i < list.Count; i++)
                {
                    if (list[i] is { } element && Value(element, elements, resolver) is { } replacement)
                    {
                        list[i] = replacement;
                    }
                }

                break;
        }

        return null;
    }
}
