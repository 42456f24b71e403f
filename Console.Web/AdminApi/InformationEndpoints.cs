using System.Text.Json.Nodes;
using ConsoleWeb.Features.Entities;
using Gateway.Core.Configuration;
using Gateway.Core.Plugins;
using Gateway.Shared.Schema;

namespace ConsoleWeb.AdminApi;

/// <summary>What a tool asks before it does anything: version, status, schemas, lists of what exists.</summary>
internal sealed class InformationEndpoints(
    IEntityService entities,
    PluginCatalog plugins,
    SnapshotHolder snapshots,
    NodeIdentity node,
    AdminStatistics statistics)
{
    /// <summary>The version of the configuration format and Admin API that this product is compatible with.</summary>
    private const string CompatibleVersion = "3.10.0";

    public void Map(AdminRouteTable table)
    {
        table.Get("/", c => OkAsync(Root(c.Actor)))
            .Get("/status", _ => OkAsync(Status()))
            .Get("/status/ready", _ => Task.FromResult(snapshots.Current is null
                ? AdminErrors.Message(StatusCodes.Status503ServiceUnavailable, "no configuration available (empty configuration present)")
                : AdminErrors.Message(StatusCodes.Status200OK, "ready")))
            .Get("/endpoints", _ => OkAsync(new JsonObject { ["data"] = Strings(table.Paths) }))
            .Get("/plugins/enabled", _ => OkAsync(new JsonObject { ["enabled_plugins"] = Strings(plugins.Plugins.Select(p => p.Name).Order(StringComparer.Ordinal)) }))
            .Get("/plugins/schema/{name}", c => Task.FromResult(PluginSchema(c["name"], configOnly: true)))
            .Get("/schemas/{entity}", c => Task.FromResult(EntitySchema(c["entity"])))
            .Get("/schemas/plugins/{name}", c => Task.FromResult(PluginSchema(c["name"], configOnly: false)))
            .Get("/schemas/vaults/{name}", c => Task.FromResult(VaultSchema(c["name"])))
            .Get("/konnect-schemas/json/{entity}", c => Task.FromResult(JsonSchemaOf(c["entity"])))
            .Post("/schemas/{entity}/validate", c => ValidateAsync(c, c["entity"]))
            // Said in full, or the schema of a plugin named 'validate' would be meant.
            .Post("/schemas/plugins/validate", c => ValidateAsync(c, "plugins"))
            .Post("/schemas/vaults/validate", c => ValidateAsync(c, "vaults"))
            .Get("/tags", c => OkAsync(Tags(c.Actor, null)))
            .Get("/tags/{tag}", c => OkAsync(Tags(c.Actor, c["tag"])))
            .Get("/config", _ => Task.FromResult(NotDbLess()))
            .Post("/config", _ => Task.FromResult(NotDbLess()))
            .Get("/licenses", _ => OkAsync(EmptyList()))
            .Get("/workspaces", _ => OkAsync(new JsonObject { ["data"] = new JsonArray(Workspace()), ["next"] = null }))
            .Get("/workspaces/{name}", c => Task.FromResult(c["name"] is "default" || c["name"] == node.WorkspaceId
                ? new AdminJson(StatusCodes.Status200OK, Workspace())
                : AdminErrors.NotFound));
    }

    private static Task<IResult> OkAsync(JsonObject body) => Task.FromResult<IResult>(new AdminJson(StatusCodes.Status200OK, body));

    private static JsonObject EmptyList() => new() { ["data"] = new JsonArray(), ["next"] = null };

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

    private JsonObject Status() => new()
    {
        ["memory"] = new JsonObject
        {
            ["workers_lua_vms"] = new JsonArray(),
            ["lua_shared_dicts"] = new JsonObject(),
            ["resident"] = Environment.WorkingSet,
        },
        ["server"] = statistics.ToServerObject(),
        ["database"] = new JsonObject { ["reachable"] = true },
    };

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

    private IResult EntitySchema(string name) => EntityKinds.Find(name) is { } kind
        ? new AdminJson(StatusCodes.Status200OK, SchemaDocuments.Kong(kind.Schema))
        : AdminErrors.Message(StatusCodes.Status404NotFound, $"No entity named '{name}'");

    private static IResult JsonSchemaOf(string name) => KonnectSchemas.Find(name) is { } schema
        ? new AdminJson(StatusCodes.Status200OK, schema)
        : AdminErrors.Message(StatusCodes.Status404NotFound, $"No entity named '{name}'");

    private static EntityKind? FindSingular(string name) => EntityKinds.All.FirstOrDefault(k => k.KonnectName == name || k.Singular == name);

    private IResult PluginSchema(string name, bool configOnly)
    {
        if (plugins.Find(name) is not { } plugin)
        {
            return AdminErrors.Message(StatusCodes.Status404NotFound, $"No plugin named '{name}'");
        }

        return new AdminJson(StatusCodes.Status200OK, configOnly ? SchemaDocuments.Kong(plugin.Schema) : PluginDocument(plugin));
    }

    /// <summary>The plugin's own schema: where it may apply, its protocols, its config.</summary>
    private static JsonObject PluginDocument(PluginEntry plugin)
    {
        var fields = new JsonArray
        {
            new JsonObject
            {
                ["protocols"] = new JsonObject
                {
                    ["type"] = "set",
                    ["required"] = true,
                    ["default"] = Strings(plugin.Rules.DefaultProtocols),
                    ["elements"] = new JsonObject { ["type"] = "string", ["one_of"] = Strings(plugin.Rules.DefaultProtocols) },
                },
            },
        };
        foreach (var forbidden in plugin.Rules.ForbiddenFields)
        {
            fields.Add(new JsonObject { [forbidden] = new JsonObject { ["type"] = "foreign", ["eq"] = null, ["reference"] = forbidden + "s" } });
        }

        var config = SchemaDocuments.Kong(plugin.Schema);
        config["type"] = "record";
        config["required"] = true;
        fields.Add(new JsonObject { ["config"] = config });
        return new JsonObject { ["fields"] = fields, ["entity_checks"] = new JsonArray() };
    }

    private IResult VaultSchema(string name) => VaultTypes.Find(name) is { } schema
        ? new AdminJson(StatusCodes.Status200OK, SchemaDocuments.Kong(schema))
        : AdminErrors.Message(StatusCodes.Status404NotFound, $"No vault named '{name}'");

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
