using System.Text.Json.Nodes;
using ConsoleWeb.Declarative.State;
using ConsoleWeb.Features.Entities;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Transfer;

/// <summary>
/// Answers what the command line asks of the Admin API, out of memory: so that a file is compared here by the code by which the command
/// line compares it there.
/// </summary>
/// <param name="actor">Decides whether secrets are in the answers.</param>
internal sealed class LocalReader(IEntityService entities, KongSchemas schemas, Actor actor) : IAdminReader
{
    private static readonly AdminAnswer Missing = new(404, null);

    public bool IsKonnect => false;

    public Task<List<JsonObject>?> ListAsync(
        string path, IReadOnlyCollection<string> tags, IReadOnlyCollection<int> tolerated, CancellationToken cancellationToken)
    {
        var filter = tags.Count == 0 ? null : new TagFilter([.. tags], MatchAll: true);
        List<JsonObject>? found = path.Split('/') switch
        {
            ["", var collection] when EntityKinds.All.FirstOrDefault(k => k.Path == collection) is { } kind =>
                List(kind, new EntityQuery(Tags: filter)),
            ["", "upstreams", var id, "targets"] =>
                List(EntityKinds.Targets, new EntityQuery(Tags: filter, ParentField: "upstream", ParentId: Guid.Parse(id))),
            _ => null,
        };
        return Task.FromResult(found);
    }

    public Task<AdminAnswer> GetAsync(string path, CancellationToken cancellationToken) => Task.FromResult(path.Split('/') switch
    {
        ["", "consumer_groups", var name] => GroupOf(Uri.UnescapeDataString(name)),
        ["", "schemas", "plugins", var name] => Found(schemas.FindPlugin(Uri.UnescapeDataString(name))),
        ["", "schemas", "partials", var type] => Found(schemas.FindPartial(Uri.UnescapeDataString(type))),
        // Credentials are known to the command line by the plurals of their kinds, as here.
        ["", "schemas", var name] => Found(KongSchemas.FindEntity(name)),
        _ => Missing,
    });

    /// <summary>All entities of a kind.</summary>
    private List<JsonObject> List(EntityKind kind, EntityQuery query)
    {
        var all = new List<JsonObject>();
        string? offset = null;
        do
        {
            var page = entities.List(kind, query, EntityPage.MaxSize, offset, actor).Value!;
            all.AddRange(page.Data);
            offset = page.Offset;
        }
        while (offset is not null);

        return all;
    }

    private AdminAnswer GroupOf(string name)
    {
        if (entities.Find(EntityKinds.ConsumerGroups, name, actor) is not { } group)
        {
            return Missing;
        }

        var members = List(EntityKinds.ConsumerGroupMembers, new EntityQuery(ParentField: "consumer_group", ParentId: Guid.Parse(group["id"]!.ToString())));
        return Found(new JsonObject
        {
            ["consumer_group"] = group,
            ["consumers"] = new JsonArray([.. members.Select(m => m["consumer"]!.DeepClone())]),
        });
    }

    private static AdminAnswer Found(JsonObject? body) => body is null ? Missing : new AdminAnswer(200, body);
}
