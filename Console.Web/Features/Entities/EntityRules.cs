using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Plugins;
using Gateway.Core.Secrets;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Entities;

/// <summary>What must hold before a document is stored or deleted: its schema, unique values, references.</summary>
internal sealed class EntityRules(PluginCatalog plugins, IEnumerable<IPluginCheck> checks, SecretVaults vaults, TimeProvider time)
{
    /// <summary>Largest entity. All of them are in memory, and each is read whole.</summary>
    private const int MaxBytes = 100 * 1024;

    /// <summary>The checks that need no other entity. Partials are looked at as far as they exist.</summary>
    public Result<JsonObject> Validate(ConfigState state, EntityKind kind, JsonObject input)
    {
        var normalised = Normalise(state, kind, input, null);
        return !normalised.IsError && CheckConfig(kind, normalised.Value) is { } faulty ? faulty : normalised;
    }

    /// <summary>Checks an input against everything that is known and returns the document to store.</summary>
    /// <param name="replaces">The document that the new one takes the place of; null: none may have its id, whatever its kind.</param>
    /// <param name="mergeInto">Members that the input does not name keep their values of this document; null: they get their defaults.</param>
    public Result<DocumentChange> Prepare(ConfigState state, EntityKind kind, JsonObject input, EntityDocument? replaces, JsonObject? mergeInto)
    {
        if (kind == EntityKinds.Plugins)
        {
            input = input.DeepClone().AsObject();
            if (PartialLinks.Resolve(state, input) is { } nowhere)
            {
                return nowhere;
            }
        }

        var normalised = Normalise(state, kind, WithOwnSecrets(kind, input, replaces), mergeInto);
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

        if (CheckConfig(kind, json) is { } faulty)
        {
            return faulty;
        }

        SetUpdatedAt(kind, json);
        Lifetime.Set(kind, json, input, mergeInto, time.GetUtcNow());
        if (ResolveForeignKeys(state, kind, json) is { } foreignError)
        {
            return foreignError;
        }

        var id = Guid.Parse(json["id"]!.GetValue<string>());
        json["id"] = id.ToString();
        if (replaces is null && EntityKinds.All.Any(k => state.Find(k, id) is not null))
        {
            return new PrimaryKeyViolation(id);
        }

        if (Encoding.UTF8.GetByteCount(json.ToJsonString()) > MaxBytes)
        {
            var tooLarge = new Violations();
            tooLarge.AddEntity(SchemaPath.Root, $"an entity must not be larger than {MaxBytes} bytes");
            return tooLarge.ToError()!;
        }

        var document = new EntityDocument(kind, id, json);
        return CheckUnique(state, kind, id, json) is { } taken ? taken
            : CheckLinkedPlugins(state, document) is { } unfit ? unfit
            : new DocumentChange(replaces, document);
    }

    /// <summary>Checks a document that stands in a state already, as when an earlier state is brought back.</summary>
    /// <returns>Null when it would be accepted as it is.</returns>
    public Error? Check(ConfigState state, EntityDocument document)
    {
        var normalised = Validate(state, document.Kind, document.Json);
        return normalised.IsError ? normalised.Error
            : ResolveForeignKeys(state, document.Kind, document.Json) ?? CheckUnique(state, document.Kind, document.Id, document.Json);
    }

    /// <summary>The document as if it were written now.</summary>
    public EntityDocument Touch(EntityDocument document)
    {
        var json = document.Json;
        SetUpdatedAt(document.Kind, json);
        return new EntityDocument(document.Kind, document.Id, json);
    }

    /// <summary>
    /// The input with the stored secrets of the entity itself where it has their masks: a rule may look into them, as that of a certificate's
    /// key does. Secrets further inside are put back once the document has its shape.
    /// </summary>
    private static JsonObject WithOwnSecrets(EntityKind kind, JsonObject input, EntityDocument? replaces)
    {
        var masked = kind.Schema.Fields.Where(f => f.Secret && input[f.Name] is JsonValue value && value.TryGetValue<string>(out var text) && text == SecretPaths.Mask).ToList();
        if (masked.Count == 0 || replaces is null)
        {
            return input;
        }

        var (copy, stored) = (input.DeepClone().AsObject(), replaces.Json);
        foreach (var field in masked.Where(f => stored[f.Name] is not null))
        {
            copy[field.Name] = stored[field.Name]!.DeepClone();
        }

        return copy;
    }

