using System.Text.Json.Nodes;

namespace Gateway.Shared.Schema;

/// <summary>The <c>{vault://…}</c> references of a document.</summary>
public static class ReferencePaths
{
    /// <summary>A copy in which each reference in a referenceable field is replaced by its secret.</summary>
    /// <param name="resolve">
    /// The secret of a reference, or null when it cannot be resolved: a text is then empty, a number has its default.
    /// </param>
    public static JsonObject Resolved(JsonObject document, RecordSchema schema, ISubSchemaSource? subSchemas, DocumentLeaves.Replace resolve)
    {
        var copy = document.DeepClone().AsObject();
        DocumentLeaves.Visit(copy, schema, subSchemas, (field, path, text) => field.Referenceable && VaultReference.IsReference(text)
            ? resolve(field, path, text) ?? (field.Kind == FieldKind.String ? "" : field.Default?.ToString())
            : text);
        return copy;
    }

    /// <summary>The references in use: dotted path and reference.</summary>
    public static IReadOnlyList<(string Path, string Reference)> List(JsonObject document, RecordSchema schema, ISubSchemaSource? subSchemas)
    {
        var found = new List<(string Path, string Reference)>();
        DocumentLeaves.Visit(document, schema, subSchemas, (field, path, text) =>
        {
            if (field.Referenceable && VaultReference.IsReference(text))
            {
                found.Add((path.ToString(), text));
            }

            return text;
        });
        return found;
    }
}
