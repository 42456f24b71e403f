using System.Text.Json.Nodes;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Features.Entities;
using Gateway.Core.Plugins;
using Gateway.Shared.Schema;

namespace ConsoleWeb.AdminApi;

/// <summary>What a tool asks before it does anything: version, schemas, lists of what exists.</summary>
internal sealed class InformationEndpoints(
    IEntityService entities,
    PluginCatalog plugins,
    KongSchemas schemas,
    NodeIdentity node)
{
    /// <summary>The version of the configuration format and Admin API that this product is compatible with.</summary>
    private const string CompatibleVersion = "3.10.0";

    private const string WorkspaceShape = "id:uuid name comment:string! config:object meta:object created_at:integer updated_at:integer";

    public void Map(AdminRouteTable table)
    {
        var group = ApiGroups.Information;
        var root = new ApiOperation(group, "Read what this node is")
        {
            Answer = Shapes.Object("tagline version edition hostname node_id:uuid lua_version pids:object timers:object plugins:object configuration:object gatehouse:object"),
        };
        table.Get("/", c => OkAsync(Root(c.Actor)), root)
            .Get("/kong", c => OkAsync(Root(c.Actor)), root with { Description = "The same below a workspace: /default/kong." })
            .Get("/endpoints", _ => OkAsync(new JsonObject { ["data"] = Strings(table.Paths.Select(NamedByKind).Order(StringComparer.Ordinal)) }), new(group, "List the paths of this API") { Answer = Shapes.Object("data:string[]") })
            .Get(
                "/plugins/enabled",
                _ => OkAsync(new JsonObject { ["enabled_plugins"] = Strings(plugins.Plugins.Select(p => p.Name).Order(StringComparer.Ordinal)) }),
                new(group, "List the plugins of this build") { Answer = Shapes.Object("enabled_plugins:string[]") })
            .Get("/plugins/schema/{name}", c => Task.FromResult(PluginSchema(c["name"], configOnly: true)), Schema("Read the schema of a plugin's config"))
            .Get("/schemas/{entity}", c => Task.FromResult(EntitySchema(c["entity"])), Schema("Read the schema of a kind of entity"))
            .Get("/schemas/plugins/{name}", c => Task.FromResult(PluginSchema(c["name"], configOnly: false)), Schema("Read the schema of a plugin"))
            .Get("/schemas/vaults/{name}", c => Task.FromResult(VaultSchema(c["name"])), Schema("Read the schema of a type of vault"))
            .Get("/schemas/partials/{type}", c => Task.FromResult(PartialSchema(c["type"])), Schema("Read the schema of a type of partial"))
            .Get("/konnect-schemas/json/{entity}", c => Task.FromResult(JsonSchemaOf(c["entity"])), Schema("Read a kind of entity as JSON Schema") with
            {
                Description = "Below the control plane as /v1/schemas/json/{entity}, with names such as service.",
                Answer = Shapes.Free,
            })
            .Post("/schemas/{entity}/validate", c => ValidateAsync(c, c["entity"]), Validate("Check an entity", Shapes.Free, EntityKinds.Services))
            // Said in full, or the schema of a plugin named 'validate' would be meant.
            .Post("/schemas/plugins/validate", c => ValidateAsync(c, "plugins"), Validate("Check a plugin", Shapes.InputOf(EntityKinds.Plugins), EntityKinds.Plugins))
            .Post("/schemas/partials/validate", c => ValidateAsync(c, "partials"), Validate("Check a partial", Shapes.InputOf(EntityKinds.Partials), EntityKinds.Partials))
            .Post("/schemas/vaults/validate", c => ValidateAsync(c, "vaults"), Validate("Check a vault", Shapes.InputOf(EntityKinds.Vaults), EntityKinds.Vaults))
            .Get("/tags", c => OkAsync(Tags(c.Actor, null)), new(group, "List tags and what carries them") { Answer = TagShape })
            .Get("/tags/{tag}", c => OkAsync(Tags(c.Actor, c["tag"])), new(group, "List what carries a tag") { Answer = TagShape })
            .Get("/config", _ => Task.FromResult(NotDbLess()), NeverWithDatabase("Read the configuration as a file"))
            .Post("/config", _ => Task.FromResult(NotDbLess()), NeverWithDatabase("Replace the configuration by a file"))
            .Get("/licenses", _ => OkAsync(EmptyList()), new(group, "List licences") { Description = "There are none.", Answer = Shapes.Page(Shapes.Free) })
            .Get("/workspaces", _ => OkAsync(new JsonObject { ["data"] = new JsonArray(Workspace()), ["next"] = null }), new(group, "List workspaces")
            {
                Description = "There is one, default.",
                Answer = Shapes.Page(Shapes.Object(WorkspaceShape)),
            })
            .Get(
                "/workspaces/{name}",
                c => Task.FromResult(c["name"] is "default" || c["name"] == node.WorkspaceId ? new AdminJson(StatusCodes.Status200OK, Workspace()) : AdminErrors.NotFound),
                new(group, "Read a workspace") { Answer = Shapes.Object(WorkspaceShape), Refusals = [StatusCodes.Status404NotFound] });
    }

    private static JsonObject TagShape => Shapes.Page(Shapes.Object("tag entity_name entity_id:uuid"));

    private static ApiOperation Schema(string summary) => new(ApiGroups.Information, summary)
    {
        Answer = Shapes.Object("fields:object[] entity_checks:object[]? shorthand_fields:object[]? supported_partials:object?"),
        Refusals = [StatusCodes.Status404NotFound],
    };

    private static ApiOperation Validate(string summary, JsonObject body, EntityKind example) => new(ApiGroups.Validation, summary)
    {
        Body = body,
        Example = Examples.Of(example),
        TakesForms = true,
        Answer = Shapes.Message,
        Refusals = [StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound],
    };

    private static ApiOperation NeverWithDatabase(string summary) => new(ApiGroups.Information, summary)
    {
        Description = "Only without a database, which this gateway always has.",
        Status = StatusCodes.Status400BadRequest,
        Answer = Shapes.Message,
    };

    private static Task<IResult> OkAsync(JsonObject body) => Task.FromResult<IResult>(new AdminJson(StatusCodes.Status200OK, body));

    private static JsonObject EmptyList() => new() { ["data"] = new JsonArray(), ["next"] = null };

    /// <summary>The path with its values named as tools know them: <c>/services/{services}/routes/{routes}</c>.</summary>
    private static string NamedByKind(string pattern)
    {
        var segments = pattern.Split('/');
        for (var i = 1; i < segments.Length; i++)
        {
            var collection = segments[i - 1];
            if (segments[i].StartsWith('{')
                && EntityKinds.All.FirstOrDefault(k => k.Path == collection || k.ForeignKeys.Any(f => f.NestedPath == collection)) is { } kind)
            {
                segments[i] = $"{{{kind.Name}}}";
            }
        }

        return string.Join('/', segments);
    }

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);

    private static IResult NotDbLess() => AdminErrors.Message(
        StatusCodes.Status400BadRequest,
        "this endpoint is only available when Kong is configured to not use a database");

    private JsonObject Root(Actor actor)
    {
        var available = new JsonObject();
        var loaded = new JsonObject();
        foreach (var plugin in plugins.Plugins)
        {
            available[plugin.Name] = new JsonObject { ["version"] = CompatibleVersion, ["priority"] = plugin.Priority };
            loaded[plugin.Name] = true;
        }

        var enabled = entities.List(EntityKinds.Plugins, new EntityQuery(), 1000, null, actor).Value!.Data
            .Select(p => p["name"]!.GetValue<string>()).Distinct().Order(StringComparer.Ordinal);
        return new JsonObject
        {
            ["tagline"] = "Welcome to kong",
            ["version"] = CompatibleVersion,
            ["edition"] = "community",
            ["hostname"] = Environment.MachineName,
            ["node_id"] = node.NodeId,
            ["lua_version"] = "none",
            ["pids"] = new JsonObject { ["master"] = Environment.ProcessId, ["workers"] = new JsonArray(Environment.ProcessId) },
            ["timers"] = new JsonObject { ["running"] = 0, ["pending"] = 0 },
            ["plugins"] = new JsonObject { ["available_on_server"] = available, ["enabled_in_cluster"] = Strings(enabled) },
            ["configuration"] = new JsonObject
            {
                ["database"] = "postgres",
                ["router_flavor"] = "traditional_compatible",
                ["role"] = "traditional",
                ["portal"] = false,
                ["rbac"] = "off",
                ["loaded_plugins"] = loaded,
            },
            ["gatehouse"] = new JsonObject { ["version"] = node.ProductVersion, ["configuration_version"] = entities.Version },
        };
    }

    private JsonObject Workspace() => new()
    {
        ["id"] = node.WorkspaceId,
        ["name"] = "default",
        ["comment"] = null,
        ["config"] = new JsonObject(),
        ["meta"] = new JsonObject(),
        ["created_at"] = node.CreatedAt,
        ["updated_at"] = node.CreatedAt,
    };

    private static IResult EntitySchema(string name) => Found(KongSchemas.FindEntity(name), "entity", name);

    private static IResult JsonSchemaOf(string name) => KonnectSchemas.Find(name) is { } schema
        ? new AdminJson(StatusCodes.Status200OK, schema)
        : AdminErrors.Message(StatusCodes.Status404NotFound, $"No entity named '{name}'");

    private static EntityKind? FindSingular(string name) => EntityKinds.All.FirstOrDefault(k => k.KonnectName == name || k.Singular == name);

    private IResult PluginSchema(string name, bool configOnly) =>
        Found(configOnly ? schemas.FindPluginConfig(name) : schemas.FindPlugin(name), "plugin", name);

    private static IResult VaultSchema(string name) => Found(VaultTypes.Find(name) is { } schema ? SchemaDocuments.Kong(schema) : null, "vault", name);

    private IResult PartialSchema(string type) => Found(schemas.FindPartial(type), "partial", type);

    private static IResult Found(JsonObject? schema, string word, string name) => schema is not null
        ? new AdminJson(StatusCodes.Status200OK, schema)
        : AdminErrors.Message(StatusCodes.Status404NotFound, $"No {word} named '{name}'");

    private async Task<IResult> ValidateAsync(AdminContext context, string name)
    {
        if ((EntityKinds.Find(name) ?? FindSingular(name)) is not { } kind)
        {
            return AdminErrors.Message(StatusCodes.Status404NotFound, $"No entity named '{name}'");
        }

        var (body, refusal) = await AdminBody.ReadAsync(context.Request, kind.Schema, plugins);
        if (refusal is not null)
        {
            return refusal;
        }

        var result = entities.Validate(kind, body!);
        return result.IsError ? AdminErrors.Of(result.Error) : AdminErrors.Message(StatusCodes.Status200OK, "schema validation successful");
    }

    private JsonObject Tags(Actor actor, string? wanted)
    {
        var data = new JsonArray();
        foreach (var kind in EntityKinds.All)
        {
            string? offset = null;
            do
            {
                var page = entities.List(kind, new EntityQuery(), 1000, offset, actor).Value!;
                foreach (var entity in page.Data)
                {
                    foreach (var tag in entity["tags"] as JsonArray ?? [])
                    {
                        if (wanted is null || tag?.GetValue<string>() == wanted)
                        {
                            data.Add(new JsonObject { ["tag"] = tag!.DeepClone(), ["entity_name"] = kind.Name, ["entity_id"] = entity["id"]!.DeepClone() });
                        }
                    }
                }

                offset = page.Offset;
            }
            while (offset is not null);
        }

        return new JsonObject { ["data"] = data, ["next"] = null };
    }
}
