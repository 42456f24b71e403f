using System.Text.Json.Nodes;
using ConsoleWeb.Data.Entities;
using ConsoleWeb.Features.Entities;
using Gateway.Core.Plugins;
using Gateway.Shared.Schema;
using Microsoft.EntityFrameworkCore;

namespace ConsoleWeb.Data;

/// <summary>Keeps entity documents in the database, secrets encrypted.</summary>
internal sealed class EntityStore(IDbContextFactory<ConsoleDbContext> contexts, SecretProtector protector, PluginCatalog plugins, TimeProvider time)
{
    /// <summary>Reads everything. Documents of kinds that this build does not know stay in the database untouched.</summary>
    public async Task<ConfigState> LoadAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var state = ConfigState.Empty;
        foreach (var row in await context.Entities.AsNoTracking().ToListAsync(cancellationToken))
        {
            if (EntityKinds.Find(row.Kind) is { } kind)
            {
                var json = protector.Unprotect(JsonNode.Parse(row.Document)!.AsObject(), kind, row.Id);
                state = state.With(new EntityDocument(kind, row.Id, json));
            }
        }

        var version = await context.Versions.MaxAsync(v => (long?)v.Number, cancellationToken) ?? 0;
        return state with { Version = version };
    }

    /// <summary>Writes a change and its version in one transaction.</summary>
    public async Task SaveAsync(
        long version,
        string summary,
        Actor actor,
        IReadOnlyList<(EntityDocument? Before, EntityDocument? After)> changes,
        CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        foreach (var (before, after) in changes)
        {
            var id = (after ?? before)!.Id;
            await context.UniqueKeys.Where(u => u.EntityId == id).ExecuteDeleteAsync(cancellationToken);
            if (before is not null && after is null)
            {
                await context.Entities.Where(e => e.Id == id).ExecuteDeleteAsync(cancellationToken);
            }
            else if (after is not null)
            {
                var document = protector.Protect(after.Json, after.Kind, id).ToJsonString();
                if (before is null)
                {
                    context.Entities.Add(new ConfigEntity { Id = id, Kind = after.Kind.Name, Document = document, Version = version });
                    await context.SaveChangesAsync(cancellationToken);
                }
                else
                {
                    await context.Entities.Where(e => e.Id == id).ExecuteUpdateAsync(
                        s => s.SetProperty(e => e.Document, document).SetProperty(e => e.Version, version), cancellationToken);
                }

                // A secret that must be unique, such as a consumer's key, is compared in memory only: here it would stand in clear, or as a hash that can be guessed.
                context.UniqueKeys.AddRange(UniqueKey.Of(after).Where(k => !HoldsSecret(after.Kind, k)).Select(k => new ConfigUnique { Kind = k.Kind, Constraint = k.Constraint, Value = k.Value, EntityId = id }));
            }
        }

        context.Versions.Add(new ConfigVersion
        {
            Number = version,
            At = time.GetUtcNow(),
            Actor = actor.Name,
            Source = actor.Source,
            Summary = summary,
            Changes = Describe(changes),
        });
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static bool HoldsSecret(EntityKind kind, UniqueKey key) => key.Constraint.Split(',').Any(f => kind.Schema.Find(f)?.Secret == true);

    private string Describe(IReadOnlyList<(EntityDocument? Before, EntityDocument? After)> changes) =>
        new JsonArray([.. changes.Select(c => new JsonObject
        {
            ["kind"] = (c.After ?? c.Before)!.Kind.Name,
            ["before"] = c.Before is null ? null : MaskedSecrets.Mask(c.Before, plugins),
            ["after"] = c.After is null ? null : MaskedSecrets.Mask(c.After, plugins),
        })]).ToJsonString();
}
