using System.Globalization;
using System.Text.Json.Nodes;

namespace ConsoleWeb.Features.Replay;

/// <summary>What became of a value between two documents.</summary>
public enum DifferenceKind
{
    Same,
    Changed,
    Added,
    Removed,
}

/// <summary>Two JSON values, and where they differ.</summary>
/// <param name="Name">Name of the member or number of the element; empty for the whole.</param>
/// <param name="Path">JSON pointer, into the first document of what was removed, else into the second.</param>
/// <param name="Parts">Members or elements, where both sides are objects or both are arrays.</param>
public sealed record JsonDifference(string Name, string Path, DifferenceKind Kind, JsonNode? A, JsonNode? B, IReadOnlyList<JsonDifference> Parts)
{
    /// <summary>Values that differ, a whole branch that is on one side only counted once.</summary>
    public int Count => Kind == DifferenceKind.Same ? 0 : Parts.Count == 0 ? 1 : Parts.Sum(p => p.Count);

    /// <summary>The values that differ, in order.</summary>
    public IEnumerable<JsonDifference> Leaves => Kind == DifferenceKind.Same ? [] : Parts.Count == 0 ? [this] : Parts.SelectMany(p => p.Leaves);

    public static JsonDifference Compare(JsonNode? a, JsonNode? b) => Compare("", "", a, b);

    private static JsonDifference Compare(string name, string pointer, JsonNode? a, JsonNode? b)
    {
        if (JsonNode.DeepEquals(a, b))
        {
            return new(name, pointer, DifferenceKind.Same, a, b, []);
        }

        IReadOnlyList<JsonDifference> parts = (a, b) switch
        {
            (JsonObject before, JsonObject after) => [.. Members(pointer, before, after)],
            (JsonArray before, JsonArray after) => [.. Elements(pointer, before, after)],
            _ => [],
        };
        return new(name, pointer, DifferenceKind.Changed, a, b, parts);
    }

    private static IEnumerable<JsonDifference> Members(string pointer, JsonObject a, JsonObject b)
    {
        foreach (var (name, value) in a)
        {
            var at = $"{pointer}/{Escape(name)}";
            yield return b.TryGetPropertyValue(name, out var other) ? Compare(name, at, value, other) : new(name, at, DifferenceKind.Removed, value, null, []);
        }

        foreach (var (name, value) in b)
        {
            if (!a.ContainsKey(name))
            {
                yield return new(name, $"{pointer}/{Escape(name)}", DifferenceKind.Added, null, value, []);
            }
        }
    }

    /// <summary>What both begin and end with is the same; between, elements are taken by their place.</summary>
    private static IEnumerable<JsonDifference> Elements(string pointer, JsonArray a, JsonArray b)
    {
        var shorter = Math.Min(a.Count, b.Count);
        var start = 0;
        while (start < shorter && JsonNode.DeepEquals(a[start], b[start]))
        {
            start++;
        }

        var end = 0;
        while (end < shorter - start && JsonNode.DeepEquals(a[a.Count - 1 - end], b[b.Count - 1 - end]))
        {
            end++;
        }

        for (var i = 0; i < start; i++)
        {
            yield return Same(i, i);
        }

        for (var i = start; i < Math.Max(a.Count, b.Count) - end; i++)
        {
            var (name, at) = (Text(i), $"{pointer}/{Text(i)}");
            yield return i >= b.Count - end ? new(name, at, DifferenceKind.Removed, a[i], null, [])
                : i >= a.Count - end ? new(name, at, DifferenceKind.Added, null, b[i], [])
                : Compare(name, at, a[i], b[i]);
        }

        for (var i = end; i > 0; i--)
        {
            yield return Same(a.Count - i, b.Count - i);
        }

        JsonDifference Same(int inA, int inB) => new(Text(inB), $"{pointer}/{Text(inB)}", DifferenceKind.Same, a[inA], b[inB], []);
    }

    private static string Text(int index) => index.ToString(CultureInfo.InvariantCulture);

    private static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
