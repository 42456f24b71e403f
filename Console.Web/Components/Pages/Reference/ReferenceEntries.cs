namespace ConsoleWeb.Components.Pages.Reference;

/// <summary>A heading with what belongs to it.</summary>
/// <param name="Name">In addresses, below <c>/reference/</c>.</param>
public sealed record ReferenceGroup(string Name, string Title, string Text, IReadOnlyList<ReferenceOperation> Operations, IReadOnlyList<ReferenceField> Fields)
{
    /// <summary>A call for the whole; null: each operation has its own.</summary>
    public string? Example { get; init; }

    public string Href => "/reference/" + Name;
}

/// <param name="Id">Unique; the end of its address.</param>
public sealed record ReferenceOperation(string Id, string Method, string Path, string Summary)
{
    public string? Text { get; init; }

    /// <summary>Scope that the token needs; null: any token.</summary>
    public string? Scope { get; init; }

    public bool NeedsToken { get; init; } = true;

    public IReadOnlyList<ReferenceParameter> Values { get; init; } = [];

    public IReadOnlyList<ReferenceParameter> Query { get; init; } = [];

    public bool TakesForms { get; init; }

    public IReadOnlyList<ReferenceAnswer> Answers { get; init; } = [];

    public string Example { get; init; } = "";
}

public sealed record ReferenceParameter(string Name, string Type, string Text, bool IsRequired);

/// <param name="Status">As three digits.</param>
public sealed record ReferenceAnswer(string Status, string Text);

/// <summary>A field, also one inside a record.</summary>
/// <param name="Path">Dotted; elements of lists have <c>[]</c>.</param>
/// <param name="Default">As JSON; null: none.</param>
public sealed record ReferenceField(string Path, string Type, string? Default, string Text)
{
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>What else is to be known, in a word each: required, secret, write only.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The records that it is in, with the dot behind.</summary>
    public string Outer => Path[..^Name.Length];

    public string Name => Path[(Path.LastIndexOf('.') + 1)..];

    public string Anchor => "field-" + Path.Replace("[]", "", StringComparison.Ordinal);
}

/// <summary>What a search found.</summary>
public sealed record ReferenceHit(ReferenceGroup Group, ReferenceOperation? Operation, ReferenceField? Field)
{
    public string Href => Operation is not null ? $"{Group.Href}?op={Operation.Id}" : Field is not null ? $"{Group.Href}#{Field.Anchor}" : Group.Href;

    /// <summary>Headings, then fields of that very name, then the rest.</summary>
    public int Rank(string text) =>
        Operation is null && Field is null ? 0
        : Field?.Name.Equals(text, StringComparison.OrdinalIgnoreCase) == true ? 1
        : Operation is not null ? 2
        : Field!.Name.StartsWith(text, StringComparison.OrdinalIgnoreCase) ? 3
        : 4;
}
