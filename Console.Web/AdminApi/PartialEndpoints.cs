using System.Text.Json.Nodes;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Features.Entities;
using Gateway.Shared.Schema;

namespace ConsoleWeb.AdminApi;

/// <summary>Which plugins use a shared piece of configuration.</summary>
internal sealed class PartialEndpoints(IEntityService entities)
{
    public void Map(AdminRouteTable table) =>
        table.Get("/partials/{id}/links", c => Task.FromResult(entities.Find(EntityKinds.Partials, c["id"], c.Actor) is { } found
            ? new AdminJson(StatusCodes.Status200OK, Links(found, c.Actor))
            : AdminErrors.NotFound), new(ApiGroups.Of(EntityKinds.Partials), "List the plugins that use a partial")
            {
                Answer = Shapes.Object("data:object[] count:integer next:string!"),
                Refusals = [StatusCodes.Status404NotFound],
            });

    private JsonObject Links(JsonObject shared, Actor actor)
    {
        var data = new JsonArray(
        [
            .. entities.ListDependents(EntityKinds.Partials, Guid.Parse(shared["id"]!.ToString()), actor).Select(d => new JsonObject
            {
                ["id"] = d.Entity["id"]!.DeepClone(),
                ["name"] = d.Entity["name"]!.DeepClone(),
                ["type"] = d.Kind.Name,
            }),
        ]);
        return new JsonObject { ["data"] = data, ["count"] = data.Count, ["next"] = null };
    }
}
