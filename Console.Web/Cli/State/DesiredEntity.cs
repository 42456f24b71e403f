using System.Text.Json.Nodes;

namespace ConsoleWeb.Cli.State;

/// <summary>An entity as the file wants it, next to what the gateway has.</summary>
/// <param name="Entity">With the body that is sent.</param>
/// <param name="Complete">The body with all defaults, for comparison and display.</param>
/// <param name="Live">The gateway's entity with the same id or natural key, or null.</param>
/// <param name="Config">Schema record of a plugin's config; null for other kinds.</param>
internal sealed record DesiredEntity(StateEntity Entity, JsonObject Complete, StateEntity? Live, JsonObject? Config)
{
    public EntityKind Kind => Entity.Kind;
}
