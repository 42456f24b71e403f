using System.Text.Json.Nodes;
using Gateway.Core.Plugins;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Entities;

/// <summary>What would go if an entity were deleted.</summary>
/// <param name="Taken">Goes with it in any case, secrets masked.</param>
/// <param name="Blocking">Stands in the way: goes only when that is asked for.</param>
/// <param name="Following">Belongs to what stands in the way, and goes when that goes.</param>
internal sealed record DeletionPlan(
    IReadOnlyList<(EntityKind Kind, JsonObject Entity)> Taken,
    IReadOnlyList<(EntityKind Kind, JsonObject Entity)> Blocking,
    IReadOnlyList<(EntityKind Kind, JsonObject Entity)> Following)
{
    public static DeletionPlan Empty { get; } = new([], [], []);
}

/// <summary>What was deleted.</summary>
/// <param name="Others">How many went with it.</param>
/// <param name="Version">The version that did it, which is what brings all of it back.</param>
internal sealed record Deleted(EntityKind Kind, string Name, int Others, long Version);

/// <summary>Deletes an entity and what depends on it in one step of the configuration, so that one step brings all of it back.</summary>
internal sealed class DeletionService(ConfigWriter writer, PluginCatalog plugins)
{
    /// <param name="tag">Everything that has this tag goes too; null: nothing does.</param>
    public DeletionPlan Plan(EntityKind kind, Guid id, string? tag = null)
    {
        if (writer.State.Find(kind, id) is not { } document)
        {
            return DeletionPlan.Empty;
        }

        var tagged = Tagged(writer.State, tag).Where(d => d != document).ToList();
        var found = Walk(writer.State, [document, .. tagged]);
        return new DeletionPlan(
            [.. tagged.Concat(found.Where(f => !f.IsBlocking).Select(f => f.Document)).Select(Show)],
            [.. found.Where(f => f is { IsBlocking: true, IsFollowing: false }).Select(f => Show(f.Document))],
            [.. found.Where(f => f.IsFollowing).Select(f => Show(f.Document))]);
    }

    /// <param name="name">What people call it, for the answer.</param>
    /// <param name="alsoBlocking">Whether what stands in the way goes too.</param>
    /// <param name="tag">Everything that has this tag goes too; null: nothing does.</param>
    public async Task<Result<Deleted>> DeleteAsync(EntityKind kind, Guid id, string name, bool alsoBlocking, Actor actor, CancellationToken cancellationToken, string? tag = null)
    {
        var deleted = new Deleted(kind, name, 0, 0);
        var refusal = await writer.WriteAsync(
            state =>
            {
                if (state.Find(kind, id) is not { } document)
                {
                    return new NotFoundError();
                }

                // What hangs on something that stands in the way goes before it, and children stand behind their parents in the list of kinds.
                var removed = new List<EntityDocument>();
                List<EntityDocument> roots = document.Tags.Contains(tag ?? "") ? [.. Tagged(state, tag).Reverse()] : [.. Tagged(state, tag).Reverse(), document];
                var first = alsoBlocking ? Walk(state, roots).Where(f => f.IsBlocking).Select(f => f.Document).Reverse() : [];
                foreach (var next in first.Concat(roots).Where(d => !removed.Contains(d)))
                {
                    if (EntityRules.CollectDeleted(state, next, removed) is { } refused)
                    {
                        return refused;
                    }
                }

                deleted = deleted with { Others = removed.Count - 1, Version = state.Version + 1 };
                return new ConfigChange($"delete {document.Title}{(tag is null ? "" : $" and what is tagged {tag}")}", [.. removed.Select(d => new DocumentChange(d, null))]);
            },
            actor,
            cancellationToken);
        return refusal is null ? deleted : refusal;
    }

    private static IEnumerable<EntityDocument> Tagged(ConfigState state, string? tag) =>
        tag is null ? [] : EntityKinds.All.SelectMany(kind => state.Of(kind).Values).Where(d => d.Tags.Contains(tag));

    /// <summary>Everything that depends on some documents, the nearest first. What follows something that stands in the way stands there as well.</summary>
    private static List<(EntityDocument Document, bool IsBlocking, bool IsFollowing)> Walk(ConfigState state, IReadOnlyList<EntityDocument> roots)
    {
        var found = new List<(EntityDocument Document, bool IsBlocking, bool IsFollowing)>();
        var seen = roots.Select(d => d.Id).ToHashSet();
        var next = new Queue<(EntityDocument Document, bool IsBlocking)>(roots.Select(d => (d, false)));
        while (next.TryDequeue(out var current))
        {
            foreach (var dependent in state.ListReferencing(current.Document.Id).Where(d => seen.Add(d.Id)))
            {
                var cascades = EntityRules.Cascades(dependent, current.Document);
                var isBlocking = current.IsBlocking || !cascades;
                found.Add((dependent, isBlocking, current.IsBlocking && cascades));
                next.Enqueue((dependent, isBlocking));
            }
        }

        return found;
    }

    private (EntityKind Kind, JsonObject Entity) Show(EntityDocument document) => (document.Kind, MaskedSecrets.Mask(document, plugins));
}
