using System.Text.Json.Nodes;

namespace ConsoleWeb.Declarative.State;

/// <summary>Compares what the file wants with what the gateway has.</summary>
internal static class ChangePlanner
{
    /// <param name="desired">What the file wants.</param>
    /// <param name="live">What the gateway has.</param>
    /// <param name="deletes">Whether entities that the file does not name go (sync, diff).</param>
    /// <returns>The changes in the order in which they are made.</returns>
    public static IReadOnlyList<Change> Plan(DesiredState desired, EntitySet live, bool deletes)
    {
        var changes = new List<Change>();
        var replaced = new HashSet<(StateKind, string)>();
        foreach (var entity in desired.Entities)
        {
            if (entity.Live is { } present)
            {
                if (!EntityComparer.AreEqual(entity))
                {
                    changes.Add(Update(desired, entity, present));
                }

                continue;
            }

            if (deletes && live.FindByKey(entity.Kind, entity.Entity.Body) is { } sameName)
            {
                replaced.Add((sameName.Kind, sameName.Id));
                changes.Add(Delete(live, sameName) with { IsFirst = true });
            }

            changes.Add(new Change(ChangeType.Create, entity.Entity, desired.Set.NameOf(entity.Entity), null, Display(entity.Kind, entity.Complete)));
        }

        if (deletes)
        {
            var kinds = StateKinds.All.Reverse();
            changes.AddRange(kinds.SelectMany(live.List)
                .Where(e => desired.Set.FindById(e.Kind, e.Id) is null && !replaced.Contains((e.Kind, e.Id)))
                .Select(e => Delete(live, e)));
        }

        return changes;
    }

    /// <summary>Deletion of everything, children first (reset).</summary>
    public static IReadOnlyList<Change> PlanReset(EntitySet live)
        => [.. StateKinds.All.Reverse().SelectMany(live.List).Select(e => Delete(live, e))];

    /// <summary>The changes of one step may be made side by side; the steps one after the other: parents before children, deletions the other way round.</summary>
    public static IEnumerable<List<Change>> Steps(IReadOnlyList<Change> changes)
    {
        var first = changes.Where(c => c.IsFirst).ToList();
        var writes = changes.Where(c => c.Type != ChangeType.Delete);
        var deletes = changes.Where(c => c.Type == ChangeType.Delete && !c.IsFirst);
        return StateKinds.All.Reverse().Select(k => first.Where(c => c.Entity.Kind == k).ToList())
            .Concat(StateKinds.All.Select(k => writes.Where(c => c.Entity.Kind == k).ToList()))
            .Concat(StateKinds.All.Reverse().Select(k => deletes.Where(c => c.Entity.Kind == k).ToList()))
            .Where(s => s.Count > 0);
    }

    private static Change Update(DesiredState desired, DesiredEntity entity, StateEntity present)
    {
        // The time of creation is sent back, or a replacement would lose it.
        if (present.Body["created_at"] is { } createdAt)
        {
            entity.Entity.Body["created_at"] = createdAt.DeepClone();
        }

        return new Change(
            ChangeType.Update, entity.Entity, desired.Set.NameOf(entity.Entity),
            Display(entity.Kind, present.Body), Display(entity.Kind, entity.Complete));
    }

    private static Change Delete(EntitySet live, StateEntity entity)
        => new(ChangeType.Delete, entity, live.NameOf(entity), Display(entity.Kind, entity.Body), null);

    /// <summary>The fields that count, nulls only inside config, in alphabetical order, so that both sides line up.</summary>
    private static JsonObject Display(StateKind kind, JsonObject body)
    {
        var display = new JsonObject();
        foreach (var field in EntityComparer.ComparedFields(kind).Append("id").Order(StringComparer.Ordinal))
        {
            if (body[field] is { } value)
            {
                display[field] = Sort(value);
            }
        }

        return display;
    }

    private static JsonNode? Sort(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Key, Sort(m.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sort)]),
        _ => node?.DeepClone(),
    };
}
