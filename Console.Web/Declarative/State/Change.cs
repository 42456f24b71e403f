using System.Text.Json.Nodes;

namespace ConsoleWeb.Declarative.State;

internal enum ChangeType
{
    Create,
    Update,
    Delete,
}

/// <summary>One write that brings the gateway nearer to the file.</summary>
/// <param name="Type">What happens.</param>
/// <param name="Entity">The entity with the body to send; for a deletion the live one.</param>
/// <param name="Name">What the output calls it.</param>
/// <param name="Old">The live body in display form; null for a creation.</param>
/// <param name="New">The wanted body in display form; null for a deletion.</param>
internal sealed record Change(ChangeType Type, StateEntity Entity, string Name, JsonObject? Old, JsonObject? New)
{
    /// <summary>A deletion that must come before all else, since its name is wanted by another id.</summary>
    public bool IsFirst { get; init; }
}
