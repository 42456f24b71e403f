using System.Text.Json.Nodes;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Entities;

/// <summary>
/// The one way to read and write configuration: pages, Admin API and imports all come through here, so a rule is written once. A write
/// that has returned is live in the gateway.
/// </summary>
internal interface IEntityService
{
    /// <param name="size">1–1000.</param>
    /// <param name="offset">From the page before; null: the first page.</param>
    Result<EntityPage> List(EntityKind kind, EntityQuery query, int size, string? offset, Actor actor);

    /// <summary>By id or by the kind's endpoint key; null when there is none.</summary>
    JsonObject? Find(EntityKind kind, string idOrKey, Actor actor);

    /// <summary>A child of one parent, also by what is unique below that parent only; null when there is none.</summary>
    JsonObject? FindChild(EntityKind kind, string parentField, Guid parentId, string idOrKey, Actor actor);

    /// <summary>Stores a new entity; id, timestamps and defaults are filled.</summary>
    Task<Result<JsonObject>> CreateAsync(EntityKind kind, JsonObject input, Actor actor, CancellationToken cancellationToken);

    /// <summary>Creates or replaces: absent members go back to their defaults.</summary>
    Task<Result<JsonObject>> UpsertAsync(EntityKind kind, string idOrKey, JsonObject input, Actor actor, CancellationToken cancellationToken);

    /// <summary>Changes the members given.</summary>
    Task<Result<JsonObject>> PatchAsync(EntityKind kind, string idOrKey, JsonObject input, Actor actor, CancellationToken cancellationToken);

    /// <returns>Null when it is gone (or was never there), else why it may not go.</returns>
    Task<Error?> DeleteAsync(EntityKind kind, string idOrKey, Actor actor, CancellationToken cancellationToken);

    /// <summary>The same checks as a create, without foreign keys, uniqueness or a write.</summary>
    Result<JsonObject> Validate(EntityKind kind, JsonObject input);

    /// <summary>What a delete would take along: kind and display name of every entity that references this one.</summary>
    IReadOnlyList<(EntityKind Kind, JsonObject Entity)> ListDependents(EntityKind kind, Guid id, Actor actor);

    /// <summary>Number of the newest configuration version.</summary>
    long Version { get; }

    /// <summary>Called after each change; returns the subscription. The callback must return at once.</summary>
    IDisposable OnChanged(Action callback);
}
