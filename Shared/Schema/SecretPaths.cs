using System.Text.Json.Nodes;

namespace Gateway.Shared.Schema;

/// <summary>The secret texts of a document: encrypting them, masking them, putting stored ones back behind a mask.</summary>
public static class SecretPaths
{
    /// <summary>What readers without the scope <c>secrets:read</c> see.</summary>
    public const string Mask = "********";

    /// <summary>Replaces every secret in place. References to a vault are no secrets and stay.</summary>
    /// <param name="replace">Dotted path and secret; returns what takes its place.</param>
    public static void Replace(JsonObject document, RecordSchema schema, ISubSchemaSource? subSchemas, Func<string, string, string?> replace) =>
        DocumentLeaves.Visit(document, schema, subSchemas, (field, path, text) =>
            field.Secret && !(field.Referenceable && VaultReference.IsReference(text)) ? replace(path.ToString(), text) : text);

    /// <summary>The dotted paths of all secrets that are set.</summary>
    public static IReadOnlyList<string> List(JsonObject document, RecordSchema schema, ISubSchemaSource? subSchemas)
    {
        var paths = new List<string>();
        Replace(document.DeepClone().AsObject(), schema, subSchemas, (path, text) =>
        {
            paths.Add(path);
            return text;
        });
        return paths;
    }

    /// <summary>A copy with each secret shown as <see cref="Mask"/>.</summary>
    public static JsonObject Masked(JsonObject document, RecordSchema schema, ISubSchemaSource? subSchemas)
    {
        var copy = document.DeepClone().AsObject();
        Replace(copy, schema, subSchemas, (_, _) => Mask);
        return copy;
    }

    /// <summary>
    /// Puts the stored secrets back where a client wrote the mask. Elements of a list are paired with the stored element that is equal
    /// but for its secrets, else by position when nothing but settings of that element changed (lists of equal length).
    /// </summary>
    /// <param name="document">The normalised new document; changed in place.</param>
    /// <param name="stored">The stored document, secrets in clear; null when there is none.</param>
    /// <returns>Null, or an error naming each mask that has nothing behind it.</returns>
    public static SchemaViolationError? Unmask(JsonObject document, JsonObject? stored, RecordSchema schema, ISubSchemaSource? subSchemas)
    {
        var bare = WithoutSecrets(document, schema, subSchemas);
        var storedBare = stored is null ? null : WithoutSecrets(stored, schema, subSchemas);
        var violations = new Violations();
        DocumentLeaves.Visit(document, schema, subSchemas, (field, path, text) =>
        {
            if (!field.Secret || text != Mask)
            {
                return text;
            }

            if (stored is not null && Counterpart(path, bare, stored, storedBare!) is JsonValue value && value.TryGetValue<string>(out var secret))
            {
                return secret;
            }

            violations.Add(path, "the masked value cannot be kept, because nothing is stored here; enter the secret again");
            return text;
        });
        return violations.ToError();
    }

    private static JsonObject WithoutSecrets(JsonObject document, RecordSchema schema, ISubSchemaSource? subSchemas)
    {
        var copy = document.DeepClone().AsObject();
        DocumentLeaves.Visit(copy, schema, subSchemas, (field, _, text) => field.Secret ? "" : text);
        return copy;
    }

    /// <summary>Follows a path of the new document through the stored one.</summary>
    private static JsonNode? Counterpart(SchemaPath path, JsonObject bare, JsonObject stored, JsonObject storedBare)
    {
        var (_, counterpart, _) = Step(path, bare, stored, storedBare);
        return counterpart;
    }

    private static (JsonNode? Bare, JsonNode? Stored, JsonNode? StoredBare) Step(SchemaPath path, JsonObject bare, JsonObject stored, JsonObject storedBare)
    {
        if (path.IsRoot)
        {
            return (bare, stored, storedBare);
        }

        var (outer, outerStored, outerStoredBare) = Step(path.Parent!, bare, stored, storedBare);
        if (path.Name is { } name)
        {
            return ((outer as JsonObject)?[name], (outerStored as JsonObject)?[name], (outerStoredBare as JsonObject)?[name]);
        }

        if (outer is not JsonArray list || outerStored is not JsonArray storedList || outerStoredBare is not JsonArray storedBareList)
        {
            return default;
        }

        var own = list[path.Index];
        var equal = EqualPositions(storedBareList, own);
        var nth = EqualPositions(list, own).IndexOf(path.Index);
        var position = equal.Count > 0 ? equal[Math.Min(nth, equal.Count - 1)] : list.Count == storedBareList.Count ? path.Index : -1;
        return position < 0 ? default : (own, storedList[position], storedBareList[position]);
    }

    private static List<int> EqualPositions(JsonArray list, JsonNode? element) =>
        [.. Enumerable.Range(0, list.Count).Where(i => JsonNode.DeepEquals(list[i], element))];
}