    /// <summary>The document as the schema has it. A plugin is checked with the partials that it links, and comes without them.</summary>
    private Result<JsonObject> Normalise(ConfigState state, EntityKind kind, JsonObject input, JsonObject? mergeInto)
    {
        if (kind != EntityKinds.Plugins)
        {
            return kind.Normalise(input, Options(mergeInto));
        }

        var pieces = SharedPieces.Of(state, plugins, input, mergeInto);
        if (pieces.IsError)
        {
            return pieces.Error;
        }

        var normalised = kind.Normalise(pieces.Value.JoinedWith(input, mergeInto), Options(mergeInto) with { Elsewhere = pieces.Value.Unknown });
        if (!normalised.IsError)
        {
            pieces.Value.TakeOutOf(normalised.Value);
        }

        return normalised;
    }

    /// <summary>Whether the plugins that link a partial would still be accepted. Those that would not before are not its fault.</summary>
    private SchemaViolationError? CheckLinkedPlugins(ConfigState state, EntityDocument partial)
    {
        if (partial.Kind != EntityKinds.Partials || state.Find(partial.Kind, partial.Id) is null)
        {
            return null;
        }

        var next = state.With(partial);
        var violations = new Violations();
        foreach (var plugin in state.ListReferencing(partial.Id).Where(d => d.Kind == EntityKinds.Plugins))
        {
            if (Normalise(next, plugin.Kind, plugin.Json, null) is { IsError: true, Error: var fault } && !Normalise(state, plugin.Kind, plugin.Json, null).IsError)
            {
                violations.AddEntity(SchemaPath.Root, $"the {plugin.Title} with id {plugin.Id} links this partial, and with it: {fault.Message}");
            }
        }

        return violations.ToError();
    }

    private void SetUpdatedAt(EntityKind kind, JsonObject json)
    {
        if (json.ContainsKey("updated_at"))
        {
            var now = time.GetUtcNow();
            json["updated_at"] = kind == EntityKinds.Targets ? Math.Round(now.ToUnixTimeMilliseconds() / 1000.0, 3) : now.ToUnixTimeSeconds();
        }
    }

    private static UniqueViolation? CheckUnique(ConfigState state, EntityKind kind, Guid id, JsonObject json)
    {
        foreach (var constraint in kind.Unique)
        {
            var isSet = constraint.Fields.Count > 1 || json[constraint.Fields[0]] is not null;
            if (isSet && state.Unique.TryGetValue(UniqueKey.Of(kind, constraint, json), out var owner) && owner != id)
            {
                return new UniqueViolation(new JsonObject(constraint.Fields.Select(f => new KeyValuePair<string, JsonNode?>(f, Shown(kind, f, json[f])))));
            }
        }

        return null;
    }

    /// <summary>A value as an error may repeat it: errors of a script end in logs that many read.</summary>
    private static JsonNode? Shown(EntityKind kind, string field, JsonNode? value) =>
        value is not null && kind.Schema.Fields.Any(f => f.Name == field && f.Secret) ? SecretPaths.Mask : value?.DeepClone();

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

        return kind == EntityKinds.Plugins ? PartialLinks.Resolve(state, json) : null;
    }

    /// <summary>Gathers what a delete takes along, or says why it may not happen.</summary>
    /// <param name="removed">Receives the documents, children first.</param>
    public static Error? CollectDeleted(ConfigState state, EntityDocument document, List<EntityDocument> removed)
    {
        if (document.Kind == EntityKinds.CaCertificates
            && state.Of(EntityKinds.Services).Values.FirstOrDefault(s => Lists(s, "ca_certificates", document.Id)) is { } service)
        {
            return new StillListed(document.Id, service.Kind.Name, service.Id);
        }

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

            if (CollectDeleted(state, dependent, removed) is { } refusal)
            {
                return refusal;
            }
        }

        removed.Add(document);
        return null;
    }

    private static bool Lists(EntityDocument document, string field, Guid id) =>
        document.Json[field] is JsonArray list && list.Any(i => Guid.TryParse(i?.GetValue<string>(), out var listed) && listed == id);

    /// <summary>Whether a child goes when its parent is deleted.</summary>
    public static bool Cascades(EntityDocument child, EntityDocument parent) =>
        child.Kind.ForeignKeys.Any(k => k.References == parent.Kind.Name && k.OnDelete == OnDelete.Cascade);

    private SchemaViolationError? CheckConfig(EntityKind kind, JsonObject json) =>
        kind == EntityKinds.Plugins ? CheckPlugin(json) : kind == EntityKinds.Vaults ? vaults.Check(json) : null;

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

    private NormaliseOptions Options(JsonObject? existing) => new() { Existing = existing, Time = time, SubSchemas = plugins };
}
