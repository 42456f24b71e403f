using System.Text.Json.Nodes;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Features.Entities;
using Gateway.Core.Plugins;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;

namespace ConsoleWeb.AdminApi;

/// <summary>The generic endpoints: every entity kind, alone and below its parents.</summary>
internal sealed class EntityEndpoints(IEntityService entities, PluginCatalog plugins)
{
    public void Map(AdminRouteTable table)
    {
        foreach (var kind in EntityKinds.All)
        {
            if (kind.HasCollection)
            {
                MapCollection(table, kind);
            }

            foreach (var key in kind.ForeignKeys)
            {
                var parent = EntityKinds.Find(key.References)!;
                if (key.NestedPath is { } nested)
                {
                    MapChildren(table, kind, key.Field, parent, $"/{parent.Path}/{{parent}}/{nested}");
                }

                MapParent(table, kind, key.Field, parent);
            }
        }

        table.Get(KonnectPaths.AllTargets, c => Task.FromResult(List(c, EntityKinds.Targets, new EntityQuery())), new EntityOperations(EntityKinds.Targets).List with
        {
            Summary = "List the targets of all upstreams",
            Description = "Below the control plane as /targets.",
        });
    }

    private void MapCollection(AdminRouteTable table, EntityKind kind)
    {
        var (one, says) = ($"/{kind.Path}/{{id}}", new EntityOperations(kind));
        table.Get($"/{kind.Path}", c => Task.FromResult(List(c, kind, new EntityQuery())), says.List)
            .Post($"/{kind.Path}", c => WriteAsync(c, kind, null, StatusCodes.Status201Created, (body, actor) => entities.CreateAsync(kind, body, actor, c.Aborted)), says.Create)
            .Map(HttpMethods.Put, one, c => WriteAsync(c, kind, null, StatusCodes.Status200OK, (body, actor) => entities.UpsertAsync(kind, c["id"], body, actor, c.Aborted)), says.Put)
            .Map(HttpMethods.Patch, one, c => WriteAsync(c, kind, null, StatusCodes.Status200OK, (body, actor) => entities.PatchAsync(kind, c["id"], body, actor, c.Aborted), entities.Find(kind, c["id"], c.Actor)), says.Change)
            .Map(HttpMethods.Delete, one, async c => Deleted(await entities.DeleteAsync(kind, c["id"], c.Actor, c.Aborted)), says.Delete);
        if (kind != EntityKinds.ConsumerGroups)
        {
            table.Get(one, c => Task.FromResult(Read(kind, entities.Find(kind, c["id"], c.Actor))), says.Read);
        }
    }

    private void MapChildren(AdminRouteTable table, EntityKind kind, string field, EntityKind parentKind, string many)
    {
        var (one, says) = (many + "/{id}", EntityOperations.Below(kind, field, parentKind));

        JsonObject? Parent(AdminContext c) => entities.Find(parentKind, c["parent"], c.Actor);

        JsonObject? Child(AdminContext c, JsonObject parent) => entities.FindChild(kind, field, Id(parent), c["id"], c.Actor);

        table.Get(many, c => Task.FromResult(Parent(c) is { } parent
                ? List(c, kind, new EntityQuery(ParentField: field, ParentId: Id(parent)))
                : AdminErrors.NotFound), says.List)
            .Post(many, async c => Parent(c) is { } parent
                ? await WriteAsync(c, kind, (field, parent), StatusCodes.Status201Created, (body, actor) => entities.CreateAsync(kind, body, actor, c.Aborted))
                : AdminErrors.NotFound, says.Create)
            .Get(one, c => Task.FromResult(Parent(c) is { } parent ? Read(kind, Child(c, parent)) : AdminErrors.NotFound), says.Read)
            .Map(HttpMethods.Put, one, async c =>
            {
                if (Parent(c) is not { } parent)
                {
                    return AdminErrors.NotFound;
                }

                var child = Child(c, parent);
                if (child is null && (kind == EntityKinds.Targets || entities.Find(kind, c["id"], c.Actor) is not null))
                {
                    return AdminErrors.NotFound;
                }

                return kind.KeyBelow(field) is { } key && (kind.EndpointKey ?? key) == key && !ConfigState.TryReadId(c["id"], out _)
                    ? await WriteAsync(c, kind, (field, parent), StatusCodes.Status200OK, (body, actor) =>
                    {
                        body[key] = c["id"];
                        return entities.UpsertAsync(kind, child?["id"]!.ToString() ?? Guid.NewGuid().ToString(), body, actor, c.Aborted);
                    })
                    : await WriteAsync(c, kind, (field, parent), StatusCodes.Status200OK, (body, actor) => entities.UpsertAsync(kind, Key(c, child), body, actor, c.Aborted));
            }, says.Put)
            .Map(HttpMethods.Patch, one, async c => Parent(c) is { } parent && Child(c, parent) is { } child
                ? await WriteAsync(c, kind, null, StatusCodes.Status200OK, (body, actor) => entities.PatchAsync(kind, Key(c, child), body, actor, c.Aborted), child)
                : AdminErrors.NotFound, says.Change)
            .Map(HttpMethods.Delete, one, async c => Parent(c) is not { } parent ? AdminErrors.NotFound
                : Child(c, parent) is not { } child ? new AdminJson(StatusCodes.Status204NoContent, null)
                : Deleted(await entities.DeleteAsync(kind, Key(c, child), c.Actor, c.Aborted)), says.Delete);

        // A name of the path stays one, so that PUT gives it to the entity; what is unique below the parent only means nothing elsewhere.
        string Key(AdminContext c, JsonObject? child) =>
            child is null || kind.Unique.Any(u => u.Fields is [var only] && only == kind.EndpointKey) ? c["id"] : child["id"]!.GetValue<string>();
    }

