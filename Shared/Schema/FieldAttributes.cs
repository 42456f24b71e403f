namespace Gateway.Shared.Schema;

/// <summary>
/// Marks a property of a config record as a field of its schema. The property's initialiser is the default,
/// its type the field's type, its snake_case name the wire name.
/// </summary>
/// <param name="description">A sentence for users; forms and documentation show it as it is.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FieldAttribute(string description) : Attribute
{
    public string Description { get; } = description;

    /// <summary>Null is refused with <c>required field missing</c>.</summary>
    public bool Required { get; init; }

    /// <summary>Encrypted at rest, masked without the scope <c>secrets:read</c>, never logged.</summary>
    public bool Secret { get; init; }

    /// <summary>The whole value may be a <c>{vault://…}</c> reference.</summary>
    public bool Referenceable { get; init; }

    /// <summary>A list whose duplicates are removed and whose order carries no meaning.</summary>
    public bool IsSet { get; init; }

    /// <summary>Generated when absent (ids, timestamps, keys).</summary>
    public bool Auto { get; init; }

    /// <summary>A record that stays null when absent, instead of being expanded with its inner defaults.</summary>
    public bool OptionalRecord { get; init; }

    /// <summary>Wire name, where it is not the snake_case of the property.</summary>
    public string? Name { get; init; }

    /// <summary>Longer label for forms; by default made from the name.</summary>
    public string? Label { get; init; }

    /// <summary>Stored and returned, but without effect at run time.</summary>
    public bool Inert { get; init; }
}

/// <summary>Inclusive numeric bounds: <c>value should be between a and b</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BetweenAttribute(double min, double max) : Attribute
{
    public double Min { get; } = min;

    public double Max { get; } = max;
}

/// <summary>Allowed values of a string field or of the elements of a list: <c>expected one of: a, b</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OneOfAttribute(params string[] values) : Attribute
{
    public IReadOnlyList<string> Values { get; } = values;
}

/// <summary>Bounds of a string's or list's length.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LengthAttribute(int min, int max = int.MaxValue) : Attribute
{
    public int Min { get; } = min;

    public int Max { get; } = max;
}

/// <summary>A foreign key: the property holds <see cref="Contracts.EntityReference"/>; the value is the collection name, e.g. <c>services</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ForeignAttribute(string collection) : Attribute
{
    public string Collection { get; } = collection;
}
