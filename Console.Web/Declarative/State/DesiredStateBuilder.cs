using System.Text.Json.Nodes;
using ConsoleWeb.Declarative.Files;

namespace ConsoleWeb.Declarative.State;

/// <summary>How references and tags of a file are treated.</summary>
internal sealed record BuildOptions
{
    /// <summary>Whether a reference may name an entity that only the gateway has (apply).</summary>
    public bool ResolvesLive { get; init; }

    /// <summary>Tags added to every entity of the file.</summary>
    public IReadOnlyList<string> SelectTags { get; init; } = [];

    public required ReadScope Scope { get; init; }

    /// <summary>Names of the plugins the server has, for guesses at misspelt names.</summary>
    public IReadOnlyList<string> KnownPlugins { get; init; } = [];
}

/// <summary>
/// Turns the entities of a file into the form of the Admin API: ids found or made, references resolved to ids, defaults
/// filled in. Collects all problems before it gives up, so that a file is refused whole.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="live">The gateway's entities.</param>
/// <param name="lookups">Entities that references may name though they are not managed.</param>
/// <param name="schemas">The server's schemas.</param>
internal sealed class DesiredStateBuilder(
    StateFile file, EntitySet live, EntitySet lookups, SchemaCatalog schemas, BuildOptions options)
{
    private readonly EntitySet _set = new() { Fallback = live };
    private readonly List<DesiredEntity> _entities = [];
    private readonly List<string> _problems = [];
    private readonly Dictionary<(StateKind, string), FileEntity> _seen = [];

    public async Task<DesiredState> BuildAsync(CancellationToken cancellationToken)
    {
        foreach (var kind in StateKinds.All.Where(options.Scope.Covers))
        {
            foreach (var entity in file.Entities.Where(e => e.Kind == kind))
            {
                await AddAsync(entity, cancellationToken);
            }
        }

        return _problems.Count == 0
            ? new DesiredState(_entities, _set)
            : throw StateFailureException.FromProblems("building state: ", _problems);
    }

    private async Task AddAsync(FileEntity entity, CancellationToken cancellationToken)
    {
        var kind = entity.Kind;
        var body = (JsonObject)entity.Body.DeepClone();
        body.Remove("created_at");
        body.Remove("updated_at");
        if (!ResolveReferences(entity, body))
        {
            return;
        }

        AddTags(kind, body);
        AddFileDefaults(kind, body);
        RemoveNulls(body);

        var found = FindLive(entity, body);
        var id = (body["id"]?.GetValue<string>() ?? found?.Id ?? NewId(kind, body)).ToLowerInvariant();
        if (kind == StateKinds.GroupMember && _set.FindById(kind, id) is not null)
        {
            // The same membership may be stated from both sides.
            return;
        }

        if (!CheckUnique(entity, body, id))
        {
            return;
        }

        body["id"] = id;
        JsonObject? config = null;
        JsonObject? supported = null;
        if (kind == StateKinds.Plugin)
        {
            (config, supported) = await CompletePluginAsync(entity, body, cancellationToken);
        }
        else if (kind == StateKinds.Partial)
        {
            config = await CompletePartialAsync(entity, body, cancellationToken);
        }
        else if (kind.HasDefaults && await schemas.FindEntityAsync(kind, cancellationToken) is { } fields)
        {
            SchemaDefaults.FillEntity(body, fields);
        }

        var resolved = new StateEntity(kind, id, body) { File = entity };
        entity.Resolved = resolved;
        _set.Add(resolved);
        _entities.Add(new DesiredEntity(resolved, Complete(body, config, supported), found, config) { Supported = supported });
    }

    private static string NewId(StateKind kind, JsonObject body)
        => kind == StateKinds.GroupMember
            ? $"{body["consumer_group"]!["id"]}/{body["consumer"]!["id"]}"
            : Guid.NewGuid().ToString();

    private bool ResolveReferences(FileEntity entity, JsonObject body)
    {
        var isComplete = true;
        foreach (var (field, reference) in entity.References)
        {
            var kind = StateKinds.Get(entity.Kind.Foreign.First(f => f.Field == field).Kind);
            if (!options.Scope.Covers(kind))
            {
                isComplete = false;
            }
            else if (reference.Parent is { } parent)
            {
                // A parent without a result was reported already.
                isComplete &= parent.Resolved is not null;
                body[field] = Reference(parent.Resolved?.Id);
            }
            else if (FindReferenced(kind, reference.Text!) is { } target)
            {
                body[field] = Reference(target.Id);
            }
            else
            {
                isComplete = false;
                var own = entity.Body["name"]?.ToString() ?? entity.Kind.NameFields.Select(n => entity.Body[n]?.ToString()).FirstOrDefault(n => n is not null);
                _problems.Add(
                    $"{entity.Source.Describe(field)}: {kind.Word} {reference.Text} for {entity.Kind.Word} {own}: entity not found");
            }
        }

        return isComplete;
    }

    private StateEntity? FindReferenced(StateKind kind, string text)
        => _set.FindByReference(kind, text)
            ?? lookups.FindByReference(kind, text)
            ?? (options.ResolvesLive ? live.FindByReference(kind, text) : null);

    private static JsonObject Reference(string? id) => new() { ["id"] = id };

    private void AddTags(StateKind kind, JsonObject body)
    {
        if (!kind.HasTags || options.SelectTags.Count == 0)
        {
            return;
        }

        var tags = body["tags"] as JsonArray ?? [];
        foreach (var tag in options.SelectTags.Where(t => !tags.Any(p => p?.ToString() == t)))
        {
            tags.Add(tag);
        }

        body["tags"] = tags;
    }

    private void AddFileDefaults(StateKind kind, JsonObject body)
    {
        if (!file.Defaults.TryGetValue(kind.Shape, out var defaults))
        {
            return;
        }

        foreach (var (name, value) in defaults)
        {
            if (body[name] is null)
            {
                body[name] = name == "client_certificate" && value is JsonValue ? Reference(value.ToString()) : value?.DeepClone();
            }
        }
    }

    private static void RemoveNulls(JsonObject body)
    {
        foreach (var name in body.Where(m => m.Value is null).Select(m => m.Key).ToList())
        {
            body.Remove(name);
        }
    }

    private StateEntity? FindLive(FileEntity entity, JsonObject body)
        => body["id"]?.GetValue<string>() is { } id
            ? live.FindById(entity.Kind, id)
            : live.FindByKey(entity.Kind, body);

    private bool CheckUnique(FileEntity entity, JsonObject body, string id)
    {
        var keys = entity.Kind.KeysOf(body).Select(k => (Key: k, Text: $"name {NameIn(body, entity.Kind)}")).Append((Key: $"id\u0001{id}", Text: $"ID {id}"));
        foreach (var (key, text) in keys)
        {
            if (_seen.TryGetValue((entity.Kind, key), out var first))
            {
                var place = first.Source.Map.Find(first.Source.Path);
                _problems.Add(
                    $"{entity.Source.Describe()}: {entity.Kind.Word} with {text} already exists"
                    + $" (first at {first.Source.Map.FileName}:{place.Line}:{place.Column})");
                return false;
            }
        }

        foreach (var (key, _) in keys)
        {
            _seen[(entity.Kind, key)] = entity;
        }

        return true;
    }

    private static string NameIn(JsonObject body, StateKind kind)
    {
        // A key is a secret and a PEM text is long; neither belongs in a message.
        if (kind == StateKinds.KeyAuth || kind == StateKinds.Jwt || kind == StateKinds.Certificate || kind == StateKinds.CaCertificate)
        {
            return "(the same key)";
        }

        return (body["name"] ?? body["username"] ?? body["prefix"] ?? body["target"] ?? body["group"] ?? body["custom_id"])?.ToString() ?? "";
    }

    private async Task<JsonObject?> CompletePartialAsync(FileEntity entity, JsonObject body, CancellationToken cancellationToken)
    {
        var type = body["type"]!.GetValue<string>();
        body["config"] ??= new JsonObject();
        if (await schemas.FindPartialAsync(type, cancellationToken) is { } fields)
        {
            return SchemaDefaults.FindField(fields, "config");
        }

        _problems.Add($"{entity.Source.Describe("type")}: there is no partial of the type '{type}'");
        return null;
    }

    private async Task<(JsonObject? Config, JsonObject? Supported)> CompletePluginAsync(FileEntity entity, JsonObject body, CancellationToken cancellationToken)
    {
        var name = body["name"]!.GetValue<string>();
        body["config"] ??= new JsonObject();
        body["enabled"] ??= true;
        if (await schemas.FindPluginAsync(name, cancellationToken) is not { } fields)
        {
            var guess = Spelling.FindNearest(name, options.KnownPlugins) is { } near ? $"; did you mean '{near}'?" : "";
            _problems.Add(
                $"{entity.Source.Describe("name")}: plugin '{name}' not enabled; add it to the 'plugins' configuration property{guess}");
            return default;
        }

        if (body["protocols"] is null && SchemaDefaults.FindField(fields, "protocols")?["default"] is { } protocols)
        {
            body["protocols"] = protocols.DeepClone();
        }

        foreach (var missing in PartialLinks.Resolve(body, text => FindReferenced(StateKinds.Partial, text)?.Id))
        {
            _problems.Add($"{entity.Source.Describe(PartialLinks.Field)}: partial {missing} for plugin {name}: entity not found");
        }

        return (SchemaDefaults.FindField(fields, "config"), await schemas.FindSupportedPartialsAsync(name, cancellationToken));
    }

    private static JsonObject Complete(JsonObject body, JsonObject? config, JsonObject? supported)
    {
        var complete = (JsonObject)body.DeepClone();
        if (config is not null && complete["config"] is JsonObject values)
        {
            SchemaDefaults.ReplaceAliases(values, config);
            SchemaDefaults.FillConfig(values, SchemaDefaults.Fields(config));
            PartialLinks.TakeOut(values, complete, supported);
        }

        if (PartialLinks.Compared(complete[PartialLinks.Field]) is { } links)
        {
            complete[PartialLinks.Field] = links;
        }

        return complete;
    }
}
