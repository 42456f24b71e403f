namespace Gateway.Shared.Schema;

/// <summary>The type of a field, in the words of the schema documents.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The words of the schema documents.")]
public enum FieldKind
{
    String,
    Integer,
    Number,
    Boolean,
    Array,
    Set,
    Map,
    Record,
    Foreign,

    /// <summary>A JSON object of free shape, or of a shape that a sibling field selects (<see cref="FieldSchema.SubSchema"/>).</summary>
    Json,
}
