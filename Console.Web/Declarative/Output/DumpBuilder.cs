using System.Text.Json.Nodes;
using ConsoleWeb.Declarative.State;

namespace ConsoleWeb.Declarative.Output;

/// <summary>What a dump contains.</summary>
internal sealed record DumpOptions
{
    public bool WithId { get; init; }

    public IReadOnlyList<string> SelectTags { get; init; } = [];

    /// <summary>Written as <c>_konnect.control_plane_name</c>; null in gateway mode.</summary>
    public string? ControlPlaneName { get; init; }

    /// <summary>Written as <c>_workspace</c>; null for the default one.</summary>
    public string? Workspace { get; init; }
}

/// <summary>
/// Builds the declarative document of the gateway's state in decK's layout: nested notation, names in place of ids, sorted lists.
/// </summary>
/// <param name="state">The gateway's entities.</param>
/// <param name="options">What is written.</param>
internal sealed class DumpBuilder(EntitySet state, DumpOptions options)
{
    /// <summary>Defaults that are left out, by kind; empty to write everything.</summary>
    private readonly Dictionary<StateKind, JsonArray> _skippedDefaults = [];

    /// <summary>Config records of plugins whose defaults are left out, by plugin name.</summary>
    private readonly Dictionary<string, JsonArray> _skippedConfigDefaults = new(StringComparer.Ordinal);

    /// <summary>Leaves out what the server would fill in by itself (<c>--skip-defaults</c>).</summary>
    public async Task SkipDefaultsAsync(SchemaCatalog schemas, CancellationToken cancellationToken)
    {
        foreach (var kind in StateKinds.All.Where(k => k.HasDefaults))
        {
            if (await schemas.FindEntityAsync(kind, cancellationToken) is { } fields)
            {
                _skippedDefaults[kind] = fields;
            }
        }

        foreach (var name in state.List(StateKinds.Plugin).Select(p => p.Text("name")!).Distinct())
        {
            if (await schemas.FindPluginAsync(name, cancellationToken) is { } fields
                && SchemaDefaults.FindField(fields, "config") is { } config)
            {
                _skippedConfigDefaults[name] = SchemaDefaults.Fields(config);
            }
        }
    }

    public JsonObject Build()
    {
        var root = new JsonObject { ["_format_version"] = "3.0" };
        if (options.SelectTags.Count > 0)
        {
            root["_info"] = new JsonObject { ["select_tags"] = new JsonArray([.. options.SelectTags.Select(t => (JsonNode)t)]) };
        }

        if (options.ControlPlaneName is { } name)
        {
            root["_konnect"] = new JsonObject { ["control_plane_name"] = name };
        }

        if (options.Workspace is { } workspace)
        {
            root["_workspace"] = workspace;
        }

        foreach (var kind in (StateKind[])[
            StateKinds.CaCertificate, StateKinds.Certificate, StateKinds.ConsumerGroup, StateKinds.Consumer,
            StateKinds.KeySet, StateKinds.Key, StateKinds.Partial, StateKinds.Service, StateKinds.Upstream, StateKinds.Vault])
        {
            AddList(root, kind.FileList, state.List(kind));
        }

        AddList(root, "routes", state.List(StateKinds.Route).Where(r => r.ForeignId("service") is null));
        AddList(root, "plugins", state.List(StateKinds.Plugin).Where(p => ScopesOf(p).Count != 1));
        return root;
    }

    private void AddList(JsonObject owner, string list, IEnumerable<StateEntity> entities, string? parentField = null)
    {
        var items = entities
            .Select(e => (Key: SortKey(e), Item: Entity(e, parentField)))
            .OrderBy(e => e.Key, StringComparer.Ordinal)
            .Select(e => (JsonNode)e.Item)
            .ToArray();
        if (items.Length > 0)
        {
            owner[list] = new JsonArray(items);
        }
    }

    private JsonObject Entity(StateEntity entity, string? parentField)
    {
        var kind = entity.Kind;
        var item = new JsonObject();
        foreach (var field in EntityComparer.ComparedFields(kind).Concat(kind.NotCompared.Where(f => f == "password")))
        {
            if (field != parentField && entity.Body[field] is { } value)
            {
                item[field] = kind.Foreign.Any(f => f.Field == field) ? Reference(entity, field)
                    : field == PartialLinks.Field && kind == StateKinds.Plugin ? PartialLinks.Dumped(value)
                    : value.DeepClone();
            }
        }

        if (options.WithId || kind.KeepsId || !kind.KeysOf(entity.Body).Any())
        {
            item["id"] = entity.Id;
        }

        RemoveDefaults(entity, item);
        AddChildren(entity, item);
        return item;
    }

