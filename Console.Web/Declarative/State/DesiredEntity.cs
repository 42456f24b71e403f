using System.Text.Json.Nodes;

namespace ConsoleWeb.Declarative.State;

/// <summary>An entity as the file wants it, next to what the gateway has.</summary>
/// <param name="Entity">With the body that is sent.</param>
/// <param name="Complete">The body with all defaults, for comparison and display.</param>
/// <param name="Live">The gateway's entity with the same id or natural key, or null.</param>
/// <param name="Config">Schema record of the config of a plugin or partial; null for other kinds.</param>
internal sealed record DesiredEntity(StateEntity Entity, JsonObject Complete, StateEntity? Live, JsonObject? Config)
{
    public StateKind Kind => Entity.Kind;

    /// <summary>Where a plugin takes partials, by their types; null for other kinds.</summary>
    public JsonObject? Supported { get; init; }
}
