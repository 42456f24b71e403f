using System.Text.Json.Nodes;

namespace ConsoleWeb.Components.Pages.Reference;

/// <summary>Lists the fields of the document's schemas, those inside records too.</summary>
internal sealed class ReferenceFields(JsonObject document)
{
    /// <summary>The fields of an entity; of one that comes in several shapes, those that they share.</summary>
    public IReadOnlyList<ReferenceField> OfEntity(string name)
    {
        var schema = Schema(name);
        var input = Schema(name + "-input");
        var required = (input["required"] ?? input["anyOf"]?[0]?["required"])?.AsArray();
        return List(schema.ContainsKey("properties") ? schema : Schema(name + "-base"), required);
    }

    public IReadOnlyList<ReferenceField> OfConfig(string name) => List(Schema(name), Schema(name)["required"]?.AsArray());

    private JsonObject Schema(string name) => document["components"]!["schemas"]![name]!.AsObject();

    private static IReadOnlyList<ReferenceField> List(JsonObject schema, JsonArray? required)
    {
        var fields = new List<ReferenceField>();
        Add(fields, "", schema, required);
        return fields;
    }

    private static void Add(List<ReferenceField> fields, string place, JsonObject record, JsonArray? required)
    {
        foreach (var (name, value) in record["properties"]?.AsObject() ?? [])
        {
            var schema = value!.AsObject();
            var path = place + name;
            fields.Add(new ReferenceField(path, TypeOf(schema), schema["default"]?.ToJsonString(), schema["description"]?.ToString() ?? "")
            {
                Choices = Choices(schema),
                Notes = [.. Notes(schema, required?.Any(r => r?.ToString() == name) == true)],
            });
            if (Inner(schema) is { } inner)
            {
                Add(fields, path + (Is(schema, "array") ? "[]." : "."), inner, inner["required"]?.AsArray());
            }
        }
    }

    /// <summary>The record that a field holds, or that its elements or values are; null when it is none.</summary>
    private static JsonObject? Inner(JsonObject schema) =>
        schema.ContainsKey("properties") ? schema : schema["items"] is JsonObject items && items.ContainsKey("properties") ? items : null;

    private static bool Is(JsonObject schema, string type) => schema["type"] is JsonArray several ? several.Any(t => t?.ToString() == type) : schema["type"]?.ToString() == type;

    private static string TypeOf(JsonObject schema)
    {
        if ((schema["x-references"] ?? schema["anyOf"]?[0]?["x-references"])?.ToString() is { } kind)
        {
            return "reference to " + kind;
        }

        var type = schema["type"] is JsonArray several ? several.First(t => t?.ToString() != "null")!.ToString() : schema["type"]?.ToString() ?? "any";
        return type switch
        {
            "array" => $"{(schema["uniqueItems"] is null ? "list" : "set")} of {Several(TypeOf(schema["items"]!.AsObject()))}",
            "object" when schema["additionalProperties"] is JsonObject values => $"map of {Several(TypeOf(values))}",
            "object" => schema.ContainsKey("properties") ? "record" : "object",
            _ => type + Bounds(schema),
        };
    }

    private static string Several(string type) => type.Split(' ') is [var first, .. var rest] ? string.Join(' ', [first + "s", .. rest]) : type;

    private static string Bounds(JsonObject schema) =>
        schema["minimum"] is { } least && schema["maximum"] is { } most ? $" {least}–{most}"
        : schema["exclusiveMinimum"] is { } above ? $" > {above}"
        : schema["format"]?.ToString() is "uuid" ? ", UUID"
        : "";

    private static IReadOnlyList<string> Choices(JsonObject schema) =>
        (schema["enum"] ?? schema["items"]?["enum"]) is JsonArray values ? [.. values.Where(v => v is not null).Select(v => v!.ToString())] : [];

    private static IEnumerable<string> Notes(JsonObject schema, bool isRequired)
    {
        if (isRequired)
        {
            yield return "required";
        }

        foreach (var (key, word) in new[] { ("writeOnly", "write only"), ("readOnly", "read only"), ("deprecated", "older name"), ("x-encrypted", "secret"), ("x-referenceable", "may be a vault reference") })
        {
            if (schema[key]?.GetValue<bool>() == true || schema["items"]?[key]?.GetValue<bool>() == true)
            {
                yield return word;
            }
        }
    }
}
