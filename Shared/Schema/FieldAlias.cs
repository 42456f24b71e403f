using System.Text.Json.Nodes;

namespace Gateway.Shared.Schema;

/// <summary>
/// An older name of a field, elsewhere in the record: accepted in its place, never stored, and shown beside it to clients of the API.
/// A record lists its aliases in a public static property <c>Aliases</c>, name to dotted wire path.
/// </summary>
/// <param name="Name">Wire name of the alias.</param>
/// <param name="Path">Wire names from the record to the field.</param>
/// <param name="Field">The field.</param>
public sealed record FieldAlias(string Name, IReadOnlyList<string> Path, FieldSchema Field)
{
    /// <summary>The field's value in a record; null when it is unset.</summary>
    public JsonNode? Find(JsonObject record)
    {
        JsonNode? node = record;
        foreach (var name in Path)
        {
            node = (node as JsonObject)?[name];
        }

        return node;
    }

    /// <summary>Sets the field, and makes the records on the way to it.</summary>
    /// <returns>False when something else stands in the way.</returns>
    internal bool TrySet(JsonObject record, JsonNode? value)
    {
        foreach (var name in Path.SkipLast(1))
        {
            if (record[name] is null)
            {
                record[name] = new JsonObject();
            }

            if (record[name] is not JsonObject inner)
            {
                return false;
            }

            record = inner;
        }

        record[Path[^1]] = value?.DeepClone();
        return true;
    }
}