    private JsonNode Reference(StateEntity entity, string field)
    {
        var name = state.ForeignName(entity, field);
        // In the file a plugin names its scopes, and a service its certificate, by plain text.
        return entity.Kind == StateKinds.Plugin || entity.Kind == StateKinds.Service
            ? JsonValue.Create(name)
            : new JsonObject { [field == "client_certificate" ? "id" : "name"] = name };
    }

    private void RemoveDefaults(StateEntity entity, JsonObject item)
    {
        if (_skippedDefaults.TryGetValue(entity.Kind, out var fields))
        {
            RemoveDefaults(item, fields);
        }

        if (entity.Kind == StateKinds.Plugin && item["config"] is JsonObject config
            && _skippedConfigDefaults.TryGetValue(entity.Text("name")!, out var configFields))
        {
            RemoveDefaults(config, configFields);
            if (config.Count == 0)
            {
                item.Remove("config");
            }
        }
    }

    private static void RemoveDefaults(JsonObject item, JsonArray fields)
    {
        foreach (var (name, attributes) in SchemaDefaults.Enumerate(fields))
        {
            if (!item.TryGetPropertyValue(name, out var value))
            {
                continue;
            }

            if (SchemaDefaults.IsRecord(attributes) && value is JsonObject record)
            {
                RemoveDefaults(record, SchemaDefaults.Fields(attributes));
                if (record.Count == 0)
                {
                    item.Remove(name);
                }
            }
            else if (SchemaDefaults.ElementRecord(attributes) is { } element && value is JsonArray { Count: > 0 } list)
            {
                foreach (var inner in list.OfType<JsonObject>())
                {
                    RemoveDefaults(inner, SchemaDefaults.Fields(element));
                }
            }
            else if (JsonNode.DeepEquals(value, attributes["default"]))
            {
                item.Remove(name);
            }
        }
    }

    private void AddChildren(StateEntity entity, JsonObject item)
    {
        var kind = entity.Kind;
        if (kind == StateKinds.Service)
        {
            AddList(item, "routes", ChildrenOf(entity, StateKinds.Route, "service"), "service");
        }
        else if (kind == StateKinds.Upstream)
        {
            AddList(item, "targets", ChildrenOf(entity, StateKinds.Target, "upstream"), "upstream");
        }
        else if (kind == StateKinds.Certificate)
        {
            AddList(item, "snis", ChildrenOf(entity, StateKinds.Sni, "certificate"), "certificate");
        }
        else if (kind == StateKinds.Consumer)
        {
            foreach (var credential in StateKinds.All.Where(k => k.PathParent == "consumer"))
            {
                AddList(item, credential.FileList, ChildrenOf(entity, credential, "consumer"), "consumer");
            }

            AddGroups(entity, item);
        }

        if (StateKinds.Plugin.Foreign.FirstOrDefault(f => f.Kind == kind.Collection) is { } scope)
        {
            AddList(
                item, "plugins",
                ChildrenOf(entity, StateKinds.Plugin, scope.Field).Where(p => ScopesOf(p).Count == 1),
                scope.Field);
        }
    }

    private void AddGroups(StateEntity consumer, JsonObject item)
    {
        var names = ChildrenOf(consumer, StateKinds.GroupMember, "consumer")
            .Select(m => state.ForeignName(m, "consumer_group"))
            .Order(StringComparer.Ordinal)
            .Select(n => (JsonNode)new JsonObject { ["name"] = n })
            .ToArray();
        if (names.Length > 0)
        {
            item["groups"] = new JsonArray(names);
        }
    }

    private IEnumerable<StateEntity> ChildrenOf(StateEntity parent, StateKind kind, string field)
        => state.List(kind).Where(c => c.ForeignId(field) == parent.Id);

    private static List<string> ScopesOf(StateEntity plugin)
        => [.. StateKinds.Plugin.Foreign.Select(f => f.Field).Where(f => plugin.ForeignId(f) is not null)];

    private string SortKey(StateEntity entity)
    {
        if (entity.Kind == StateKinds.Plugin)
        {
            return entity.Text("name")
                + string.Concat(((string[])["consumer", "route", "service", "consumer_group"]).Select(f => state.ForeignName(entity, f)));
        }

        if (entity.Kind == StateKinds.Target || entity.Kind == StateKinds.Acl || entity.Kind == StateKinds.Certificate)
        {
            return entity.Text(entity.Kind.CompositeKey.First(f => f is "target" or "group" or "cert")) ?? entity.Id;
        }

        return entity.Kind.NameFields.Select(entity.Text).FirstOrDefault(t => !string.IsNullOrEmpty(t)) ?? entity.Id;
    }
}
