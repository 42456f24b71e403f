using System.Text.Json.Nodes;
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
        table.Get("/upstreams/{parent}/health", c => Task.FromResult(Find(c) is { } found ? Health(found.Entity, found.Pool, c) : AdminErrors.NotFound))
            .Get("/upstreams/{parent}/targets/all", c => Task.FromResult(Find(c) is { } found
                ? new AdminJson(StatusCodes.Status200OK, new JsonObject { ["data"] = Targets(found.Pool, c), ["next"] = null })
                : AdminErrors.NotFound));
        foreach (var (word, isHealthy) in new[] { ("healthy", true), ("unhealthy", false) })
        {
            foreach (var path in new[] { $"/upstreams/{{parent}}/targets/{{id}}/{word}", $"/upstreams/{{parent}}/targets/{{id}}/{{address}}/{word}" })
            {
                table.Map(HttpMethods.Put, path, c => Task.FromResult(Set(c, isHealthy)))
                    .Post(path, c => Task.FromResult(Set(c, isHealthy)));
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
            || found.Pool.Targets.FirstOrDefault(t => t.Config.Target == context["id"] || t.Config.Id.ToString() == context["id"]) is not { } target)
        {
            return AdminErrors.NotFound;
        }

        target.Health.Set(isHealthy);
        return new AdminJson(StatusCodes.Status204NoContent, null);
    }
}
