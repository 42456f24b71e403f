using System.Text.Json.Nodes;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Features.Entities;
using Gateway.Core.Plugins;
using Gateway.Shared.Schema;

namespace ConsoleWeb.AdminApi;

/// <summary>Who is in which consumer group. One group is read with its members around it, which is what tools expect of this kind only.</summary>
internal sealed class ConsumerGroupEndpoints(IEntityService entities, PluginCatalog plugins)
{
    private static readonly Side Groups = new(EntityKinds.ConsumerGroups, "consumer_group", "group");

    private static readonly Side Consumers = new(EntityKinds.Consumers, "consumer", "consumer");

    public void Map(AdminRouteTable table)
    {
        table.Get("/consumer_groups/{id}", c => Task.FromResult(entities.Find(EntityKinds.ConsumerGroups, c["id"], c.Actor) is { } group
            ? new AdminJson(StatusCodes.Status200OK, Wrap(group, c.Request.Query["list_consumers"] == "false" ? null : List(Groups, group, Consumers, c.Actor)))
            : AdminErrors.NotFound), new(ApiGroups.Of(EntityKinds.ConsumerGroups), "Read a consumer group with its consumers")
            {
                Query = [new("list_consumers", Shapes.Boolean, "false leaves the consumers out.")],
                Answer = Wrapped(),
                Refusals = [StatusCodes.Status404NotFound],
            });
        MapMembers(table, "/consumer_groups/{id}/consumers", Groups, Consumers);
        MapMembers(table, "/consumers/{id}/consumer_groups", Consumers, Groups);
    }

    /// <param name="owner">What the path begins with.</param>
    /// <param name="member">What is listed, added and taken out below it.</param>
    private void MapMembers(AdminRouteTable table, string many, Side owner, Side member)
    {
        var (group, whose) = (ApiGroups.Of(owner.Kind), $"of {EntityOperations.A(owner.Kind.Noun)}");
        table.Get(many, c => Task.FromResult(entities.Find(owner.Kind, c["id"], c.Actor) is { } found
                ? new AdminJson(StatusCodes.Status200OK, new JsonObject { ["data"] = List(owner, found, member, c.Actor), ["next"] = null })
                : AdminErrors.NotFound), new(group, $"List the {member.Kind.Noun}s {whose}") { Answer = Shapes.ListOf(member.Kind), Refusals = [StatusCodes.Status404NotFound] })
            .Post(many, c => AddAsync(c, owner, member), new(group, $"Add {EntityOperations.A(member.Kind.Noun)} to {EntityOperations.A(owner.Kind.Noun)}")
            {
                Body = Shapes.Object(member.BodyField),
                Example = new JsonObject { [member.BodyField] = Examples.Of(member.Kind)[member.Kind.EndpointKey!]!.DeepClone() },
                TakesForms = true,
                Status = StatusCodes.Status201Created,
                Answer = member == Consumers ? Wrapped() : Shapes.Object("consumer:@consumer consumer_groups:@consumer_group[]"),
                Refusals = [StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
            })
            .Get(many + "/{member}", c => Task.FromResult(Find(c, owner, member) is { } found
                ? new AdminJson(StatusCodes.Status200OK, entities.Find(member.Kind, IdOf(found, member), c.Actor))
                : AdminErrors.NotFound), new(group, $"Read {EntityOperations.A(member.Kind.Noun)} {whose}") { Answer = Shapes.Of(member.Kind), Refusals = [StatusCodes.Status404NotFound] })
            .Map(HttpMethods.Delete, many + "/{member}", async c => Find(c, owner, member) is not { } found ? AdminErrors.NotFound
                : await entities.DeleteAsync(EntityKinds.ConsumerGroupMembers, found["id"]!.ToString(), c.Actor, c.Aborted) is { } error ? AdminErrors.Of(error)
                : new AdminJson(StatusCodes.Status204NoContent, null), new(group, $"Part {EntityOperations.A(member.Kind.Noun)} from {EntityOperations.A(owner.Kind.Noun)}")
                {
                    Description = "Neither of them is deleted.",
                    Status = StatusCodes.Status204NoContent,
                    Refusals = [StatusCodes.Status404NotFound],
                });
    }

    private static JsonObject Wrapped() => Shapes.Object("consumer_group:@consumer_group consumers:@consumer[]? plugins:object[]");

    private static JsonObject Wrap(JsonObject group, JsonArray? consumers)
    {
        // Tools take elements of plugins for policies of an older kind, so there are none.
        var body = new JsonObject { ["consumer_group"] = group, ["plugins"] = new JsonArray() };
        if (consumers is not null)
        {
            body["consumers"] = consumers;
        }

        return body;
    }

    private static string IdOf(JsonObject membership, Side side) => membership[side.Field]!["id"]!.ToString();

    private async Task<IResult> AddAsync(AdminContext context, Side owner, Side member)
    {
        if (entities.Find(owner.Kind, context["id"], context.Actor) is not { } found)
        {
            return AdminErrors.NotFound;
        }

        var (body, refusal) = await AdminBody.ReadAsync(context.Request, EntityKinds.ConsumerGroupMembers.Schema, plugins);
        if (refusal is not null)
        {
            return refusal;
        }

        if (body![member.BodyField] is not JsonValue value || !value.TryGetValue<string>(out var wanted))
        {
            return AdminErrors.Of(SchemaViolationError.At(member.BodyField, body[member.BodyField] is null ? "required field missing" : "expected a string"));
        }

        if (entities.Find(member.Kind, wanted, context.Actor) is not { } joining)
        {
            return AdminErrors.Message(StatusCodes.Status404NotFound, $"{member.BodyField} '{wanted}' not found");
        }

        var created = await entities.CreateAsync(
            EntityKinds.ConsumerGroupMembers,
            new JsonObject { [owner.Field] = Reference(found), [member.Field] = Reference(joining) },
            context.Actor,
            context.Aborted);
        return created.IsError ? AdminErrors.Of(created.Error)
            : member == Consumers ? new AdminJson(StatusCodes.Status201Created, Wrap(found, List(owner, found, member, context.Actor)))
            : new AdminJson(StatusCodes.Status201Created, new JsonObject { ["consumer"] = found, ["consumer_groups"] = List(owner, found, member, context.Actor) });
    }

    /// <returns>The membership that the path names; null when there is none.</returns>
    private JsonObject? Find(AdminContext context, Side owner, Side member) =>
        entities.Find(owner.Kind, context["id"], context.Actor) is { } found && entities.Find(member.Kind, context["member"], context.Actor) is { } other
            ? entities.FindChild(EntityKinds.ConsumerGroupMembers, owner.Field, Guid.Parse(found["id"]!.ToString()), other["id"]!.ToString(), context.Actor)
            : null;

    private JsonArray List(Side owner, JsonObject found, Side member, Actor actor) =>
        [.. entities.ListDependents(owner.Kind, Guid.Parse(found["id"]!.ToString()), actor)
            .Where(d => d.Kind == EntityKinds.ConsumerGroupMembers)
            .Select(d => entities.Find(member.Kind, IdOf(d.Entity, member), actor))
            .OfType<JsonObject>()
            .OrderBy(e => e["id"]!.ToString(), StringComparer.Ordinal)];

    private static JsonObject Reference(JsonObject entity) => new() { ["id"] = entity["id"]!.DeepClone() };

    /// <summary>One end of a membership.</summary>
    /// <param name="Field">Its member of the stored membership.</param>
    /// <param name="BodyField">What a body calls it.</param>
    private sealed record Side(EntityKind Kind, string Field, string BodyField);
}
