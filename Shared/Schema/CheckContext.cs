using System.Text.Json.Nodes;

namespace Gateway.Shared.Schema;

/// <summary>What a check sees: one normalised record, and where to put faults.</summary>
public sealed class CheckContext
{
    private readonly Violations _violations;

    internal CheckContext(JsonObject record, SchemaPath path, Violations violations)
    {
        Record = record;
        Path = path;
        _violations = violations;
    }

    /// <summary>The record, complete with defaults. Not to be changed.</summary>
    public JsonObject Record { get; }

    /// <summary>Where the record sits in the whole document.</summary>
    public SchemaPath Path { get; }

    /// <summary>The value at a dotted wire path of member names, or null.</summary>
    public JsonNode? Get(string path)
    {
        JsonNode? node = Record;
        foreach (var name in path.Split('.'))
        {
            if (node is not JsonObject members || !members.TryGetPropertyValue(name, out node))
            {
                return null;
            }
        }

        return node;
    }

    /// <summary>The scalar at a path as text, or null.</summary>
    public string? Text(string path) => TextOf(Get(path));

    /// <summary>The texts of a list; empty when it is unset.</summary>
    public IReadOnlyList<string> Texts(string path) =>
        Get(path) is JsonArray list ? [.. list.Select(TextOf).OfType<string>()] : [];

    /// <summary>Whether the value is there and neither an empty text nor an empty list or map.</summary>
    public bool IsSet(string path) => IsNonEmpty(Get(path));

    /// <summary>Puts a fault on a field of this record; digits in the path are list positions from 1.</summary>
    public void Fail(string path, string text) => _violations.Add(Path.Append(path), text);

    /// <summary>Puts a fault on the record as a whole.</summary>
    public void FailRecord(string text) => _violations.AddEntity(Path, text);

    /// <summary>A view of another record inside this one, whose faults go to this record.</summary>
    public CheckContext At(JsonObject inner) => new(inner, Path, _violations);

    internal static bool IsNonEmpty(JsonNode? node) => node switch
    {
        null => false,
        JsonArray list => list.Count > 0,
        JsonObject members => members.Count > 0,
        _ => TextOf(node) != "",
    };

    internal static string? TextOf(JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonValue value => value.ToJsonString(),
        _ => null,
    };
}
