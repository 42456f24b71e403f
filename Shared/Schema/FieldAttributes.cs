namespace Gateway.Shared.Schema;

/// <summary>
/// Marks a property of a config record as a field of its schema. The property's type is the field's type, its snake_case name the
/// wire name, its initialiser the default.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>A nullable property without initialiser is unset (<c>null</c>) by default.</item>
/// <item>A non-nullable property with initialiser always has a value; an explicit null resets it to the default.</item>
/// <item>The C# modifier <c>required</c>, or <see cref="Required"/> with an empty initialiser (<c>""</c>, <c>[]</c>), means that the
/// document must give a value.</item>
/// <item>A non-nullable record is expanded with its inner defaults, as its initialiser has them, when absent; a nullable one stays null.</item>
/// </list>
/// </remarks>
/// <param name="description">A sentence for users; forms and documentation show it as it is.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FieldAttribute(string description) : Attribute
{
    public string Description { get; } = description;

    /// <summary>Null is refused with <c>required field missing</c>, unless there is a default.</summary>
    public bool Required { get; init; }

    /// <summary>Encrypted at rest, masked without the scope <c>secrets:read</c>, never logged. On a map or list: each value.</summary>
    public bool Secret { get; init; }

    /// <summary>The whole value may be a <c>{vault://…}</c> reference. On a map or list: each value.</summary>
    public bool Referenceable { get; init; }

    /// <summary>A list whose duplicates are removed and whose order carries no meaning.</summary>
    public bool IsSet { get; init; }

    /// <summary>Generated when absent (ids, timestamps, keys).</summary>
    public bool Auto { get; init; }

    /// <summary>A record that stays null when absent, instead of being expanded with its inner defaults. Implied by a nullable type.</summary>
    public bool OptionalRecord { get; init; }

    /// <summary>Wire name, where it is not the snake_case of the property.</summary>
    public string? Name { get; init; }

    /// <summary>Longer label for forms; by default made from the name.</summary>
    public string? Label { get; init; }

    /// <summary>Stored and returned, but without effect at run time.</summary>
    public bool Inert { get; init; }

    /// <summary>Left out of schema documents: declarative tools would otherwise fill in a record that is always returned as null.</summary>
    public bool Undocumented { get; init; }

    /// <summary>The empty text is a value; elsewhere it is refused (<c>length must be at least 1</c>).</summary>
    public bool AllowEmpty { get; init; }

    /// <summary>The value usually has line breaks (certificates, JSON texts); forms offer several lines.</summary>
    public bool Multiline { get; init; }
}

/// <summary>Inclusive numeric bounds: <c>value should be between a and b</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BetweenAttribute(double min, double max) : Attribute
{
    public double Min { get; } = min;

    public double Max { get; } = max;
}

/// <summary>Exclusive lower bound: <c>value must be greater than n</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class GreaterThanAttribute(double bound) : Attribute
{
    public double Bound { get; } = bound;
}

/// <summary>Allowed values of a string or integer field, or of the elements of a list: <c>expected one of: a, b</c>.</summary>
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

/// <summary>
/// The field's own schema depends on the value of a sibling field: a plugin's <c>config</c> on its <c>name</c>. The schema comes from
/// <see cref="ISubSchemaSource"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SubSchemaAttribute(string family, string selector) : Attribute
{
    /// <summary><c>plugins</c>, <c>partials</c> or <c>vaults</c>.</summary>
    public string Family { get; } = family;

    /// <summary>Wire name of the sibling that selects the schema.</summary>
    public string Selector { get; } = selector;
}

/// <summary>A rule for a text: of the field itself, of each element of a list, of each value of a map.</summary>
[AttributeUsage(AttributeTargets.Property, AllowMultiple = true)]
public abstract class RuleAttribute : Attribute
{
    public abstract IValueRule Rule { get; }

    /// <summary>Applies to the keys of a map instead of the values.</summary>
    public bool Keys { get; init; }
}

/// <inheritdoc cref="RuleAttribute"/>
public sealed class RuleAttribute<TRule> : RuleAttribute
    where TRule : IValueRule, new()
{
    public override IValueRule Rule { get; } = new TRule();
}

/// <summary>Judges, and may rewrite, one text of a document. Stateless.</summary>
public interface IValueRule
{
    /// <summary>The error text, or null when the value is fine.</summary>
    string? Check(string text);

    /// <summary>The stored form of a value that passed <see cref="Check"/>.</summary>
    string Normalise(string text) => text;
}
