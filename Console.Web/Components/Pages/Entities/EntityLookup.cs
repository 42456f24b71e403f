using System.Text.Json.Nodes;
using ConsoleWeb.Features.Entities;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Components.Pages.Entities;

/// <summary>Names of entities and who points at whom, read once for a page.</summary>
internal sealed class EntityLookup
{
    private static readonly string[] ScopeFields = ["service", "route", "consumer", "consumer_group"];

    private readonly IEntityService _entities;
    private readonly Actor _actor;
    private readonly Dictionary<string, List<JsonObject>> _all = [];

    public EntityLookup(IEntityService entities, Actor actor) => (_entities, _actor) = (entities, actor with { MaySeeSecrets = false });

    public IReadOnlyList<JsonObject> All(EntityKind kind)
    {
        if (!_all.TryGetValue(kind.Name, out var list))
        {
            list = [];
            string? offset = null;
            do
            {
                var page = _entities.List(kind, new EntityQuery(), 1000, offset, _actor).Value!;
                list.AddRange(page.Data);
                offset = page.Offset;
            }
            while (offset is not null);
            _all[kind.Name] = list;
        }

        return list;
    }

    /// <summary>Name of the entity that a foreign key points at; empty when it points nowhere.</summary>
    public string NameOf(string collection, JsonNode? reference) => reference?["id"]?.ToString() is { } id ? NameOf(collection, id) : "";

    public string NameOf(string collection, string id)
    {
        var kind = EntityKinds.Find(collection)!;
        return All(kind).FirstOrDefault(e => e["id"]!.ToString() == id) is { } entity ? EntityTexts.Name(kind, entity) : id;
    }

    public string RoutesOf(string serviceId) => string.Join(", ", All(EntityKinds.Routes)
        .Where(r => r["service"]?["id"]?.ToString() == serviceId)
        .Select(r => EntityTexts.Name(EntityKinds.Routes, r)).Order(StringComparer.OrdinalIgnoreCase));

    public string PluginsOn(string id) => string.Join(", ", All(EntityKinds.Plugins)
        .Where(p => ScopeFields.Any(f => p[f]?["id"]?.ToString() == id))
        .Select(p => p["name"]!.ToString()).Order(StringComparer.Ordinal));

    public string TargetsOf(string upstreamId) => Join(EntityKinds.Targets, "upstream", upstreamId, t => t["target"]!.ToString());

    public string KeysOf(string setId) => Join(EntityKinds.Keys, "set", setId, k => EntityTexts.Name(EntityKinds.Keys, k));

    public string GroupsOf(string consumerId) => Join(EntityKinds.ConsumerGroupMembers, "consumer", consumerId, m => NameOf("consumer_groups", m["consumer_group"]));

    public string MembersOf(string groupId) => Join(EntityKinds.ConsumerGroupMembers, "consumer_group", groupId, m => NameOf("consumers", m["consumer"]));

    /// <summary>How many credentials of each kind: <c>2 API keys, 1 password</c>.</summary>
    public string CredentialsOf(string consumerId) => string.Join(", ", ConsumerCredentials.Kinds
        .Select(kind => (Kind: kind, Count: All(kind).Count(e => e["consumer"]?["id"]?.ToString() == consumerId)))
        .Where(c => c.Count > 0)
        .Select(c => $"{c.Count} {c.Kind.Noun}{(c.Count == 1 ? "" : "s")}"));

    /// <summary>The plugins that link a partial.</summary>
    public string UsersOf(string partialId) => string.Join(", ", All(EntityKinds.Plugins)
        .Where(p => p["partials"] is JsonArray links && links.Any(l => l?["id"]?.ToString() == partialId))
        .Select(p => EntityTexts.Name(EntityKinds.Plugins, p)).Order(StringComparer.Ordinal));

    /// <summary><c>all traffic</c>, or what a plugin instance is limited to.</summary>
    public string Scope(JsonObject plugin)
    {
        var parts = EntityKinds.Plugins.ForeignKeys
            .Where(k => plugin[k.Field] is JsonObject)
            .Select(k => $"{k.Field.Replace('_', ' ')} {NameOf(k.References, plugin[k.Field])}");
        var text = string.Join(" + ", parts);
        return text.Length == 0 ? "all traffic" : text;
    }

    private string Join(EntityKind kind, string field, string id, Func<JsonObject, string> name) => string.Join(", ", All(kind)
        .Where(e => e[field]?["id"]?.ToString() == id)
        .Select(name).Order(StringComparer.OrdinalIgnoreCase));
}
