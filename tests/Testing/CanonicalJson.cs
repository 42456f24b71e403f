using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Testing;

/// <summary>Documents as text in which equal documents are equal, for comparisons whose failure shows what differs.</summary>
public static class CanonicalJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Members by name, numbers without needless digits.</summary>
    public static string Of(JsonNode? node) => Sorted(node)?.ToJsonString(Indented) ?? "null";

    /// <inheritdoc cref="Of(JsonNode?)"/>
    public static string Of(string json) => Of(JsonNode.Parse(json));

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Key, Sorted(m.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number =>
            JsonNode.Parse(double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture)),
        _ => node?.DeepClone(),
    };
}
