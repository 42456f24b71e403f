using System.Text.Json.Nodes;

namespace ConsoleWeb.Declarative.State;

/// <summary>Completes what a file says with the server's defaults, so that it can be compared with what the server holds.</summary>
internal static class SchemaDefaults
{
    /// <summary>
    /// Fills a plugin's config in place: every field of the schema is present afterwards, with its value, its default or null.
    /// A record that is absent is expanded only when it is required.
    /// </summary>
    /// <param name="config">The config as written.</param>
    /// <param name="fields">The record's fields, in the form of <c>/schemas/plugins/{name}</c>.</param>
    public static void FillConfig(JsonObject config, JsonArray fields)
    {
        foreach (var (name, attributes) in Enumerate(fields))
        {
            if (config.TryGetPropertyValue(name, out var value))
            {
                FillInside(value, attributes);
            }
            else if (attributes["default"] is { } defaultValue)
            {
                var copy = defaultValue.DeepClone();
                config[name] = copy;
                FillInside(copy, attributes);
            }
            else if (IsRecord(attributes) && IsTrue(attributes["required"]))
            {
                var record = new JsonObject();
                config[name] = record;
                FillConfig(record, Fields(attributes));
            }
            else
            {
                config[name] = null;
            }
        }
    }

    /// <summary>Fills the defaults of an entity in place; fields without one stay absent.</summary>
    public static void FillEntity(JsonObject body, JsonArray fields)
    {
        foreach (var (name, attributes) in Enumerate(fields))
        {
            if (IsRecord(attributes))
            {
                if (body[name] is JsonObject present)
                {
                    FillEntity(present, Fields(attributes));
                }
                else if (body[name] is null && IsTrue(attributes["required"]))
                {
                    var record = new JsonObject();
                    FillEntity(record, Fields(attributes));
                    if (record.Count > 0)
                    {
                        body[name] = record;
                    }
                }
            }
            else if (body[name] is null && attributes["default"] is { } defaultValue)
            {
                body[name] = defaultValue.DeepClone();
            }
        }
    }

    /// <summary>Fields of the record <c>config</c> of a plugin's schema.</summary>
    public static JsonObject? FindField(JsonArray fields, string name)
        => Enumerate(fields).Where(f => f.Name == name).Select(f => f.Attributes).FirstOrDefault();

    /// <summary>
    /// Replaces deprecated aliases by the fields that took their place, where the schema names one.
    /// </summary>
    public static void ReplaceAliases(JsonObject config, JsonObject record)
    {
        foreach (var (alias, attributes) in Enumerate(record["shorthand_fields"] as JsonArray ?? []))
        {
            if (!config.Remove(alias, out var value) || value is null
                || attributes["deprecation"] is not JsonObject deprecation
                || (deprecation["replaced_with"] as JsonArray)?.FirstOrDefault() is not JsonObject replacement
                || replacement["path"] is not JsonArray { Count: > 0 } path)
            {
                continue;
            }

            SetIfAbsent(config, [.. path.Select(p => p!.ToString())], value);
        }

        foreach (var (name, attributes) in Enumerate(Fields(record)))
        {
            if (IsRecord(attributes) && config[name] is JsonObject inner)
            {
                ReplaceAliases(inner, attributes);
            }
        }
    }

    public static IEnumerable<(string Name, JsonObject Attributes)> Enumerate(JsonArray fields)
        => fields.OfType<JsonObject>()
            .SelectMany(f => f)
            .Where(f => f.Value is JsonObject)
            .Select(f => (f.Key, (JsonObject)f.Value!));

    public static JsonArray Fields(JsonObject record) => record["fields"] as JsonArray ?? [];

    public static bool IsRecord(JsonObject attributes) => attributes["type"]?.ToString() == "record";

    /// <summary>Attributes of the elements of a list of records; null for any other field.</summary>
    public static JsonObject? ElementRecord(JsonObject attributes)
        => attributes["type"]?.ToString() is "array" or "set" && attributes["elements"] is JsonObject elements && IsRecord(elements)
            ? elements
            : null;

    private static void FillInside(JsonNode? value, JsonObject attributes)
    {
        if (IsRecord(attributes) && value is JsonObject record)
        {
            FillConfig(record, Fields(attributes));
        }
        else if (ElementRecord(attributes) is { } element && value is JsonArray list)
        {
            foreach (var item in list.OfType<JsonObject>())
            {
                FillConfig(item, Fields(element));
            }
        }
    }

    private static bool IsTrue(JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    private static void SetIfAbsent(JsonObject config, ReadOnlySpan<string> path, JsonNode value)
    {
        var current = config;
        foreach (var step in path[..^1])
        {
            if (current[step] is not JsonObject next)
            {
                next = [];
                current[step] = next;
            }

            current = next;
        }

        if (current[path[^1]] is null)
        {
            current[path[^1]] = value.DeepClone();
        }
    }
}
