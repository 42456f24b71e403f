using System.Text.Json.Nodes;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Features.Entities;
using Gateway.Core.Configuration;
using Gateway.Core.Upstreams.Pools;
using Gateway.Shared.Schema;

namespace ConsoleWeb.AdminApi;

/// <summary>How the targets of an upstream fare on this node, and an operator's word on it.</summary>
internal sealed class UpstreamEndpoints(IEntityService entities, SnapshotHolder snapshots, NodeIdentity node)
{
    public void Map(AdminRouteTable table)
    {
        table.Get("/upstreams/{parent}/health", c => Task.FromResult(Find(c) is { } found ? Health(found.Entity, found.Pool, c) : AdminErrors.NotFound), new(ApiGroups.Of(EntityKinds.Upstreams), "Read the health of an upstream")
        {
            Description = "Its targets with their health, as this node sees them.",
            Query = [new("balancer_health", Shapes.OneOf("1"), "Only whether the upstream as a whole can take requests.")],
            Answer = new JsonObject { ["anyOf"] = new JsonArray(Shapes.Object("data:@target[] next:string! node_id:uuid"), Shapes.Object("data:object node_id:uuid")) },
            Refusals = [StatusCodes.Status404NotFound],
        })
            .Get("/upstreams/{parent}/targets/all", c => Task.FromResult(Find(c) is { } found
                ? new AdminJson(StatusCodes.Status200OK, new JsonObject { ["data"] = Targets(found.Pool, c), ["next"] = null })
                : AdminErrors.NotFound), new(ApiGroups.Of(EntityKinds.Targets), "List all targets with their health") { Answer = Shapes.ListOf(EntityKinds.Targets), Refusals = [StatusCodes.Status404NotFound] });
        foreach (var (word, isHealthy) in new[] { ("healthy", true), ("unhealthy", false) })
        {
            foreach (var path in new[] { $"/upstreams/{{parent}}/targets/{{id}}/{word}", $"/upstreams/{{parent}}/targets/{{id}}/{{address}}/{word}" })
            {
                var says = new ApiOperation(ApiGroups.Of(EntityKinds.Targets), $"Call a target {word}")
                {
                    Description = "Until health checks say otherwise; on this node.",
                    Status = StatusCodes.Status204NoContent,
                    Refusals = [StatusCodes.Status404NotFound],
                };
                table.Map(HttpMethods.Put, path, c => Task.FromResult(Set(c, isHealthy)), says)
                    .Post(path, c => Task.FromResult(Set(c, isHealthy)), says);
            }
        }
    }

    private (JsonObject Entity, UpstreamPool Pool)? Find(AdminContext context) =>
        entities.Find(EntityKinds.Upstreams, context["parent"], context.Actor) is { } entity
        && snapshots.Current?.Upstreams.Find(entity["name"]!.ToString()) is { } pool
            ? (entity, pool)
            : null;

    private AdminJson Health(JsonObject upstream, UpstreamPool pool, AdminContext context)
    {
        if (context.Request.Query["balancer_health"] == "1")
        {
            var health = pool.IsAvailable ? "HEALTHY" : "UNHEALTHY";
            return new AdminJson(StatusCodes.Status200OK, new JsonObject
            {
                ["data"] = new JsonObject { ["id"] = upstream["id"]!.DeepClone(), ["health"] = pool.IsChecked ? health : "HEALTHCHECKS_OFF" },
                ["node_id"] = node.NodeId,
            });
        }

        return new AdminJson(StatusCodes.Status200OK, new JsonObject { ["data"] = Targets(pool, context), ["next"] = null, ["node_id"] = node.NodeId });
    }

    private JsonArray Targets(UpstreamPool pool, AdminContext context)
    {
        var data = new JsonArray();
        foreach (var target in pool.Targets)
        {
            if (entities.Find(EntityKinds.Targets, target.Config.Id.ToString(), context.Actor) is { } entity)
            {
                entity["health"] = pool.StateOf(target).ToUpperInvariant();
                data.Add(entity);
            }
        }

        return data;
    }

    private IResult Set(AdminContext context, bool isHealthy)
    {
        if (Find(context) is not { } found
            || entities.FindChild(EntityKinds.Targets, "upstream", Guid.Parse(found.Entity["id"]!.ToString()), context["id"], context.Actor) is not { } entity
            || found.Pool.Targets.FirstOrDefault(t => t.Config.Id.ToString() == entity["id"]!.ToString()) is not { } target)
        {
            return AdminErrors.NotFound;
        }

        target.Health.Set(isHealthy);
        return new AdminJson(StatusCodes.Status204NoContent, null);
    }
}
