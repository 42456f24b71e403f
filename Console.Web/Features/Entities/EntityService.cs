using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Plugins;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Entities;

/// <inheritdoc cref="IEntityService"/>
internal sealed class EntityService(ConfigWriter writer, EntityRules rules, PluginCatalog plugins, TimeProvider time) : IEntityService
{
    public long Version => State.Version;

    private ConfigState State => writer.State;

    public Result<EntityPage> List(EntityKind kind, EntityQuery query, int size, string? offset, Actor actor)
    {
        if (size is < 1 or > EntityPage.MaxSize)
        {
            return new InvalidSize($"size must be an integer between 1 and {EntityPage.MaxSize}");
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
            if ((after is { } last && document.Id.CompareTo(last) <= 0) || Lifetime.IsOver(document, time.GetUtcNow()) || !Matches(document, query))
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
        State.Find(kind, idOrKey) is { } document && !Lifetime.IsOver(document, time.GetUtcNow()) ? Show(document, actor) : null;

    public JsonObject? FindChild(EntityKind kind, string parentField, Guid parentId, string idOrKey, Actor actor) =>
        State.FindChild(kind, parentField, parentId, idOrKey) is { } document && !Lifetime.IsOver(document, time.GetUtcNow()) ? Show(document, actor) : null;

    public Task<Result<JsonObject>> CreateAsync(EntityKind kind, JsonObject input, Actor actor, CancellationToken cancellationToken)
    {
        input = kind.Hashed(input, null);
        return WriteAsync(kind, "create", null, input, actor, state => rules.Prepare(state, kind, input, null, null), cancellationToken);
    }

    public Task<Result<JsonObject>> UpsertAsync(EntityKind kind, string idOrKey, JsonObject input, Actor actor, CancellationToken cancellationToken)
    {
        input = kind.Hashed(input, State.Find(kind, idOrKey)?.Json);
        return WriteAsync(kind, "update", idOrKey, input, actor, state =>
        {
            var existing = state.Find(kind, idOrKey);
            var body = input.DeepClone().AsObject();
            var isId = ConfigState.TryReadId(idOrKey, out var given);
            if (!isId && kind.EndpointKey is null && kind.FoundByChild is null)
            {
                return new InvalidPrimaryKey(idOrKey);
            }

            var id = existing?.Id ?? (isId ? given : Guid.NewGuid());
            if (body["id"] is { } bodyId && !(ConfigState.TryReadId(bodyId.ToString(), out var named) && named == id))
            {
                return SchemaViolationError.At("id", "must be the id of the path");
            }

            body["id"] = id.ToString();
            if (!isId && kind.EndpointKey is { } key)
            {
                body[key] = idOrKey;
            }

            if (existing is not null)
            {
                body["created_at"] ??= existing.Json["created_at"]?.DeepClone();
            }

            return rules.Prepare(state, kind, body, existing, null);
        }, cancellationToken);
    }

    public Task<Result<JsonObject>> PatchAsync(EntityKind kind, string idOrKey, JsonObject input, Actor actor, CancellationToken cancellationToken)
    {
        input = kind.Hashed(input, State.Find(kind, idOrKey)?.Json);
        return WriteAsync(kind, "update", idOrKey, input, actor, state =>
        {
            if (state.Find(kind, idOrKey) is not { } existing)
            {
                return ConfigState.TryReadId(idOrKey, out var id) ? new EntityNotFound(id) : new NotFoundError();
            }

            return rules.Prepare(state, kind, input, existing, existing.Json);
        }, cancellationToken);
    }

    public Task<Error?> DeleteAsync(EntityKind kind, string idOrKey, Actor actor, CancellationToken cancellationToken) =>
        State.Find(kind, idOrKey) is null ? Task.FromResult<Error?>(null) : writer.WriteAsync(
            state =>
            {
                var removed = new List<EntityDocument>();
                return state.Find(kind, idOrKey) is not { } document ? new ConfigChange("", [])
                    : EntityRules.CollectDeleted(state, document, removed) is { } refusal ? refusal
                    : new ConfigChange($"delete {document.Title}", [.. removed.Select(d => new DocumentChange(d, null))]);
            },
            actor,
            cancellationToken);

    public Result<JsonObject> Validate(EntityKind kind, JsonObject input) => rules.Validate(State, kind, input);

    public IReadOnlyList<(EntityKind Kind, JsonObject Entity)> ListDependents(EntityKind kind, Guid id, Actor actor) =>
        [.. State.ListReferencing(id).Select(d => (d.Kind, Show(d, actor)))];

    public IDisposable OnChanged(Action callback) => writer.OnChanged(callback);

    private static bool Matches(EntityDocument document, EntityQuery query)
    {
        if (query.ParentField is { } field
            && !document.References().Contains((field, query.ParentId.GetValueOrDefault())))
        {
            return false;
        }

        if (query.Unique is { } unique && !document.UniqueKeys.Contains(new UniqueKey(document.Kind.Name, unique.Field, unique.Text)))
        {
            return false;
        }

        if (query.Tags is not { } filter)
        {
            return true;
        }

        return filter.MatchAll ? filter.Tags.All(document.Tags.Contains) : filter.Tags.Any(document.Tags.Contains);
    }

    private JsonObject Show(EntityDocument document, Actor actor)
    {
        var shown = actor.MaySeeSecrets ? document.Json : MaskedSecrets.Mask(document, plugins);
        if (document.Kind == EntityKinds.Certificates)
        {
            shown[CertificateNames.Field] = new JsonArray([.. CertificateNames.Of(State, document.Id).Select(n => JsonValue.Create(n))]);
        }

        if (document.Kind == EntityKinds.Plugins)
        {
            PartialLinks.Show(State, shown);
        }

        Lifetime.Show(document.Kind, shown, time.GetUtcNow());
        return shown;
    }

    private static string WriteOffset(Guid id) => Convert.ToBase64String(Encoding.ASCII.GetBytes(id.ToString("N")));

    private static bool TryReadOffset(string offset, out Guid id)
    {
        id = default;
        Span<byte> bytes = stackalloc byte[32];
        return Convert.TryFromBase64String(offset, bytes, out var length) && Guid.TryParse(Encoding.ASCII.GetString(bytes[..length]), out id);
    }

    private async Task<Result<JsonObject>> WriteAsync(
        EntityKind kind,
        string verb,
        string? idOrKey,
        JsonObject input,
        Actor actor,
        Func<ConfigState, Result<DocumentChange>> prepare,
        CancellationToken cancellationToken)
    {
        EntityDocument? written = null;
        var refusal = await writer.WriteAsync(
            state =>
            {
                var over = Lifetime.ListOver(state, kind, time.GetUtcNow()).Select(d => new DocumentChange(d, null)).ToList();
                state = state.Replace(over.Select(c => (kind, c.Id, c.After)));
                var prepared = prepare(state);
                if (prepared.IsError)
                {
                    return prepared.Error;
                }

                written = prepared.Value.After!;
                var names = kind == EntityKinds.Certificates ? CertificateNames.Replace(rules, state, written, input, idOrKey) : new List<DocumentChange>();
                if (names.IsError)
                {
                    return names.Error;
                }

                var word = prepared.Value.Before is null ? "create" : verb == "create" ? "update" : verb;
                return new ConfigChange($"{word} {written.Title}", [.. over, prepared.Value, .. names.Value]);
            },
            actor,
            cancellationToken);
        return refusal is null ? Show(written!, actor) : refusal;
    }
}
