using System.Text.Json.Nodes;
using ConsoleWeb.Audit;
using ConsoleWeb.Data.Entities;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.History;
using ConsoleWeb.Options;
using Gateway.Shared.Schema;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ConsoleWeb.Data;

/// <summary>Keeps entity documents in the database, secrets encrypted.</summary>
internal sealed class EntityStore(IDbContextFactory<ConsoleDbContext> contexts, SecretProtector protector, VersionText versionText, AuditLog audit, IOptions<HistoryOptions> history, TimeProvider time)
{
    private const int PruneInterval = 20;

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

    /// <summary>Writes changes that follow each other, and their versions, in one transaction.</summary>
    public async Task SaveAsync(IReadOnlyList<NumberedChange> changes, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);

        // Of several changes of one entity only the first and the last state matter.
        var net = new Dictionary<Guid, DocumentChange>();
        var versions = new Dictionary<Guid, long>();
        foreach (var (version, change, _) in changes)
        {
            foreach (var document in change.Documents)
            {
                net[document.Id] = net.TryGetValue(document.Id, out var earlier) ? document with { Before = earlier.Before } : document;
                versions[document.Id] = version;
            }
        }

        Guid[] changed = [.. net.Where(n => n.Value.Before is not null).Select(n => n.Key)];
        Guid[] deleted = [.. net.Where(n => n.Value is { Before: not null, After: null }).Select(n => n.Key)];
        if (changed.Length > 0)
        {
            await context.UniqueKeys.Where(u => changed.Contains(u.EntityId)).ExecuteDeleteAsync(cancellationToken);
        }

        if (deleted.Length > 0)
        {
            await context.Entities.Where(e => deleted.Contains(e.Id)).ExecuteDeleteAsync(cancellationToken);
        }

        foreach (var (before, after) in net.Values)
        {
            if (after is null)
            {
                continue;
            }

            var row = new ConfigEntity
            {
                Id = after.Id,
                Kind = after.Kind.Name,
                Document = protector.Protect(after.Json, after.Kind, after.Id).ToJsonString(),
                Version = versions[after.Id],
            };
            context.Entry(row).State = before is null ? EntityState.Added : EntityState.Modified;

            // A secret that must be unique, such as a consumer's key, is compared in memory only: here it would stand in clear, or as a hash that can be guessed.
            context.UniqueKeys.AddRange(after.UniqueKeys.Where(k => !HoldsSecret(after.Kind, k)).Select(k => new ConfigUnique { Kind = k.Kind, Constraint = k.Constraint, Value = k.Value, EntityId = after.Id }));
        }

        var now = time.GetUtcNow();
        var events = new List<AuditEvent>(changes.Count);
        foreach (var change in changes)
        {
            var (row, recorded) = versionText.Record(change, now);
            context.Versions.Add(row);
            events.Add(ConfigAudit.Of(change, recorded) with { At = now });
        }

        var head = await audit.AppendAsync(context, events, cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        await PruneAsync(context, changes, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        audit.Committed(head);
    }

    private static bool HoldsSecret(EntityKind kind, UniqueKey key) => key.Constraint.Split(',').Any(f => kind.Schema.Find(f)?.Secret == true);

    /// <summary>Old versions go once in a while, in the transaction that adds to them.</summary>
    private async Task PruneAsync(ConsoleDbContext context, IReadOnlyList<NumberedChange> changes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (changes[0].Version / PruneInterval != (changes[^1].Version + 1) / PruneInterval)
        {
            var last = changes[^1].Version - history.Value.MaxVersions;
            var since = now.AddDays(-history.Value.MaxAgeDays);
            await context.Versions.Where(v => v.Number <= last && v.At < since).ExecuteDeleteAsync(cancellationToken);
        }
    }
}
