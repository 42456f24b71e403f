using System.Text.Json.Nodes;
using ConsoleWeb.Audit;
using ConsoleWeb.Data.Entities;
using ConsoleWeb.Features.Entities;
using Gateway.Core.Plugins;
using Gateway.Shared.Schema;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConsoleWeb.Data;

/// <summary>
/// Brings stores up to date in which configs of partials were free objects: their secrets stood in clear among the entities, in the
/// versions and in the audit log. Runs once, between the migrations.
/// </summary>
internal sealed class PartialUpgrade(SecretProtector protector, PluginCatalog plugins, AuditFiles files)
{
    private static readonly string[] Sides = ["before", "after"];

    private static EntityKind Partials => EntityKinds.Partials;

    /// <summary>Does nothing in a store that is new or has been through it.</summary>
    /// <param name="applied">The migrations that the store has been through.</param>
    public async Task RunAsync(ConsoleDbContext context, IReadOnlyCollection<string> applied, CancellationToken cancellationToken)
    {
        if (applied.Count == 0 || applied.Contains(Migrations.PartialSecrets.Id))
        {
            return;
        }

        await context.GetService<IMigrator>().MigrateAsync(context.Database.GetMigrations().TakeWhile(m => m != Migrations.PartialSecrets.Id).Last(), cancellationToken);
        AuditHead? head;
        await using (var transaction = await context.Database.BeginTransactionAsync(cancellationToken))
        {
            var entities = await context.Entities.ToListAsync(cancellationToken);
            if (entities.TrueForAll(e => e.Kind != Partials.Name) && !await context.Versions.AnyAsync(v => v.Changes.Contains(Partials.Name), cancellationToken))
            {
                return;
            }

            UpgradeEntities(entities);
            await UpgradeVersionsAsync(context, cancellationToken);
            head = await UpgradeAuditAsync(context, cancellationToken);
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        // An end that lies elsewhere than the table's is for the verifier to tell.
        if (head is not null && files.ReadHead()?.Sequence == head.Sequence)
        {
            files.WriteHead(head);
        }

        // What was overwritten is still in the free pages and in the write-ahead log.
        await context.Database.ExecuteSqlRawAsync("VACUUM", cancellationToken);
        await context.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)", cancellationToken);
    }

    private void UpgradeEntities(List<ConfigEntity> entities)
    {
        var types = new Dictionary<Guid, string?>();
        foreach (var row in entities.Where(e => e.Kind == Partials.Name))
        {
            var document = Typed(JsonNode.Parse(row.Document)!.AsObject());
            types[row.Id] = document["type"]?.ToString();
            row.Document = protector.Protect(document, Partials, row.Id).ToJsonString();
        }

        foreach (var row in entities.Where(e => e.Kind == EntityKinds.Plugins.Name))
        {
            var document = JsonNode.Parse(row.Document)!.AsObject();
            if (PartialLinks.Of(document).Any() && plugins.Find(document["name"]!.ToString()) is { } entry)
            {
                SharedPieces.Clear(document, entry, types.GetValueOrDefault);
                row.Document = document.ToJsonString();
            }
        }
    }

    private async Task UpgradeVersionsAsync(ConsoleDbContext context, CancellationToken cancellationToken)
    {
        foreach (var version in await context.Versions.Where(v => v.Changes.Contains(Partials.Name)).ToListAsync(cancellationToken))
        {
            var changes = JsonNode.Parse(version.Changes)!.AsArray();
            var kept = version.Protected is null ? [] : JsonNode.Parse(version.Protected)!.AsObject();
            foreach (var entry in changes.OfType<JsonObject>().Where(e => e["kind"]?.ToString() == Partials.Name))
            {
                foreach (var side in Sides)
                {
                    if (entry[side] is not JsonObject document)
                    {
                        continue;
                    }

                    document = Typed(document);
                    if (side == "before" && SecretPaths.List(document, Partials.Schema, plugins).Count > 0)
                    {
                        var id = Guid.Parse(document["id"]!.ToString());
                        kept[id.ToString()] = protector.Protect(document, Partials, id);
                    }

                    entry[side] = SecretPaths.Masked(document, Partials.Schema, plugins);
                }
            }

            var row = context.Entry(version);
            row.Property(v => v.Changes).CurrentValue = changes.ToJsonString();
            row.Property(v => v.Protected).CurrentValue = kept.Count == 0 ? null : kept.ToJsonString();
        }
    }

