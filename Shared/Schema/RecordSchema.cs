using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Gateway.Shared.Schema;

/// <summary>
/// The schema of a config record: its fields in declaration order and its cross-field checks. Read once from the record's attributes;
/// the validator, the schema documents, the forms and the secret handling all use this one tree.
/// </summary>
public sealed class RecordSchema
{
    private static readonly ConcurrentDictionary<Type, RecordSchema> Cache = new();

    private readonly Dictionary<string, FieldSchema> _byName;

    internal RecordSchema(Type type, IReadOnlyList<FieldSchema> fields, IReadOnlyList<EntityCheck> checks)
    {
        RecordType = type;
        Fields = fields;
        Checks = checks;
        _byName = fields.ToDictionary(f => f.Name, StringComparer.Ordinal);
    }

    /// <summary>The record a normalised document deserialises into.</summary>
    public Type RecordType { get; }

    /// <summary>Fields in declaration order.</summary>
    public IReadOnlyList<FieldSchema> Fields { get; }

    /// <summary>The cross-field checks: the record's public static property <c>Checks</c>.</summary>
    public IReadOnlyList<EntityCheck> Checks { get; }

    public static RecordSchema For<T>() => For(typeof(T));

    /// <exception cref="InvalidOperationException">A property has a type that schemas do not know.</exception>
    public static RecordSchema For(Type type) => Cache.TryGetValue(type, out var found) ? found : Cache.GetOrAdd(type, RecordSchemaBuilder.Build(type));

    /// <summary>The field with this wire name, or null.</summary>
    public FieldSchema? Find(string name) => _byName.GetValueOrDefault(name);

    public bool TryFind(string name, [NotNullWhen(true)] out FieldSchema? field) => _byName.TryGetValue(name, out field);
}
