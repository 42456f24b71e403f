using System.Text.Json.Nodes;

namespace Gateway.Shared.Schema;

/// <summary>One field of a <see cref="RecordSchema"/>, or the element, key or value of such a field. Immutable.</summary>
public sealed class FieldSchema
{
    private readonly JsonNode? _default;

    /// <summary>Wire name; empty for elements, keys and values.</summary>
    public string Name { get; init; } = "";

    /// <summary>Name of the C# property; empty for elements, keys and values.</summary>
    public string PropertyName { get; init; } = "";

    public required FieldKind Kind { get; init; }

    /// <summary>A sentence for users.</summary>
    public string Description { get; init; } = "";

    /// <summary>Label for forms; null: make one from the name.</summary>
    public string? Label { get; init; }

    /// <summary>The normalised document never holds null here. Without <see cref="HasDefault"/> the input must give a value.</summary>
    public bool Required { get; init; }

    /// <summary>The default value, a fresh copy on each read; null when there is none.</summary>
    public JsonNode? Default
    {
        get => _default?.DeepClone();
        init => _default = value;
    }

    public bool HasDefault => _default is not null;

    /// <summary>Element type of an array or set.</summary>
    public FieldSchema? Elements { get; init; }

    /// <summary>Key type of a map (always a string).</summary>
    public FieldSchema? Keys { get; init; }

    /// <summary>Value type of a map.</summary>
    public FieldSchema? Values { get; init; }

    /// <summary>The nested schema of a record.</summary>
    public RecordSchema? Record { get; init; }

    /// <summary>A record that stays null when absent. Other records are expanded with their inner defaults.</summary>
    public bool IsOptionalRecord { get; init; }

    /// <summary>Allowed values, as text also for integers; null when any value is fine. Lists carry it on <see cref="Elements"/>.</summary>
    public IReadOnlyList<string>? OneOf { get; init; }

    /// <summary>Inclusive lower bound of a number.</summary>
    public double? Min { get; init; }

    /// <summary>Inclusive upper bound of a number.</summary>
    public double? Max { get; init; }

    /// <summary>Exclusive lower bound of a number.</summary>
    public double? GreaterThan { get; init; }

    /// <summary>The typed record holds the integer in 32 bits.</summary>
    internal bool Is32Bit { get; init; }

    /// <summary>Least number of characters or elements; null: 1 for texts, none for lists.</summary>
    public int? LengthMin { get; init; }

    /// <summary>Greatest number of characters or elements.</summary>
    public int? LengthMax { get; init; }

    /// <summary>Encrypted at rest and masked for readers without the right. Lists and maps carry it on their elements and values too.</summary>
    public bool Secret { get; init; }

    /// <summary>The whole value may be a <c>{vault://…}</c> reference.</summary>
    public bool Referenceable { get; init; }

    /// <summary>Generated when absent.</summary>
    public bool Auto { get; init; }

    /// <summary>Stored and returned, without effect at run time.</summary>
    public bool Inert { get; init; }

    /// <summary>Not listed in schema documents.</summary>
    public bool Undocumented { get; init; }

    public bool AllowEmpty { get; init; }

    public bool Multiline { get; init; }

    /// <summary>A text that must be a UUID.</summary>
    public bool IsUuid { get; init; }

    /// <summary>A number of Unix seconds.</summary>
    public bool IsTimestamp { get; init; }

    /// <summary>Collection that a foreign key points at, such as <c>services</c>.</summary>
    public string? Reference { get; init; }

    /// <summary>Says which sibling selects the schema of a <see cref="FieldKind.Json"/> field; null when its shape is free.</summary>
    public SubSchemaAttribute? SubSchema { get; init; }

    /// <summary>Rules for the text itself; on lists and maps they sit on <see cref="Elements"/>, <see cref="Keys"/> and <see cref="Values"/>.</summary>
    public IReadOnlyList<IValueRule> Rules { get; init; } = [];

    /// <summary>A record that an absent value expands into.</summary>
    public bool IsExpanded => Kind == FieldKind.Record && !IsOptionalRecord;

    public override string ToString() => $"{Name}: {Kind}";
}
