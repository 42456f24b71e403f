using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Entities;

/// <summary>
/// One stored entity: the normalised document with secrets in clear. Never changed, only replaced. There may be thousands, so each is kept
/// as text, a tenth of what its nodes would take; what every change and list asks for is read once.
/// </summary>
internal sealed class EntityDocument
{
    private readonly byte[] _json;
    private readonly (string Field, Guid Id)[] _references;
    private object? _typed;

    /// <param name="json">Read here and not kept.</param>
    public EntityDocument(EntityKind kind, Guid id, JsonObject json)
    {
        (Kind, Id, Name) = (kind, id, NameOf(kind, id, json));
        UniqueKeys = [.. UniqueKey.Of(kind, json)];
        Tags = json["tags"] is JsonArray tags ? [.. tags.OfType<JsonValue>().Select(t => t.GetValue<string>())] : [];
        _references = [.. ListReferences(kind, json)];
        _json = JsonSerializer.SerializeToUtf8Bytes(json, SchemaJson.Options);
    }

    public EntityKind Kind { get; }

    public Guid Id { get; }

    /// <inheritdoc cref="NameOf"/>
    public string Name { get; }

    /// <summary>Kind and name: <c>service codex-service</c>.</summary>
    public string Title => $"{Kind.Singular} {Name}";

    public IReadOnlyList<string> Tags { get; }

    /// <summary>The values that no other document may have.</summary>
    public IReadOnlyList<UniqueKey> UniqueKeys { get; }

    /// <summary>The document, made anew at each call: it is the caller's own.</summary>
    public JsonObject Json => JsonNode.Parse(_json)!.AsObject();

    /// <summary>The document as the kind's record; read once.</summary>
    public object Typed => _typed ??= SchemaJson.Deserialise(_json, Kind.RecordType);

    /// <summary>What people call it: its name, or its id where it has none. The key of a credential is its name in paths and a secret all the same.</summary>
    public static string NameOf(EntityKind kind, Guid id, JsonObject json) =>
        (kind.EndpointKey is { } key && kind.Schema.Find(key)?.Secret != true ? json[key]?.ToString() : null) ?? json["name"]?.ToString() ?? id.ToString();

    /// <summary>Ids this entity points at, with the field that holds each.</summary>
    public IEnumerable<(string Field, Guid Id)> References() => _references;

    private static IEnumerable<(string Field, Guid Id)> ListReferences(EntityKind kind, JsonObject json)
    {
        foreach (var key in kind.ForeignKeys)
        {
            if (json[key.Field] is JsonObject reference && Guid.TryParse(reference["id"]?.GetValue<string>(), out var id))
            {
                yield return (key.Field, id);
            }
        }

        foreach (var id in kind == EntityKinds.Plugins ? PartialLinks.Of(json) : [])
        {
            yield return (PartialLinks.Field, id);
        }
    }
}
