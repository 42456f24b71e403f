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

    internal RecordSchema(
        Type type, IReadOnlyList<FieldSchema> fields, IReadOnlyList<EntityCheck> checks, IReadOnlyDictionary<string, string> aliases)
    {
        RecordType = type;
        Fields = fields;
        Checks = checks;
        _byName = fields.ToDictionary(f => f.Name, StringComparer.Ordinal);
        Aliases = [.. aliases.Select(a => new FieldAlias(a.Key, a.Value.Split('.'), FieldAt(a.Value.Split('.'))))];
    }

    /// <summary>The record a normalised document deserialises into.</summary>
    public Type RecordType { get; }

    /// <summary>Fields in declaration order.</summary>
    public IReadOnlyList<FieldSchema> Fields { get; }

    /// <summary>The cross-field checks: the record's public static property <c>Checks</c>.</summary>
    public IReadOnlyList<EntityCheck> Checks { get; }

    /// <summary>Older names of fields: the record's public static property <c>Aliases</c>.</summary>
    public IReadOnlyList<FieldAlias> Aliases { get; }

    public static RecordSchema For<T>() => For(typeof(T));

    /// <exception cref="InvalidOperationException">A property has a type that schemas do not know.</exception>
    public static RecordSchema For(Type type) => Cache.TryGetValue(type, out var found) ? found : Cache.GetOrAdd(type, RecordSchemaBuilder.Build(type));

    /// <summary>The field with this wire name, or null.</summary>
    public FieldSchema? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The field that a name stands for, be it its own or an older one; null when there is none.</summary>
    public FieldSchema? FindByAnyName(string name) => Find(name) ?? Aliases.FirstOrDefault(a => a.Name == name)?.Field;

    public bool TryFind(string name, [NotNullWhen(true)] out FieldSchema? field) => _byName.TryGetValue(name, out field);

    private FieldSchema FieldAt(ReadOnlySpan<string> path)
    {
        var field = Find(path[0]) ?? throw new InvalidOperationException($"{RecordType} has no field '{path[0]}' for an alias.");
        return path.Length == 1 ? field : field.Record!.FieldAt(path[1..]);
    }
}
