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

    /// <summary><c>all traffic</c>, or what a plugin instance is limited to.</summary>
    public string Scope(JsonObject plugin)
    {
        var parts = EntityKinds.Plugins.ForeignKeys
            .Where(k => plugin[k.Field] is JsonObject)
            .Select(k => $"{k.Field.Replace('_', ' ')} {NameOf(k.References, plugin[k.Field])}");
        var text = string.Join(" + ", parts);
        return text.Length == 0 ? "all traffic" : text;
    }
}
