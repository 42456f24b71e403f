using System.Text.Json.Nodes;
using Gateway.Shared.Results;

namespace Gateway.Shared.Schema;

/// <summary>
/// One kind of configuration entity: its schema and everything that the store, the Admin API, the declarative tools and the console
/// need to treat all kinds alike.
/// </summary>
public sealed class EntityKind
{
    private RecordSchema? _schema;

    /// <summary>Name as error texts and <c>/schemas/{name}</c> use it: <c>services</c>, <c>keyauth_credentials</c>.</summary>
    public required string Name { get; init; }

    /// <summary>One of them: <c>service</c>. Also the name of the member that refers to it.</summary>
    public required string Singular { get; init; }

    /// <summary>One of them in a sentence: <c>ACL group</c>.</summary>
    public string Noun
    {
        get => field ?? Singular.Replace('_', ' ');
        init;
    }

    /// <summary>Several of them, as a heading: <c>ACL groups</c>.</summary>
    public string Title => char.ToUpperInvariant(Noun[0]) + Noun[1..] + "s";

    /// <summary>What they are for, in a sentence.</summary>
    public required string Purpose { get; init; }

    /// <summary>Path of the collection without slash: <c>services</c>, <c>key-auths</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Name that Konnect's schema documents use: <c>service</c>, <c>key-auth</c>.</summary>
    public required string KonnectName { get; init; }

    /// <summary>The unique field that may stand for the id in paths; null: ids only.</summary>
    public string? EndpointKey { get; init; }

    /// <summary>
    /// Name of a kind below this one whose endpoint key also leads here: a certificate is found by any of its server names. Null: none.
    /// </summary>
    public string? FoundByChild { get; init; }

    /// <summary>The typed record, one of <c>Gateway.Shared.Contracts</c>.</summary>
    public required Type RecordType { get; init; }

    public RecordSchema Schema => _schema ??= RecordSchema.For(RecordType);

    public IReadOnlyList<UniqueConstraint> Unique { get; init; } = [];

    public IReadOnlyList<ForeignKey> ForeignKeys { get; init; } = [];

    /// <summary>Whether a collection of its own exists; targets live only under their upstream.</summary>
    public bool HasCollection { get; init; } = true;

    /// <summary>Accepted in bodies, removed before validation: computed or kept elsewhere, such as a certificate's <c>snis</c>.</summary>
    public IReadOnlyList<string> VirtualFields { get; init; } = [];

    /// <summary>Write-only members that stand for several fields, such as <c>url</c>.</summary>
    public IReadOnlyList<string> Shorthands { get; init; } = [];

    /// <summary>Expands shorthands and input-dependent defaults. Arguments: the input (a copy), the stored document, faults.</summary>
    internal Action<JsonObject, JsonObject?, Violations>? Expand { get; init; }

    /// <summary>Computes fields once defaults are in.</summary>
    internal Action<JsonObject>? Complete { get; init; }

    /// <summary>Turns texts of an input that are only ever compared into hashes. Arguments: the input, the stored document.</summary>
    internal Action<JsonObject, JsonObject?>? Hash { get; init; }

    /// <summary>The field that is unique below one parent only, such as the address of a target or the group of an acl; null: none.</summary>
    public string? KeyBelow(string parentField) =>
        Unique.FirstOrDefault(u => u.Fields.Count == 2 && u.Fields.Contains(parentField))?.Fields.First(f => f != parentField);

    /// <summary>Kinds that live under this one: <c>/services/{s}/routes</c>.</summary>
    public IReadOnlyList<NestedCollection> Nested =>
        [.. from kind in EntityKinds.All
            from key in kind.ForeignKeys
            where key.References == Name && key.NestedPath is not null
            select new NestedCollection(key.NestedPath!, kind, key.Field)];

    /// <summary>
    /// Checks and completes a document of this kind: shorthands, defaults, field rules, cross-field rules. Foreign keys are checked for
    /// shape only.
    /// </summary>
    /// <returns>The document to store, every field present, or a <see cref="SchemaViolationError"/>.</returns>
    public Result<JsonObject> Normalise(JsonObject input, NormaliseOptions? options = null)
    {
        options = (options ?? new NormaliseOptions()) with { SubSchemas = new EntitySubSchemas(options?.SubSchemas) };
        var violations = new Violations();
        var body = input.DeepClone().AsObject();
        foreach (var name in VirtualFields)
        {
            body.Remove(name);
        }

        if (options.Existing is { } existing && body["id"] is { } id && CheckContext.TextOf(id) != CheckContext.TextOf(existing["id"]))
        {
            violations.Add(SchemaPath.Root.Member("id"), "immutable field cannot be updated");
        }

        Expand?.Invoke(body, options.Existing, violations);
        return SchemaNormaliser.Normalise(Schema, body, options, violations, Complete);
    }

    /// <summary>
    /// The input as it may be kept: texts that are only ever compared, such as passwords, give way to their hashes. A hash stays as it
    /// is, and a text whose hash is stored already gets that one. Costly on purpose; call it before the writer's turn comes.
    /// </summary>
    public JsonObject Hashed(JsonObject input, JsonObject? stored)
    {
        if (Hash is null)
        {
            return input;
        }

        var copy = input.DeepClone().AsObject();
        Hash(copy, stored);
        return copy;
    }

    public override string ToString() => Name;
}

/// <summary>Values that no two entities of a kind may share.</summary>
/// <param name="Fields">Wire names; foreign fields compare by id. Several fields: the tuple, nulls being equal. One field: nulls do not count.</param>
/// <param name="IsGlobal">Across workspaces.</param>
public sealed record UniqueConstraint(IReadOnlyList<string> Fields, bool IsGlobal = false)
{
    /// <summary>The members, joined by commas.</summary>
    public string Name { get; } = string.Join(',', Fields);
}

/// <summary>A reference to another entity.</summary>
/// <param name="Field">Wire name, such as <c>service</c>.</param>
/// <param name="References">Name of the kind referred to.</param>
/// <param name="OnDelete">What happens when that entity is deleted.</param>
/// <param name="NestedPath">Collection under the parent, such as <c>routes</c> in <c>/services/{s}/routes</c>; null: none.</param>
public sealed record ForeignKey(string Field, string References, OnDelete OnDelete, string? NestedPath = null);

/// <summary>What deleting the parent does.</summary>
public enum OnDelete
{
    /// <summary>Refused while a child exists (error 4).</summary>
    Restrict,

    /// <summary>The children are deleted too.</summary>
    Cascade,
}

/// <summary>A collection under a parent: <c>/services/{s}/routes</c>.</summary>
public sealed record NestedCollection(string Path, EntityKind Kind, string ForeignField);
