using System.Text.Json.Nodes;
using ConsoleWeb.Data;
using ConsoleWeb.Features.Entities;
using Microsoft.EntityFrameworkCore;

namespace ConsoleWeb.Audit;

/// <summary>Removes the oldest entries and leaves one that says so, bound to the rest like any other.</summary>
internal sealed class AuditRetention(IDbContextFactory<ConsoleDbContext> contexts, AuditLog log)
{
    internal const string Through = "through";

    internal const string Hash = "hash";

    /// <param name="since">What happened before goes.</param>
    public async Task PruneAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);

        // Posted entries may stand a little out of the order of their times; what is removed is the beginning all the same.
        var kept = await context.Audit.Where(e => e.At >= since).MinAsync(e => (long?)e.Sequence, cancellationToken) ?? long.MaxValue;
        var last = await context.Audit.Where(e => e.Sequence < kept).OrderByDescending(e => e.Sequence).Select(e => new { e.Sequence, e.Hash }).FirstOrDefaultAsync(cancellationToken);
        if (last is null)
        {
            return;
        }

        var head = await log.AppendAsync(
            context,
            [new AuditEvent(AuditActions.Prune, Actor.System) { Details = new JsonObject { [Through] = last.Sequence, [Hash] = Convert.ToHexStringLower(last.Hash) } }],
            cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        await context.Audit.Where(e => e.Sequence <= last.Sequence).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        log.Committed(head);
    }
}
