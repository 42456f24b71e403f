using System.Text.Json.Nodes;
using ConsoleWeb.Declarative.Files;

namespace ConsoleWeb.Declarative.State;

/// <summary>Where an entity of the file was written.</summary>
internal sealed record EntitySource(SourceMap Map, string Path)
{
    /// <summary><c>file:line:column: path</c> of the entity or of a field in it.</summary>
    public string Describe(string? field = null) => Map.Describe(field is null ? Path : $"{Path}.{field}");
}

/// <summary>A reference of an entity in the file: to the entity it is nested in, or to one named by text.</summary>
/// <param name="Parent">The entity around it; null when named by text.</param>
/// <param name="Text">A name or an id; null when nested.</param>
internal sealed record FileReference(FileEntity? Parent, string? Text);

/// <summary>One entity as the file states it, taken out of its nesting.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Body">Its own fields, without nested entities and references.</param>
/// <param name="Source">Where it stands.</param>
internal sealed record FileEntity(StateKind Kind, JsonObject Body, EntitySource Source)
{
    /// <summary>References by field.</summary>
    public Dictionary<string, FileReference> References { get; } = new(StringComparer.Ordinal);

    /// <summary>Set once resolved: the entity with ids in place of references.</summary>
    public StateEntity? Resolved { get; set; }
}
