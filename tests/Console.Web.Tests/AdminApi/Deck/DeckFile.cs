using System.Text.Json.Nodes;

namespace ConsoleWeb.Tests.AdminApi.Deck;

/// <summary>An entity that a file asks for. References are what the file says: the entity it stands below, or the text of a name or an id.</summary>
internal sealed record WantedEntity(DeckKind Kind, JsonObject Body)
{
    public Dictionary<string, WantedEntity> Parents { get; } = [];
}

/// <summary>decK files, put together and taken out of their nesting.</summary>
internal sealed class DeckFile
{
    private static readonly Dictionary<string, string[]> NestedLists = new()
    {
        ["services"] = ["routes", "plugins"],
        ["routes"] = ["plugins"],
        ["consumers"] = ["plugins", "keyauth_credentials", "basicauth_credentials", "acls", "jwt_secrets", "hmacauth_credentials", "groups"],
        ["consumer_groups"] = ["plugins", "consumers"],
        ["upstreams"] = ["targets"],
        ["certificates"] = ["snis"],
    };

    private readonly List<WantedEntity> _entities = [];

    public DeckFile(params IEnumerable<JsonObject> documents)
    {
        foreach (var document in documents.Select(d => d.DeepClone().AsObject()))
        {
            Info = Info.Count > 0 ? Info : document["_info"] as JsonObject ?? [];
            foreach (var kind in DeckKind.All)
            {
                Add(kind, kind == DeckKind.Members ? null : document[kind.List], null, null);
            }
        }

        var tags = Texts(Info["select_tags"]);
        foreach (var entity in _entities.Where(e => tags.Count > 0 && e.Kind != DeckKind.Members))
        {
            entity.Body["tags"] = new JsonArray([.. Texts(entity.Body["tags"]).Union(tags).Select(t => JsonValue.Create(t))]);
        }
    }

    /// <summary>The member <c>_info</c>.</summary>
    public JsonObject Info { get; } = [];

    /// <summary>In the order of creation.</summary>
    public IReadOnlyList<WantedEntity> Entities => [.. DeckKind.All.SelectMany(k => _entities.Where(e => e.Kind == k))];

    public static List<string> Texts(JsonNode? list) => [.. (list as JsonArray)?.Select(t => t!.GetValue<string>()) ?? []];

    private void Add(DeckKind kind, JsonNode? list, WantedEntity? parent, string? field)
    {
        foreach (var item in (list as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            var entity = new WantedEntity(kind, item.DeepClone().AsObject());
            _entities.Add(entity);
            if (parent is not null)
            {
                entity.Body.Remove(field!);
                entity.Parents[field!] = parent;
            }

            foreach (var name in NestedLists.GetValueOrDefault(kind.Collection) ?? [])
            {
                var nested = entity.Body[name];
                entity.Body.Remove(name);
                AddNested(entity, name, nested);
            }
        }
    }

    private void AddNested(WantedEntity parent, string name, JsonNode? nested)
    {
        if (name == "groups" || (name == "consumers" && parent.Kind == DeckKind.Groups))
        {
            var (own, other, key) = name == "groups" ? ("consumer", "consumer_group", "name") : ("consumer_group", "consumer", "username");
            foreach (var item in nested?.AsArray() ?? [])
            {
                var member = new WantedEntity(DeckKind.Members, new JsonObject { [other] = item![key]!.DeepClone() });
                member.Parents[own] = parent;
                _entities.Add(member);
            }

            return;
        }

        var kind = DeckKind.All.First(k => k.List == name);
        Add(kind, nested, parent, kind.Foreign.First(f => f.Value == parent.Kind.Collection).Key);
    }
}
