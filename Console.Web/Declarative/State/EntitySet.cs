using System.Text.Json.Nodes;

namespace ConsoleWeb.Declarative.State;

/// <summary>Entities of all kinds, found by id or by natural key. Filled by one task at a time.</summary>
internal sealed class EntitySet
{
    private readonly Dictionary<StateKind, List<StateEntity>> _lists = [];
    private readonly Dictionary<(StateKind Kind, string Id), StateEntity> _byId = [];
    private readonly Dictionary<(StateKind Kind, string Key), StateEntity> _byKey = [];

    /// <summary>Where names of entities are looked up that are not in this set, such as a live parent of an entity of the file.</summary>
    public EntitySet? Fallback { get; init; }

    public IReadOnlyList<StateEntity> List(StateKind kind) => _lists.TryGetValue(kind, out var list) ? list : [];

    public void Add(StateEntity entity)
    {
        if (!_byId.TryAdd((entity.Kind, entity.Id), entity))
        {
            return;
        }

        if (!_lists.TryGetValue(entity.Kind, out var list))
        {
            _lists[entity.Kind] = list = [];
        }

        list.Add(entity);
        foreach (var key in entity.Kind.KeysOf(entity.Body))
        {
            _byKey.TryAdd((entity.Kind, key), entity);
        }
    }

    public StateEntity? FindById(StateKind kind, string id) => _byId.GetValueOrDefault((kind, id.ToLowerInvariant()));

    /// <summary>By the natural key of a body whose foreign keys are ids already.</summary>
    public StateEntity? FindByKey(StateKind kind, JsonObject body)
    {
        foreach (var key in kind.KeysOf(body))
        {
            if (_byKey.TryGetValue((kind, key), out var found))
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>By what a person writes in a reference: a name (of any of the kind's name fields) or an id.</summary>
    public StateEntity? FindByReference(StateKind kind, string text)
    {
        foreach (var field in kind.NameFields)
        {
            if (_byKey.TryGetValue((kind, StateKind.NameKey(field, text)), out var found))
            {
                return found;
            }
        }

        return FindById(kind, text);
    }

    /// <summary>What the output calls an entity: its name, or decK's sentence for plugins and members.</summary>
    public string NameOf(StateEntity entity)
    {
        if (entity.Kind == StateKinds.Plugin)
        {
            return PluginName(entity);
        }

        if (entity.Kind == StateKinds.GroupMember)
        {
            return $"{ForeignName(entity, "consumer")} for consumer-group {ForeignName(entity, "consumer_group")}";
        }

        if (entity.Kind == StateKinds.Target)
        {
            return $"{entity.Text("target")} for upstream {ForeignName(entity, "upstream")}";
        }

        if (entity.Kind == StateKinds.Acl)
        {
            return $"{entity.Text("group")} for consumer {ForeignName(entity, "consumer")}";
        }

        // A key is a secret; its id says which one it is.
        if (entity.Kind == StateKinds.KeyAuth || entity.Kind == StateKinds.Jwt)
        {
            return $"{entity.Id} for consumer {ForeignName(entity, "consumer")}";
        }

        if (entity.Kind.PathParent == "consumer")
        {
            return $"{entity.Text("username")} for consumer {ForeignName(entity, "consumer")}";
        }

        return SimpleName(entity);
    }

    private static string SimpleName(StateEntity entity)
        => entity.Kind == StateKinds.CaCertificate
            ? entity.Id
            : entity.Kind.NameFields.Select(entity.Text).FirstOrDefault(n => !string.IsNullOrEmpty(n)) ?? entity.Id;

    private string PluginName(StateEntity plugin)
    {
        var scopes = StateKinds.Plugin.Foreign
            .Where(f => plugin.ForeignId(f.Field) is not null)
            .Select(f => $"{f.Field.Replace('_', '-')} {ForeignName(plugin, f.Field)}")
            .ToList();
        var name = plugin.Text("name");
        return scopes.Count == 0 ? $"{name} (global)" : $"{name} for {string.Join(" and ", scopes)}";
    }

    /// <summary>Name of the entity a foreign key points to, or its id when it is not in this set.</summary>
    public string ForeignName(StateEntity entity, string field)
    {
        var id = entity.ForeignId(field) ?? "";
        var kind = StateKinds.Get(entity.Kind.Foreign.First(f => f.Field == field).Kind);
        return (FindById(kind, id) ?? Fallback?.FindById(kind, id)) is { } found ? SimpleName(found) : id;
    }
}
