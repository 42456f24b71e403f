using System.Text.Json.Nodes;

namespace ConsoleWeb.Tests.AdminApi.Deck;

/// <summary>The gateway's entities as decK's read phase finds them.</summary>
internal sealed class DeckState
{
    private readonly Dictionary<DeckKind, List<JsonObject>> _entities = DeckKind.All.ToDictionary(k => k, _ => new List<JsonObject>());

    public IReadOnlyList<JsonObject> this[DeckKind kind] => _entities[kind];

    public int Count => _entities.Values.Sum(e => e.Count);

    /// <summary>Reads everything at once, as decK does: no order of the calls may be relied on.</summary>
    public static async Task<DeckState> ReadAsync(DeckClient client, IReadOnlyList<string> tags)
    {
        var state = new DeckState();
        await Task.WhenAll(DeckKind.All.Where(k => k != DeckKind.Members && k != DeckKind.Targets).Select(async kind =>
        {
            var rows = await client.ListAsync("/" + kind.Collection, tags);
            Assert.True(rows is not null, $"decK cannot do without /{kind.Collection}");
            state._entities[kind].AddRange(rows);
        }));
        if (client.IsKonnect)
        {
            state._entities[DeckKind.Targets].AddRange((await client.ListAsync("/targets", tags))!);
        }

        foreach (var upstream in client.IsKonnect ? [] : state[DeckKind.Upstreams])
        {
            state._entities[DeckKind.Targets].AddRange((await client.ListAsync($"/upstreams/{Id(upstream)}/targets", tags))!);
        }

        foreach (var group in state[DeckKind.Groups])
        {
            var wrapped = await client.GetAsync("/consumer_groups/" + Uri.EscapeDataString(group["name"]!.GetValue<string>()));
            Assert.Equal((Id(group), 0), (Id(wrapped["consumer_group"]!.AsObject()), wrapped["plugins"]!.AsArray().Count));
            state._entities[DeckKind.Members].AddRange(wrapped["consumers"]!.AsArray().Select(c => new JsonObject
            {
                ["id"] = $"{Id(group)}/{Id(c!.AsObject())}",
                ["consumer_group"] = new JsonObject { ["id"] = Id(group) },
                ["consumer"] = new JsonObject { ["id"] = Id(c!.AsObject()) },
            }));
        }

        return state;
    }

    /// <summary>Adds what a file may refer to without managing it.</summary>
    public async Task AddAsync(DeckClient client, DeckKind kind, IReadOnlyList<string> tags) =>
        _entities[kind].AddRange((await client.ListAsync("/" + kind.Collection, tags))!);

    public JsonObject? FindById(DeckKind kind, string id) => _entities[kind].Find(e => Id(e) == id);

    public JsonObject? FindByKey(DeckKind kind, string key) => _entities[kind].Find(e => KeyOf(kind, e) == key);

    public static string Id(JsonObject entity) => entity["id"]!.GetValue<string>();

    /// <summary>The entity's natural key as one text. A consumer may do without a user name.</summary>
    public static string KeyOf(DeckKind kind, JsonObject entity) => kind == DeckKind.Consumers
        ? (entity["username"] ?? entity["custom_id"])?.ToString() ?? ""
        : string.Join('\n', kind.Key.Select(k => entity[k] is JsonObject reference ? reference["id"]!.ToString() : entity[k]?.ToString() ?? ""));

    /// <summary>Everything in one document, to be compared with a later one.</summary>
    public JsonObject Dump() => new(_entities.Select(e => KeyValuePair.Create<string, JsonNode?>(
        e.Key.Collection, new JsonArray([.. e.Value.OrderBy(Id, StringComparer.Ordinal).Select(x => x.DeepClone())]))));
}