    private void MapParent(AdminRouteTable table, EntityKind kind, string field, EntityKind parentKind)
    {
        if (!kind.HasCollection)
        {
            return;
        }

        var (path, says) = ($"/{kind.Path}/{{id}}/{field}", EntityOperations.Through(kind, field, parentKind));
        JsonObject? Parent(AdminContext c) =>
            entities.Find(kind, c["id"], c.Actor)?[field]?["id"] is { } id ? entities.Find(parentKind, id.GetValue<string>(), c.Actor) : null;

        table.Get(path, c => Task.FromResult(Read(parentKind, Parent(c))), says[HttpMethods.Get])
            .Map(HttpMethods.Delete, path, c => Task.FromResult(Parent(c) is null ? AdminErrors.NotFound : AdminErrors.Message(StatusCodes.Status405MethodNotAllowed, "Method not allowed")), says[HttpMethods.Delete]);
        foreach (var method in new[] { HttpMethods.Put, HttpMethods.Patch })
        {
            table.Map(method, path, async c => Parent(c) is { } parent
                ? await WriteAsync(c, parentKind, null, StatusCodes.Status200OK, (body, actor) => method == HttpMethods.Put
                    ? entities.UpsertAsync(parentKind, parent["id"]!.GetValue<string>(), body, actor, c.Aborted)
                    : entities.PatchAsync(parentKind, parent["id"]!.GetValue<string>(), body, actor, c.Aborted))
                : AdminErrors.NotFound, says[method]);
        }
    }

    private static Guid Id(JsonObject entity) => Guid.Parse(entity["id"]!.GetValue<string>());

    private IResult Read(EntityKind kind, JsonObject? entity) =>
        entity is null ? AdminErrors.NotFound : new AdminJson(StatusCodes.Status200OK, WithAliases(kind, entity));

    /// <summary>Clients may still read fields by their older names.</summary>
    private JsonObject WithAliases(EntityKind kind, JsonObject entity)
    {
        FieldAliases.Show(entity, kind.Schema, plugins);
        return entity;
    }

    private static IResult Deleted(Error? error) => error is null ? new AdminJson(StatusCodes.Status204NoContent, null) : AdminErrors.Of(error);

    private async Task<IResult> WriteAsync(
        AdminContext context,
        EntityKind kind,
        (string Field, JsonObject Parent)? parent,
        int success,
        Func<JsonObject, Actor, Task<Result<JsonObject>>> write,
        JsonObject? existing = null)
    {
        var (body, refusal) = await AdminBody.ReadAsync(context.Request, kind.Schema, plugins, existing);
        if (refusal is not null)
        {
            return refusal;
        }

        if (parent is { } forced)
        {
            body![forced.Field] = new JsonObject { ["id"] = forced.Parent["id"]!.DeepClone() };
        }

        var result = await write(body!, context.Actor);
        return result.IsError ? AdminErrors.Of(result.Error) : new AdminJson(success, WithAliases(kind, result.Value!));
    }

    private IResult List(AdminContext context, EntityKind kind, EntityQuery query)
    {
        var request = context.Request;
        var size = PageQuery.DefaultSize;
        if (request.Query.TryGetValue("size", out var sizeText) && !int.TryParse(sizeText, out size))
        {
            return AdminErrors.Of(new InvalidSize("size must be a number"));
        }

        var tagText = request.Query.TryGetValue("tags", out var given) ? given.ToString() : null;
        if (tagText is not null)
        {
            var (filter, error) = ReadTags(tagText);
            if (error is not null)
            {
                return AdminErrors.Of(error);
            }

            query = query with { Tags = filter };
        }

        if (kind == EntityKinds.Consumers && request.Query.TryGetValue("custom_id", out var customId))
        {
            query = query with { Unique = ("custom_id", customId.ToString()) };
        }

        var offset = request.Query.TryGetValue("offset", out var offsetText) ? offsetText.ToString() : null;
        var page = entities.List(kind, query, size, offset, context.Actor);
        if (page.IsError)
        {
            return AdminErrors.Of(page.Error);
        }

        string? next = null;
        if (page.Value.Offset is { } following)
        {
            // As it was asked for, so that a client below a prefix stays there.
            next = $"{AdminApiMiddleware.PathOf(context.Http)}?offset={Uri.EscapeDataString(following)}"
                + (tagText is null ? "" : $"&tags={Uri.EscapeDataString(tagText)}")
                + (sizeText.Count == 0 ? "" : $"&size={size}");
        }

        return Page([.. page.Value.Data.Select(d => WithAliases(kind, d))], page.Value.Offset, next);
    }

    private static AdminJson Page(IReadOnlyList<JsonObject> data, string? offset, string? next)
    {
        var body = new JsonObject { ["data"] = new JsonArray([.. data]), ["next"] = next };
        if (offset is not null)
        {
            body["offset"] = offset;
        }

        return new AdminJson(StatusCodes.Status200OK, body);
    }

    private static (TagFilter? Filter, Error? Error) ReadTags(string text) => text switch
    {
        "" => (null, new InvalidOption("tags", "cannot be null")),
        _ when text.Contains(',', StringComparison.Ordinal) && text.Contains('/', StringComparison.Ordinal)
            => (null, new InvalidOption("tags", "invalid filter syntax")),
        _ when text.Any(char.IsControl) => (null, new InvalidOption("tags", "invalid filter syntax")),
        _ => (new TagFilter(text.Split(',', '/'), MatchAll: !text.Contains('/', StringComparison.Ordinal)), null),
    };
}
