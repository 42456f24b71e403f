using System.Text.Json.Nodes;
using ConsoleWeb.Data.Entities;
using ConsoleWeb.Features.Entities;
using Gateway.Core.Plugins;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Data;

/// <summary>What a version keeps of its change: for readers with secrets masked, for a way back with secrets encrypted.</summary>
internal sealed class VersionText(SecretProtector protector, PluginCatalog plugins)
{
    /// <summary>The row to store, and what it says of each entity.</summary>
    public (ConfigVersion Row, IReadOnlyList<RecordedChange> Changes) Record(NumberedChange change, DateTimeOffset at)
    {
        var recorded = new List<RecordedChange>(change.Change.Documents.Count);
        var shown = new JsonArray();
        var kept = new JsonObject();
        foreach (var (before, after) in change.Change.Documents)
        {
            var seen = Show(new DocumentChange(before, after));
            recorded.Add(seen);
            var entry = new JsonObject { ["kind"] = seen.Kind.Name, ["before"] = seen.Before, ["after"] = seen.After };
            if (seen.Secrets.Count > 0)
            {
                entry["secrets"] = new JsonArray([.. seen.Secrets.Select(p => JsonValue.Create(p))]);
            }

            if (before is not null && Secrets(before).Count > 0)
            {
                kept[before.Id.ToString()] = protector.Protect(before.Json, before.Kind, before.Id);
            }

            shown.Add(entry);
        }

        var row = new ConfigVersion
        {
            Number = change.Version,
            At = at,
            Actor = change.Actor.Name,
            Source = change.Actor.Source,
            Summary = change.Change.Summary,
            Changes = shown.ToJsonString(),
            Protected = kept.Count == 0 ? null : kept.ToJsonString(),
        };
        return (row, recorded);
    }

    /// <summary>A change as readers see it, secrets masked; which of them changed is noted, since both look the same behind the mask.</summary>
    public RecordedChange Show(DocumentChange change)
    {
        var (before, after) = change;
        string[] changed = [];
        if (before is not null && after is not null)
        {
            var (was, now) = (Secrets(before), Secrets(after));
            changed = [.. was.Keys.Union(now.Keys).Where(p => was.GetValueOrDefault(p) != now.GetValueOrDefault(p)).Order(StringComparer.Ordinal)];
        }

        return new RecordedChange(
            (after ?? before)!.Kind,
            before is null ? null : MaskedSecrets.Mask(before, plugins),
            after is null ? null : MaskedSecrets.Mask(after, plugins),
            changed);
    }

    /// <summary>The changes of a version, secrets masked. Those of kinds that this build does not know are left out.</summary>
    public static IEnumerable<RecordedChange> Read(ConfigVersion version)
    {
        foreach (var entry in JsonNode.Parse(version.Changes)!.AsArray().Select(e => e!.AsObject()))
        {
            if (EntityKinds.Find(entry["kind"]!.GetValue<string>()) is { } kind)
            {
                string[] secrets = [.. (entry["secrets"] as JsonArray ?? []).Select(s => s!.GetValue<string>())];
                yield return new RecordedChange(kind, entry["before"] as JsonObject, entry["after"] as JsonObject, secrets);
            }
        }
    }

    /// <summary>The documents as they were before a version, secrets in clear; a null document did not exist.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The keys that encrypted the secrets are gone.</exception>
    /// <exception cref="InvalidDataException">Secrets were not kept with this version.</exception>
    public IEnumerable<EarlierDocument> ReadBefore(ConfigVersion version)
    {
        var kept = version.Protected is null ? null : JsonNode.Parse(version.Protected)!.AsObject();
        foreach (var change in Read(version))
        {
            if (change.Before is null)
            {
                yield return new EarlierDocument(change.Kind, change.Id, null);
                continue;
            }

            var json = kept?[change.Id.ToString()] is JsonObject encrypted ? protector.Unprotect(encrypted, change.Kind, change.Id) : change.Before;
            var document = new EntityDocument(change.Kind, change.Id, json);
            if (Secrets(document).ContainsValue(SecretPaths.Mask))
            {
                throw new InvalidDataException($"The secrets of {document.Title} were not kept with version {version.Number}.");
            }

            yield return new EarlierDocument(change.Kind, change.Id, document);
        }
    }

    private Dictionary<string, string> Secrets(EntityDocument document)
    {
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal);
        SecretPaths.Replace(document.Json, document.Kind.Schema, plugins, (path, text) => secrets[path] = text);
        return secrets;
    }
}

/// <summary>One entity of a version as it is kept.</summary>
/// <param name="Before">Null: created.</param>
/// <param name="After">Null: deleted.</param>
/// <param name="Secrets">Paths of the secrets that changed.</param>
internal sealed record RecordedChange(EntityKind Kind, JsonObject? Before, JsonObject? After, IReadOnlyList<string> Secrets)
{
    public Guid Id => Guid.Parse((After ?? Before)!["id"]!.GetValue<string>());
}

/// <summary>An entity as it was.</summary>
/// <param name="Document">Null: it did not exist.</param>
internal sealed record EarlierDocument(EntityKind Kind, Guid Id, EntityDocument? Document);
