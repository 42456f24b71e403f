using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Entities;

/// <summary>The whole configuration in memory as of one version. Immutable: a change makes a new state and readers keep theirs.</summary>
internal sealed record ConfigState(
    long Version,
    ImmutableDictionary<string, ImmutableSortedDictionary<Guid, EntityDocument>> Kinds,
    ImmutableDictionary<UniqueKey, Guid> Unique,
    ImmutableDictionary<Guid, ImmutableDictionary<Guid, EntityDocument>> ReferencedBy)
{
    public static ConfigState Empty { get; } = new(
        0,
        ImmutableDictionary<string, ImmutableSortedDictionary<Guid, EntityDocument>>.Empty,
        ImmutableDictionary<UniqueKey, Guid>.Empty,
        ImmutableDictionary<Guid, ImmutableDictionary<Guid, EntityDocument>>.Empty);

    /// <summary>Entities of all kinds.</summary>
    public int Count => Kinds.Values.Sum(k => k.Count);

    public ImmutableSortedDictionary<Guid, EntityDocument> Of(EntityKind kind) =>
        Kinds.GetValueOrDefault(kind.Name) ?? ImmutableSortedDictionary<Guid, EntityDocument>.Empty;

    public EntityDocument? Find(EntityKind kind, Guid id) => Of(kind).GetValueOrDefault(id);

    /// <summary>Whether a text is an id. Only the form with dashes is one: thirty-two hex digits are a name or a key that somebody chose.</summary>
    public static bool TryReadId(string text, out Guid id) => Guid.TryParseExact(text, "D", out id);

    /// <summary>By id, by a value of the endpoint key, or by that of a child that leads here.</summary>
    public EntityDocument? Find(EntityKind kind, string idOrKey) =>
        TryReadId(idOrKey, out var id) ? Find(kind, id)
        : kind.EndpointKey is { } key && Unique.TryGetValue(new UniqueKey(kind.Name, key, idOrKey), out var owner) ? Find(kind, owner)
        : kind.FoundByChild is { } child && Find(EntityKinds.Find(child)!, idOrKey) is { } found ? Find(kind, found.References().First().Id)
        : null;

    /// <summary>A child of one parent: by id, by endpoint key, or by what is unique below the parent only, such as the address of a target.</summary>
    public EntityDocument? FindChild(EntityKind kind, string parentField, Guid parentId, string idOrKey)
    {
        var found = Find(kind, idOrKey);
        if (found is null && kind.KeyBelow(parentField) is { } key)
        {
            // As it is stored: an address has several spellings.
            var stored = kind.Schema.Find(key)!.Rules.Aggregate(idOrKey, (text, rule) => rule.Check(text) is null ? rule.Normalise(text) : text);
            var wanted = new JsonObject { [parentField] = new JsonObject { ["id"] = parentId.ToString() }, [key] = stored };
            var below = kind.Unique.First(u => u.Fields.Count == 2 && u.Fields.Contains(parentField));
            found = Unique.TryGetValue(UniqueKey.Of(kind, below, wanted), out var owner) ? Find(kind, owner) : null;
        }

        return found?.References().Contains((parentField, parentId)) == true ? found : null;
    }

    /// <summary>The state with a document added or replaced.</summary>
    public ConfigState With(EntityDocument document)
    {
        var state = Find(document.Kind, document.Id) is { } old ? Without(old) : this;
        var referencedBy = state.ReferencedBy;
        foreach (var (_, target) in document.References())
        {
            var sources = referencedBy.GetValueOrDefault(target) ?? ImmutableDictionary<Guid, EntityDocument>.Empty;
            referencedBy = referencedBy.SetItem(target, sources.SetItem(document.Id, document));
        }

        return state with
        {
            Kinds = state.Kinds.SetItem(document.Kind.Name, state.Of(document.Kind).SetItem(document.Id, document)),
            Unique = state.Unique.SetItems(document.UniqueKeys.Select(k => new KeyValuePair<UniqueKey, Guid>(k, document.Id))),
            ReferencedBy = referencedBy,
        };
    }

    /// <summary>The state with entities added, replaced or, where the document is null, removed.</summary>
    public ConfigState Replace(IEnumerable<(EntityKind Kind, Guid Id, EntityDocument? Document)> entities)
    {
        // All that goes, goes first: two entities may have swapped what is unique.
        var state = this;
        var added = new List<EntityDocument>();
        foreach (var (kind, id, document) in entities)
        {
            state = state.Find(kind, id) is { } old ? state.Without(old) : state;
            if (document is not null)
            {
                added.Add(document);
            }
        }

        return added.Aggregate(state, (next, document) => next.With(document));
    }

    /// <summary>The state without a document.</summary>
    public ConfigState Without(EntityDocument document)
    {
        var referencedBy = ReferencedBy;
        foreach (var (_, target) in document.References())
        {
            if (referencedBy.TryGetValue(target, out var sources))
            {
                var rest = sources.Remove(document.Id);
                referencedBy = rest.IsEmpty ? referencedBy.Remove(target) : referencedBy.SetItem(target, rest);
            }
        }

        return this with
        {
            Kinds = Kinds.SetItem(document.Kind.Name, Of(document.Kind).Remove(document.Id)),
            Unique = Unique.RemoveRange(document.UniqueKeys),
            ReferencedBy = referencedBy,
        };
    }

    /// <summary>Entities that point at this one.</summary>
    public IEnumerable<EntityDocument> ListReferencing(Guid id) => ReferencedBy.TryGetValue(id, out var sources) ? sources.Values : [];
}

/// <summary>A value that may exist once.</summary>
/// <param name="Constraint">The members of the constraint, joined by commas.</param>
/// <param name="Value">Their values, joined by a character that no value contains.</param>
internal readonly record struct UniqueKey(string Kind, string Constraint, string Value)
{
    public static UniqueKey Of(EntityKind kind, UniqueConstraint constraint, JsonObject json) =>
        new(kind.Name, constraint.Name, string.Join('\u001f', constraint.Fields.Select(f => Text(json[f]))));

    /// <summary>The keys a document takes. A constraint of one member does not apply while that is null; one of several treats null as a value.</summary>
    public static IEnumerable<UniqueKey> Of(EntityKind kind, JsonObject json)
    {
        foreach (var constraint in kind.Unique)
        {
            if (constraint.Fields.Count > 1 || json[constraint.Fields[0]] is not null)
            {
                yield return Of(kind, constraint, json);
            }
        }
    }

    private static string Text(JsonNode? value) => value switch
    {
        null => "",
        JsonObject reference => reference["id"]?.GetValue<string>() ?? "",
        JsonValue text when text.TryGetValue<string>(out var plain) => plain,
        _ => value.ToJsonString(),
    };
}
