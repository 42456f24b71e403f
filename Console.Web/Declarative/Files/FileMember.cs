namespace ConsoleWeb.Declarative.Files;

/// <summary>What a member of a state file may hold.</summary>
internal enum FileMemberType
{
    Text,
    Integer,
    Number,
    Boolean,
    TextList,

    /// <summary>An object whose members are not known here; the server checks them.</summary>
    Free,

    /// <summary>Anything.</summary>
    Any,

    /// <summary>A foreign key as an object: <c>{name: x}</c> or <c>{id: …}</c>.</summary>
    Reference,

    /// <summary>One object of a known shape.</summary>
    Object,

    /// <summary>A list of objects of a known shape.</summary>
    ObjectList,

    /// <summary>Known to decK but not to this product; refused with a sentence that says so.</summary>
    Unsupported,
}

/// <summary>One member of an object in the state file.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Shape">Name of the shape in <see cref="StateFileShapes"/> for objects and lists of objects.</param>
internal sealed record FileMember(string Name, FileMemberType Type, string? Shape = null);

/// <summary>An object of the state file: its members, and which of them it cannot go without.</summary>
/// <param name="Word">The object in a sentence, such as <c>service</c>.</param>
/// <param name="Members">Every member that is accepted; others are refused.</param>
/// <param name="Required">All of these must be present.</param>
/// <param name="OneOf">At least one of these must be present; empty for no such rule.</param>
internal sealed record FileShape(
    string Word, IReadOnlyList<FileMember> Members, IReadOnlyList<string> Required, IReadOnlyList<string> OneOf)
{
    public FileMember? Find(string name) => Members.FirstOrDefault(m => m.Name == name);
}
