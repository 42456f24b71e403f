using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.Core.Tests.Plugins.Published;

/// <summary>A JSON schema as flat facts, such as <c>balancer.retries maximum → 32767</c>, so that two of them can be compared.</summary>
internal static class SchemaFacts
{
    // Prose, and hints to one code generator.
    private static readonly string[] Ignored = ["description", "nullable", "x-speakeasy-type-override"];

    public static SortedDictionary<string, string> Of(JsonObject schema)
    {
        var facts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Collect(schema, "config", facts);
        return facts;
    }

    /// <returns><c>place keyword: published x, ours y</c> for each fact that is not the same.</returns>
    public static IEnumerable<string> Differences(JsonObject published, JsonObject ours)
    {
        var (theirFacts, ourFacts) = (Of(published), Of(ours));
        foreach (var fact in theirFacts.Keys.Union(ourFacts.Keys).Order(StringComparer.Ordinal))
        {
            var (theirs, own) = (theirFacts.GetValueOrDefault(fact, "nothing"), ourFacts.GetValueOrDefault(fact, "nothing"));
            if (theirs != own)
            {
                yield return $"{fact}: published {theirs}, ours {own}";
            }
        }
    }

    private static void Collect(JsonObject schema, string place, SortedDictionary<string, string> facts)
    {
        foreach (var (keyword, value) in schema)
        {
            switch (keyword)
            {
                case "properties":
                    foreach (var (name, inner) in value!.AsObject())
                    {
                        Collect(inner!.AsObject(), $"{place}.{name}", facts);
                    }

                    break;
                case "items":
                    Collect(value!.AsObject(), $"{place}[]", facts);
                    break;
                case "additionalProperties" when value is JsonObject values:
                    Collect(values, $"{place}{{}}", facts);
                    break;
                case "additionalProperties" when schema["properties"] is not null:
                    // Unknown members are refused everywhere; saying so only keeps clients from filling a record in.
                    break;
                case "minLength" when schema["items"] is not null:
                    facts[$"{place} minItems"] = Text(keyword, value);
                    break;
                default:
                    if (!Ignored.Contains(keyword))
                    {
                        facts[$"{place} {keyword}"] = Text(keyword, value);
                    }

                    break;
            }
        }
    }

    private static string Text(string keyword, JsonNode? value) => keyword is "enum" or "required"
        ? string.Join(", ", value!.AsArray().Select(v => v!.ToString()).Order(StringComparer.Ordinal))
        : CanonicalJson.Of(value);
}
