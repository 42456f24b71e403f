using System.Text;
using System.Text.Json.Nodes;
using ConsoleWeb.Data;
using Gateway.Core.Configuration;
using Gateway.Core.Plugins;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Entities;

/// <inheritdoc cref="IEntityService"/>
internal sealed class EntityService(EntityStore store, GatewayActivator activator, PluginCatalog plugins, IEnumerable<IPluginCheck> checks, TimeProvider time) : IEntityService, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Signal _changed = new();
    private ConfigState _state = ConfigState.Empty;

    public long Version => State.Version;

    private ConfigState State => Volatile.Read(ref _state);

    public void Dispose() => _gate.Dispose();

    /// <summary>Reads the store and makes the first snapshot. Called once, before the listeners open.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var state = await store.LoadAsync(cancellationToken);
        activator.Activate(state);
        Volatile.Write(ref _state, state);
    }

    public Result<EntityPage> List(EntityKind kind, EntityQuery query, int size, string? offset, Actor actor)
    {
        if (size is < 1 or > 1000)
        {
            return new InvalidSize("size must be an integer between 1 and 1000");
        }

        Guid? after = null;
        if (offset is not null)
        {
            if (!TryReadOffset(offset, out var id))
            {
                return new InvalidOffset(offset);
            }

            after = id;
        }

        var data = new List<JsonObject>();
        string? next = null;
        foreach (var document in State.Of(kind).Values)
        {
            if ((after is { } last && document.Id.CompareTo(last) <= 0) || !Matches(document, query))
            {
                continue;
            }

            if (data.Count == size)
            {
                next = WriteOffset(Guid.Parse(data[^1]["id"]!.GetValue<string>()));
                break;
            }

            data.Add(Show(document, actor));
        }

        return new EntityPage(data, next);
    }

    public JsonObject? Find(EntityKind kind, string idOrKey, Actor actor) =>
        State.Find(kind, idOrKey) is { } document ? Show(document, actor) : null;

    public JsonObject? FindChild(EntityKind kind, string parentField, Guid parentId, string idOrKey, Actor actor) =>
        State.FindChild(kind, parentField, parentId, idOrKey) is { } document ? Show(document, actor) : null;

    public Task<Result<JsonObject>> CreateAsync(EntityKind kind, JsonObject input, Actor actor, CancellationToken cancellationToken) =>
        WriteAsync(kind, "create", actor, state => Prepare(state, kind, input, null, null), cancellationToken);

    public Task<Result<JsonObject>> UpsertAsync(EntityKind kind, string idOrKey, JsonObject input, Actor actor, CancellationToken cancellationToken) =>
        WriteAsync(kind, "update", actor, state =>
        {
            var existing = state.Find(kind, idOrKey);
            var body = input.DeepClone().AsObject();
            var isId = ConfigState.TryReadId(idOrKey, out var given);
            if (!isId && kind.EndpointKey is null)
            {
                return new InvalidPrimaryKey(idOrKey);
            }

            var id = existing?.Id ?? (isId ? given : Guid.NewGuid());
            if (body["id"] is { } bodyId && !(ConfigState.TryReadId(bodyId.ToString(), out var named) && named == id))
            {
                return SchemaViolationError.At("id", "must be the id of the path");
            }

            body["id"] = id.ToString();
            if (!isId)
            {
                body[kind.EndpointKey!] = idOrKey;
            }

            if (existing is not null)
            {
                body["created_at"] ??= existing.Json["created_at"]?.DeepClone();
            }

            return Prepare(state, kind, body, existing, null);
        }, cancellationToken);

    public Task<Result<JsonObject>> PatchAsync(EntityKind kind, string idOrKey, JsonObject input, Actor actor, CancellationToken cancellationToken) =>
        WriteAsync(kind, "update", actor, state =>
        {
            if (state.Find(kind, idOrKey) is not { } existing)
            {
                return ConfigState.TryReadId(idOrKey, out var id) ? new EntityNotFound(id) : new NotFoundError();
            }

            return Prepare(state, kind, input, existing, existing.Json);
        }, cancellationToken);

    public async Task<Error?> DeleteAsync(EntityKind kind, string idOrKey, Actor actor, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (State.Find(kind, idOrKey) is not { } document)
            {
                return null;
            }

            var removed = new List<EntityDocument>();
            if (Collect(State, document, removed) is { } refusal)
            {
                return refusal;
            }

            var next = State;
            foreach (var gone in removed)
            {
                next = next.Without(gone);
            }

            return (await CommitAsync(next, $"delete {Describe(document)}", actor, [.. removed.Select(r => (Before: (EntityDocument?)r, After: (EntityDocument?)null))], cancellationToken)).Error;
        }
        finally
        {
            _gate.Release();
        }
    }

    public Result<JsonObject> Validate(EntityKind kind, JsonObject input)
    {
        var normalised = kind.Normalise(input, Options(null));
        return !normalised.IsError && kind == EntityKinds.Plugins && CheckPlugin(normalised.Value) is { } faulty ? faulty : normalised;
    }

    public IReadOnlyList<(EntityKind Kind, JsonObject Entity)> ListDependents(EntityKind kind, Guid id, Actor actor) =>
        [.. State.ListReferencing(id).Select(d => (d.Kind, Show(d, actor)))];

    public IDisposable OnChanged(Action callback) => _changed.Subscribe(callback);

    private static bool Matches(EntityDocument document, EntityQuery query)
    {
        if (query.ParentField is { } field
            && !(document.Json[field] is JsonObject parent && Guid.TryParse(parent["id"]?.GetValue<string>(), out var id) && id == query.ParentId))
        {
            return false;
        }

        if (query.Where is { } where && document.Json[where.Field]?.ToString() != where.Text)
        {
            return false;
        }

        if (query.Tags is not { } filter)
        {
            return true;
        }

        var tags = document.Json["tags"] as JsonArray;
        bool Has(string tag) => tags?.Any(t => t?.GetValue<string>() == tag) ?? false;
        return filter.MatchAll ? filter.Tags.All(Has) : filter.Tags.Any(Has);
    }

    private JsonObject Show(EntityDocument document, Actor actor) =>
        actor.MaySeeSecrets ? document.Json.DeepClone().AsObject() : MaskedSecrets.Mask(document, plugins);

    private static string WriteOffset(Guid id) => Convert.ToBase64String(Encoding.ASCII.GetBytes(id.ToString("N")));

    private static bool TryReadOffset(string offset, out Guid id)
    {
        id = default;
        Span<byte> bytes = stackalloc byte[32];
        return Convert.TryFromBase64String(offset, bytes, out var length) && Guid.TryParse(Encoding.ASCII.GetString(bytes[..length]), out id);
    }

    /// <summary>Gathers what a delete takes along, or says why it may not happen.</summary>
    private static StillReferenced? Collect(ConfigState state, EntityDocument document, List<EntityDocument> removed)
    {
        foreach (var dependent in state.ListReferencing(document.Id))
        {
            if (removed.Contains(dependent))
            {
                continue;
            }

            if (!Cascades(dependent, document))
            {
                return new StillReferenced(document.Kind.Name, dependent.Kind.Name);
            }

            if (Collect(state, dependent, removed) is { } refusal)
            {
                return refusal;
            }
        }

        removed.Add(document);
        return null;
    }

    private static bool Cascades(EntityDocument child, EntityDocument parent) =>
        child.Kind.ForeignKeys.Any(k => k.References == parent.Kind.Name && k.OnDelete == OnDelete.Cascade);

    private static string Describe(EntityDocument document)
    {
        // The key of a credential is its name in paths and a secret all the same.
        var name = document.Kind.EndpointKey is { } key && document.Kind.Schema.Find(key)?.Secret != true ? document.Json[key]?.ToString() : null;
        return $"{document.Kind.Singular} {name ?? document.Json["name"]?.ToString() ?? document.Id.ToString()}";
    }

    private NormaliseOptions Options(JsonObject? existing) => new() { Existing = existing, Time = time, SubSchemas = plugins };

    private SchemaViolationError? CheckPlugin(JsonObject json)
    {
        foreach (var check in checks)
        {
            if (json["name"]!.GetValue<string>() == check.PluginName && check.Check(json["config"]!.AsObject()) is { } violation)
            {
                return violation;
            }
        }

        return null;
    }

    /// <summary>Checks an input against everything that is known and returns the document to store.</summary>
    private Result<(EntityDocument? Before, EntityDocument After)> Prepare(ConfigState state, EntityKind kind, JsonObject input, EntityDocument? replaces, JsonObject? mergeInto)
    {
        var normalised = kind.Normalise(input, Options(mergeInto));
        if (normalised.IsError)
        {
            return normalised.Error;
        }

        var json = normalised.Value;

        // A mask that comes back means "unchanged".
        if (SecretPaths.Unmask(json, replaces?.Json, kind.Schema, plugins) is { } nothingBehind)
        {
            return nothingBehind;
        }

        if (kind == EntityKinds.Plugins && CheckPlugin(json) is { } faulty)
        {
            return faulty;
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (json.ContainsKey("updated_at"))
        {
            json["updated_at"] = kind == EntityKinds.Targets ? Math.Round(time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0, 3) : now;
        }

        if (ResolveForeignKeys(state, kind, json) is { } foreignError)
        {
            return foreignError;
        }

        var id = Guid.Parse(json["id"]!.GetValue<string>());
        json["id"] = id.ToString();
        if (replaces is null && state.Find(kind, id) is not null)
        {
            return new PrimaryKeyViolation(id);
        }

        var document = new EntityDocument(kind, id, json);
        foreach (var constraint in kind.Unique)
        {
            var isSet = constraint.Fields.Count > 1 || json[constraint.Fields[0]] is not null;
            if (isSet && state.Unique.TryGetValue(UniqueKey.Of(kind, constraint, json), out var owner) && owner != id)
            {
                return new UniqueViolation(new JsonObject(constraint.Fields.Select(f => new KeyValuePair<string, JsonNode?>(f, json[f]?.DeepClone()))));
            }
        }

        return (replaces, document);
    }

    private static Error? ResolveForeignKeys(ConfigState state, EntityKind kind, JsonObject json)
    {
        foreach (var field in kind.ForeignKeys)
        {
            if (json[field.Field] is not JsonObject reference)
            {
                continue;
            }

            var target = EntityKinds.Find(field.References)!;
            if (reference["id"]?.ToString() is { } idText)
            {
                if (!Guid.TryParse(idText, out var id) || state.Find(target, id) is null)
                {
                    return new ForeignKeyViolation(field.Field, target.Name, new JsonObject { ["id"] = idText });
                }

                json[field.Field] = new JsonObject { ["id"] = id.ToString() };
                continue;
            }

            var (member, value) = reference.First();
            if (!state.Unique.TryGetValue(new UniqueKey(target.Name, member, value?.ToString() ?? ""), out var found))
            {
                return new ForeignKeyUnresolved(field.Field, target.Name, new JsonObject { [member] = value?.DeepClone() });
            }

            json[field.Field] = new JsonObject { ["id"] = found.ToString() };
        }

        return null;
    }

    private async Task<Result<JsonObject>> WriteAsync(
        EntityKind kind,
        string verb,
        Actor actor,
        Func<ConfigState, Result<(EntityDocument? Before, EntityDocument After)>> prepare,
        CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var prepared = prepare(State);
            if (prepared.IsError)
            {
                return prepared.Error;
            }

            var (before, after) = prepared.Value;
            var word = before is null ? "create" : verb == "create" ? "update" : verb;
            var committed = await CommitAsync(State.With(after), $"{word} {Describe(after)}", actor, [(before, after)], cancellationToken);
            return committed.IsError ? committed.Error : Show(after, actor);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Makes a snapshot of the next state, stores it, and only then lets it serve.</summary>
    private async Task<Result<ConfigState>> CommitAsync(
        ConfigState next,
        string summary,
        Actor actor,
        IReadOnlyList<(EntityDocument? Before, EntityDocument? After)> changes,
        CancellationToken cancellationToken)
    {
        next = next with { Version = State.Version + 1 };
        GatewaySnapshot snapshot;
        try
        {
            snapshot = activator.Build(next);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return new ConfigurationRefused($"the gateway cannot serve this configuration: {exception.Message}");
        }

        await store.SaveAsync(next.Version, summary, actor, changes, cancellationToken);
        activator.Swap(snapshot);
        Volatile.Write(ref _state, next);
        _changed.Raise();
        return next;
    }
}
