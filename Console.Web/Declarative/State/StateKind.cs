using System.Text.Json.Nodes;

namespace ConsoleWeb.Declarative.State;

/// <summary>A foreign key of a kind.</summary>
/// <param name="Field">Its field on the wire: <c>{"service":{"id":"…"}}</c>.</param>
/// <param name="Kind">Name (<see cref="StateKind.Collection"/>) of the kind it points to.</param>
internal sealed record ForeignField(string Field, string Kind);

/// <summary>One kind of entity: how it is written in the file, addressed on the Admin API, recognised and ordered.</summary>
internal sealed record StateKind
{
    /// <summary>Word in the output, decK's: <c>creating service x</c>.</summary>
    public required string Word { get; init; }

    /// <summary>Collection on the Admin API and list in the file, unless <see cref="FileList"/> differs: <c>services</c>.</summary>
    public required string Collection { get; init; }

    /// <summary>Shape of the entity in the file.</summary>
    public required string Shape { get; init; }

    /// <summary>Name of the list in the file (for nested kinds: inside the parent).</summary>
    public required string FileList { get; init; }

    /// <summary>Name below <c>/schemas</c> in gateway mode; null when there is none.</summary>
    public string? Schema { get; init; }

    /// <summary>Name below <c>/v1/schemas/json</c> in Konnect mode.</summary>
    public string? KonnectSchema { get; init; }

    /// <summary>Writes happen level by level, 1 first; deletions the other way round.</summary>
    public required int Level { get; init; }

    /// <summary>Fields each of which identifies the entity alone, in the order they are tried.</summary>
    public IReadOnlyList<string> NameFields { get; init; } = [];

    /// <summary>Fields that identify the entity together; used in place of <see cref="NameFields"/>.</summary>
    public IReadOnlyList<string> CompositeKey { get; init; } = [];

    public IReadOnlyList<ForeignField> Foreign { get; init; } = [];

    /// <summary>Foreign field of the parent in whose path the entity is written, or null when it has a path of its own.</summary>
    public string? PathParent { get; init; }

    /// <summary>Path segment below the parent, such as <c>key-auth</c>.</summary>
    public string? PathSegment { get; init; }

    /// <summary>Whether defaults of the entity come from its schema.</summary>
    public bool HasDefaults { get; init; }

    /// <summary>Whether a server without this kind is fine.</summary>
    public bool IsOptional { get; init; } = true;

    /// <summary>Whether <c>--skip-consumers</c> leaves it out.</summary>
    public bool IsConsumerPart { get; init; }

    /// <summary>Whether the id is written by dump even without <c>--with-id</c>.</summary>
    public bool KeepsId { get; init; }

    /// <summary>Whether the kind carries tags.</summary>
    public bool HasTags { get; init; } = true;

    /// <summary>Fields that the server computes or hashes and that are never compared.</summary>
    public IReadOnlyList<string> NotCompared { get; init; } = [];

    /// <summary>The keys under which this body is found again, most telling first.</summary>
    public IEnumerable<string> KeysOf(JsonObject body)
    {
        if (CompositeKey.Count > 0)
        {
            yield return string.Join('\u0001', CompositeKey.Select(f => KeyPart(f, body[f])));
            yield break;
        }

        foreach (var field in NameFields)
        {
            if (body[field] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0)
            {
                yield return NameKey(field, text);
            }
        }
    }

    /// <summary>The key of an entity known by one field's value.</summary>
    public static string NameKey(string field, string value) => $"{field}\u0001{value}";

    private static string KeyPart(string field, JsonNode? value) => value switch
    {
        null => "",
        JsonObject reference => reference["id"]?.GetValue<string>() ?? "",
        JsonValue text when field == "target" => TargetAddress.Normalise(text.GetValue<string>()),
        _ => value.ToString(),
    };
}
