using System.Text.Json.Nodes;

namespace Gateway.E2E.Harness;

internal static class JsonNodeExtensions
{
    /// <summary>The node at a dotted path, array positions as numbers; null when a step is missing.</summary>
    public static JsonNode? At(this JsonNode? node, string path)
    {
        foreach (var step in path.Split('.'))
        {
            node = node switch
            {
                JsonObject members => members[step],
                JsonArray items when int.TryParse(step, out var index) && index < items.Count => items[index],
                _ => null,
            };
        }

        return node;
    }

    /// <summary>The text at a dotted path; numbers and booleans as their JSON text.</summary>
    public static string? Text(this JsonNode? node, string path) => node.At(path)?.ToString();

    public static double Number(this JsonNode? node, string path) =>
        node.At(path)?.GetValue<double>() ?? throw new InvalidOperationException($"No number at '{path}' of {node}");

    /// <summary>Member names at a dotted path, sorted.</summary>
    public static string[] Members(this JsonNode? node, string path) =>
        [.. (node.At(path) as JsonObject ?? throw new InvalidOperationException($"No object at '{path}' of {node}"))
            .Select(member => member.Key).Order(StringComparer.Ordinal)];
}
