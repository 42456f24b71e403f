using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ConsoleWeb.Audit;
using ConsoleWeb.Data;
using ConsoleWeb.Features.Entities;
using Gateway.Shared.Results;

namespace ConsoleWeb.Features.History;

/// <summary>Shows the versions of the configuration and brings one back.</summary>
internal sealed class HistoryService(VersionStore versions, ConfigWriter writer, EntityRules rules, AuditLog audit)
{
    public async Task<VersionPage> ListAsync(HistoryFilter filter, long? before, int size, CancellationToken cancellationToken)
    {
        // One more than asked for says whether there is a next page.
        var found = await versions.ListAsync(filter, before, size + 1, cancellationToken);
        return found.Count > size ? new VersionPage([.. found.Take(size)], found[size - 1].Number) : new VersionPage(found, null);
    }

    public Task<HistoryVersion?> FindAsync(long number, CancellationToken cancellationToken) => versions.FindAsync(number, cancellationToken);

    /// <summary>Makes the configuration what it was after a version, as one new version. Refused as a whole when today's rules do not allow it.</summary>
    public async Task<Result<RestoredVersion>> RestoreAsync(long number, Actor actor, CancellationToken cancellationToken)
    {
        var restored = await TryRestoreAsync(number, actor, cancellationToken);
        if (restored.IsError)
        {
            audit.Post(new AuditEvent(AuditActions.ConfigRestore, actor, $"version {number}") { IsRefused = true });
        }

        return restored;
    }

    /// <summary>Brings back what a version deleted, and nothing else.</summary>
    /// <returns>Null when it is back, else why not.</returns>
    public async Task<Error?> UndoAsync(long number, Actor actor, CancellationToken cancellationToken)
    {
        List<EntityDocument> deleted;
        try
        {
            if (await versions.ReadBeforeAsync(number, cancellationToken) is not { } before)
            {
                return new VersionUnreadable(number, "it is no longer kept");
            }

            deleted = [.. before.Select(e => e.Document).OfType<EntityDocument>()];
        }
        catch (Exception exception) when (exception is CryptographicException or InvalidDataException)
        {
            return new VersionUnreadable(number, exception.Message);
        }

        var refusal = await writer.WriteAsync(
            state =>
            {
                if (deleted.Find(d => state.Find(d.Kind, d.Id) is not null) is { } present)
                {
                    return new VersionUnreadable(number, $"the {present.Title} is there again");
                }

                // What took the place of a name meanwhile keeps it.
                if (deleted.Find(d => d.UniqueKeys.Any(state.Unique.ContainsKey)) is { } taken)
                {
                    return new VersionUnreadable(number, $"a value of the {taken.Title} that must be unique is taken");
                }

                var wanted = state.Replace(deleted.Select(d => (d.Kind, d.Id, (EntityDocument?)d)));
                return deleted.Select(d => rules.Check(wanted, d)).FirstOrDefault(e => e is not null) is { } refused
                    ? refused
                    : new ConfigChange($"undo delete {deleted[^1].Title}", [.. deleted.Select(d => new DocumentChange(null, rules.Touch(d)))]);
            },
            actor,
            cancellationToken);
        return refusal is null or VersionUnreadable ? refusal : new VersionRefused(number, refusal);
    }

    private async Task<Result<RestoredVersion>> TryRestoreAsync(long number, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.MayWrite)
        {
            return new WriteForbidden(actor.Name);
        }

        var now = writer.State;
        if (number > now.Version)
        {
            return new NotFoundError();
        }

        ConfigState wanted;
        try
        {
            if (await versions.ReadBackAsync(number, now.Version, cancellationToken) is not { } earlier)
            {
                return new NotFoundError();
            }

            wanted = now.Replace(earlier.Select(e => (e.Kind, e.Id, e.Document)));
            if (earlier.Select(e => e.Document).OfType<EntityDocument>().Select(d => rules.Check(wanted, d)).FirstOrDefault(e => e is not null) is { } refused)
            {
                return new VersionRefused(number, refused);
            }
        }
        catch (CryptographicException)
        {
            return new VersionUnreadable(number, "its secrets were encrypted with keys that are no longer here");
        }
        catch (InvalidDataException exception)
        {
            return new VersionUnreadable(number, exception.Message);
        }

        var restored = new RestoredVersion(null, 0);
        var refusal = await writer.WriteAsync(
            state =>
            {
                // Whatever was written meanwhile goes as well.
                var documents = Difference(state, wanted);
                restored = new RestoredVersion(documents.Count == 0 ? null : state.Version + 1, documents.Count);
                return new ConfigChange($"restore version {number}", documents);
            },
            actor,
            cancellationToken);
        return refusal is null ? restored : new VersionRefused(number, refusal);
    }

    /// <summary>What leads from one state to the other: what goes first, then what is new or different.</summary>
    private List<DocumentChange> Difference(ConfigState state, ConfigState wanted)
    {
        var changes = new List<DocumentChange>();
        foreach (var (kind, documents) in state.Kinds)
        {
            var left = wanted.Kinds.GetValueOrDefault(kind);
            changes.AddRange(documents.Values.Where(d => left?.ContainsKey(d.Id) != true).Select(d => new DocumentChange(d, null)));
        }

        foreach (var document in wanted.Kinds.Values.SelectMany(d => d.Values))
        {
            var present = state.Find(document.Kind, document.Id);
            if (!ReferenceEquals(present, document) && !(present is not null && JsonNode.DeepEquals(WithoutTime(present), WithoutTime(document))))
            {
                changes.Add(new DocumentChange(present, rules.Touch(document)));
            }
        }

        return changes;
    }

    private static JsonObject WithoutTime(EntityDocument document)
    {
        var json = document.Json;
        json.Remove("updated_at");
        return json;
    }
}

/// <summary>What a restore did.</summary>
/// <param name="Version">Number of the version that it made; null: nothing differed.</param>
/// <param name="Entities">How many were created, changed or deleted.</param>
internal sealed record RestoredVersion(long? Version, int Entities);

/// <summary>A version that today's rules do not allow.</summary>
internal sealed record VersionRefused(long Number, Error Reason)
    // What is unique may be a secret, such as a consumer's key.
    : Error($"version {Number} cannot be restored: {(Reason is UniqueViolation ? "a value that must be unique is taken" : Reason.Message)}");

/// <summary>A version from which there is no way back.</summary>
internal sealed record VersionUnreadable(long Number, string Reason) : Error($"version {Number} cannot be restored: {Reason}");