    /// <summary>
    /// Masks what the log says of partials' configs, and binds the entries anew from there on. An entry that was not bound to the one
    /// before stays unbound.
    /// </summary>
    /// <returns>The last entry; null when nothing was changed.</returns>
    private async Task<AuditHead?> UpgradeAuditAsync(ConsoleDbContext context, CancellationToken cancellationToken)
    {
        var entries = await context.Audit.OrderBy(e => e.Sequence).ToListAsync(cancellationToken);
        var key = files.FindKey();
        var isChanged = false;
        byte[]? before = entries is [{ Sequence: > 1 } first, ..] ? await AuditVerifier.FindRemovedAsync(context, first.Sequence - 1, cancellationToken) : AuditChain.Start;
        var after = before;
        foreach (var entry in entries)
        {
            var old = entry.Hash;
            var isBound = key is not null && before is not null && AuditChain.Hash(key, before, entry).AsSpan().SequenceEqual(old);
            if (Masked(entry.Details) is { } details)
            {
                context.Entry(entry).Property(e => e.Details).CurrentValue = details;
                isChanged = true;
            }

            if (isChanged && isBound)
            {
                entry.Hash = AuditChain.Hash(key!, after!, entry);
            }

            (before, after) = (old, entry.Hash);
        }

        return isChanged ? new AuditHead(entries[^1].Sequence, entries[^1].Hash) : null;
    }

    /// <returns>Null when there is nothing to mask.</returns>
    private static string? Masked(string? details)
    {
        if (details?.Contains(Partials.Name, StringComparison.Ordinal) != true || JsonNode.Parse(details)?["changes"] is not JsonArray changes)
        {
            return null;
        }

        var isChanged = false;
        foreach (var field in changes.OfType<JsonObject>().Where(c => c["kind"]?.ToString() == Partials.Name).SelectMany(c => c["fields"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (field["field"]?.ToString() is { } path && path.StartsWith("config", StringComparison.Ordinal))
            {
                // Which of them were secrets cannot be told: the log does not name the type.
                foreach (var side in Sides.Where(s => field[s] is not null))
                {
                    field[side] = SecretPaths.Mask;
                    isChanged = true;
                }
            }
        }

        return isChanged ? AuditLog.Write(changes.Root.AsObject()) : null;
    }

    /// <summary>The partial as its type has it: without members that it never heeded, with the defaults where the rest allows it.</summary>
    private JsonObject Typed(JsonObject document)
    {
        var copy = document.DeepClone().AsObject();
        if (copy["config"] is JsonObject config && copy["type"]?.ToString() is { } type && plugins.Partials.GetValueOrDefault(type) is { } schema)
        {
            Trim(config, schema);
        }

        var normalised = Partials.Normalise(copy, new NormaliseOptions { SubSchemas = plugins, FillAuto = false });
        return normalised.IsError ? copy : normalised.Value;
    }

    private static void Trim(JsonObject members, RecordSchema schema)
    {
        foreach (var (name, value) in members.ToList())
        {
            if (schema.Find(name) is not { } field)
            {
                members.Remove(name);
            }
            else if (value is JsonObject inner && field.Record is { } record)
            {
                Trim(inner, record);
            }
            else if (field.Elements?.Record is { } elements)
            {
                foreach (var item in (value as JsonArray)?.OfType<JsonObject>() ?? [])
                {
                    Trim(item, elements);
                }
            }
            else if (value is JsonObject or JsonArray && field.Kind is FieldKind.String or FieldKind.Integer or FieldKind.Number or FieldKind.Boolean)
            {
                // Nobody could read it as what it is, so nobody would encrypt it.
                members.Remove(name);
            }
        }
    }
}
