using System.Text.Json.Nodes;
using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins;

/// <summary>Finds settings that are stored and returned but have no effect in this build.</summary>
internal static class InertFields
{
    /// <summary>Dotted places of those that a config sets to something else than their default.</summary>
    public static IReadOnlyList<string> ListSet(JsonObject config, RecordSchema schema)
    {
        var places = new List<string>();
        Collect(config, schema, "", false, places);
        return places;
    }

    private static void Collect(JsonObject record, RecordSchema schema, string prefix, bool isInside, List<string> places)
    {
        foreach (var field in schema.Fields)
        {
            var isInert = isInside || field.Inert;
            var place = prefix + field.Name;
            switch (record[field.Name])
            {
                case null or JsonArray { Count: 0 }:
                    break;
                case JsonObject inner when field.Record is { } innerSchema:
                    Collect(inner, innerSchema, place + ".", isInert, places);
                    break;
                case JsonArray list when !isInert && field.Elements?.Record is { } elementSchema:
                    for (var i = 0; i < list.Count; i++)
                    {
                        if (list[i] is JsonObject element)
                        {
                            Collect(element, elementSchema, $"{place}.{i + 1}.", isInert, places);
                        }
                    }

                    break;
                case var value when isInert && value.ToJsonString() != field.Default?.ToJsonString():
                    places.Add(place);
                    break;
            }
        }
    }
}
