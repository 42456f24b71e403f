using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Testing;

/// <summary>Compares JSON with a JSON Schema, as far as the schemas of this product go.</summary>
/// <param name="document">Holds the schemas that references point at.</param>
public sealed class SchemaMatch(JsonObject document)
{
    /// <summary>What does not fit, each with its place; a member that the schema does not know counts as well. Empty when all does.</summary>
    public IReadOnlyList<string> Faults(JsonNode? value, JsonNode schema)
    {
        var faults = new List<string>();
        CheckWhole(value, Resolve(schema), "$", faults);
        return faults;
    }

    private JsonObject Resolve(JsonNode schema)
    {
        if (schema["$ref"]?.ToString() is not { } reference)
        {
            return schema.AsObject();
        }

        JsonNode? at = document;
        foreach (var part in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            at = at?[part];
        }

        return Resolve(at ?? throw new InvalidOperationException($"{reference} points at nothing."));
    }

    /// <param name="known">Receives the members that this schema or one that it includes knows.</param>
    private void Check(JsonNode? value, JsonObject schema, string place, List<string> faults, HashSet<string> known)
    {
        if (schema["type"] is { } types && !(types is JsonArray several ? several.Select(t => t!.ToString()) : [types.ToString()]).Any(t => Is(value, t)))
        {
            faults.Add($"{place}: {value?.ToJsonString() ?? "null"} is not of type {types.ToJsonString()}");
            return;
        }

        if ((schema["enum"] is JsonArray values && !values.Any(v => JsonNode.DeepEquals(v, value))) || (schema["const"] is { } only && !JsonNode.DeepEquals(only, value)))
        {
            faults.Add($"{place}: {value?.ToJsonString() ?? "null"} is not allowed");
        }

        foreach (var part in schema["allOf"]?.AsArray() ?? [])
        {
            Check(value, Resolve(part!), place, faults, known);
        }

        foreach (var choice in new[] { "oneOf", "anyOf" }.Select(c => schema[c]?.AsArray()).OfType<JsonArray>())
        {
            CheckChoice(value, choice, place, faults, known);
        }

        if (value is JsonArray list && schema["items"] is { } items)
        {
            for (var i = 0; i < list.Count; i++)
            {
                CheckWhole(list[i], Resolve(items), $"{place}[{i}]", faults);
            }
        }

        if (value is JsonObject members)
        {
            CheckMembers(members, schema, place, faults, known);
        }
    }

    private void CheckMembers(JsonObject members, JsonObject schema, string place, List<string> faults, HashSet<string> known)
    {
        foreach (var required in schema["required"]?.AsArray() ?? [])
        {
            if (!members.ContainsKey(required!.ToString()))
            {
                faults.Add($"{place}.{required} is missing");
            }
        }

        var properties = schema["properties"] as JsonObject;
        foreach (var (name, member) in members)
        {
            if (properties?[name] is { } property)
            {
                known.Add(name);
                CheckWhole(member, Resolve(property), $"{place}.{name}", faults);
            }
            else if (schema["additionalProperties"] is JsonObject any)
            {
                known.Add(name);
                CheckWhole(member, Resolve(any), $"{place}.{name}", faults);
            }
            else if (properties is null && !schema.ContainsKey("allOf") && !schema.ContainsKey("oneOf") && !schema.ContainsKey("anyOf"))
            {
                known.Add(name);
            }
        }
    }

    private void CheckChoice(JsonNode? value, JsonArray choices, string place, List<string> faults, HashSet<string> known)
    {
        var closest = choices.Select(c =>
        {
            var (own, names) = (new List<string>(), new HashSet<string>());
            Check(value, Resolve(c!), place, own, names);
            return (Faults: own, Names: names);
        }).MinBy(c => c.Faults.Count);
        faults.AddRange(closest.Faults);
        known.UnionWith(closest.Names);
    }

    private void CheckWhole(JsonNode? value, JsonObject schema, string place, List<string> faults)
    {
        var known = new HashSet<string>();
        Check(value, schema, place, faults, known);
        if (value is JsonObject members)
        {
            faults.AddRange(members.Where(m => !known.Contains(m.Key)).Select(m => $"{place}.{m.Key} is not in the schema"));
        }
    }

    private static bool Is(JsonNode? value, string type) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "number" => value?.GetValueKind() == JsonValueKind.Number,
        "integer" => value?.GetValueKind() == JsonValueKind.Number && !value.ToJsonString().Contains('.'),
        _ => false,
    };
}
