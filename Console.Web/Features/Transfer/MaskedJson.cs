using System.Text.Json.Nodes;
using ConsoleWeb.Declarative.Output;

namespace ConsoleWeb.Features.Transfer;

/// <summary>Values in which nothing of a variable is seen.</summary>
internal static class MaskedJson
{
    /// <summary>A copy with the mask laid over every text in it.</summary>
    public static JsonNode? Of(JsonNode? node, SecretMask mask) => node switch
    {
        JsonObject map => new JsonObject(map.Select(m => KeyValuePair.Create(m.Key, Of(m.Value, mask)))),
        JsonArray list => new JsonArray([.. list.Select(v => Of(v, mask))]),
        JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(mask.Apply(text)),
        _ => node?.DeepClone(),
    };
}
