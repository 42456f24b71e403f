using System.Text.Json.Nodes;
using Gateway.Shared.Schema;

namespace ConsoleWeb.AdminApi.OpenApi;

/// <summary>Schemas of bodies, in few words.</summary>
internal static class Shapes
{
    public static JsonObject Text => Type("string");

    public static JsonObject Integer => Type("integer");

    public static JsonObject Boolean => Type("boolean");

    /// <summary>An object of any members.</summary>
    public static JsonObject Free => Type("object");

    public static JsonObject Message => Ref("Message");

    public static JsonObject Of(EntityKind kind) => Ref(kind.Singular);

    public static JsonObject ListOf(EntityKind kind) => Ref(ListName(kind));

    /// <param name="parentField">The field that the path decides; null: none.</param>
    public static JsonObject InputOf(EntityKind kind, string? parentField = null) =>
        Ref(parentField is not null && kind.Schema.Find(parentField)!.Required ? ChildInputName(kind) : InputName(kind));

    public static string ListName(EntityKind kind) => kind.Singular + "-list";

    public static string InputName(EntityKind kind) => kind.Singular + "-input";

    /// <summary>What is sent below a parent that there must be.</summary>
    public static string ChildInputName(EntityKind kind) => kind.Singular + "-child-input";

    public static JsonObject Ref(string schema) => new() { ["$ref"] = "#/components/schemas/" + schema };

    public static JsonObject OneOf(params IEnumerable<string> values) =>
        new() { ["type"] = "string", ["enum"] = new JsonArray([.. values.Select(v => (JsonNode?)v)]) };

    public static JsonObject Number(int least, int most, int otherwise) =>
        new() { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most, ["default"] = otherwise };

    public static JsonObject Array(JsonObject items) => new() { ["type"] = "array", ["items"] = items };

    /// <summary>A page of a list: <c>data</c>, <c>next</c>, and <c>offset</c> unless it is the last.</summary>
    public static JsonObject Page(JsonObject items) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["data"] = Array(items),
            ["next"] = new JsonObject { ["type"] = new JsonArray("string", "null"), ["description"] = "Path of the next page; null on the last one." },
            ["offset"] = new JsonObject { ["type"] = "string", ["description"] = "Where the next page begins; absent on the last one." },
        },
        ["required"] = new JsonArray("data", "next"),
    };

    /// <param name="members">
    /// Name and type of each, parted by blanks: <c>id:uuid name hits:integer? tags:string[] service:@Reference</c>. Without a type: text. A question mark: may be
    /// absent; an exclamation mark: may be null.
    /// </param>
    public static JsonObject Object(string members)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var member in members.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, type) = member.TrimEnd('?').Split(':') is [var first, var second] ? (first, second) : (member.TrimEnd('?'), "string");
            if (!member.EndsWith('?'))
            {
                required.Add(name);
            }

            properties[name] = Named(type);
        }

        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0)
        {
            schema["required"] = required;
        }

        return schema;
    }

    private static JsonObject Named(string type) => type switch
    {
        [.. var inner, '[', ']'] => Array(Named(inner)),
        [.. var inner, '!'] => Nullable(Named(inner)),
        ['@', .. var schema] => Ref(schema),
        "uuid" => new JsonObject { ["type"] = "string", ["format"] = "uuid" },
        "moment" => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
        _ => Type(type),
    };

    /// <summary>The same, or null.</summary>
    public static JsonObject Nullable(JsonObject schema)
    {
        if (schema["type"] is not JsonValue type)
        {
            return new JsonObject { ["anyOf"] = new JsonArray(schema, Type("null")) };
        }

        schema["type"] = new JsonArray(type.ToString(), "null");
        if (schema["enum"] is JsonArray values)
        {
            values.Add((JsonNode?)null);
        }

        return schema;
    }

    private static JsonObject Type(string type) => new() { ["type"] = type };
}
