using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ConsoleWeb.Data;
using Microsoft.EntityFrameworkCore;

namespace ConsoleWeb.Audit;

/// <summary>Finds out whether an entry was changed, removed, put in or moved.</summary>
internal sealed class AuditVerifier(IDbContextFactory<ConsoleDbContext> contexts, AuditFiles files)
{
    public async Task<AuditVerdict> VerifyAsync(CancellationToken cancellationToken)
    {
        // Read first: entries that are added from now on come after it.
        var end = files.ReadHead();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var first = await context.Audit.MinAsync(e => (long?)e.Sequence, cancellationToken);
        if (first is null)
        {
            return end is null ? new AuditVerdict(0, null) : new AuditVerdict(0, $"the entries up to {end.Sequence} are missing");
        }

        if (files.FindKey() is not { } key)
        {
            return new AuditVerdict(0, $"the key {files.KeyFile} is missing");
        }

        if (end is null)
        {
            return new AuditVerdict(0, $"the file {files.HeadFile}, which names the last entry, is missing");
        }

        var previous = AuditChain.Start;
        if (first > 1)
        {
            // Its own place in the chain is verified below like that of any other entry.
            if (await FindRemovedAsync(context, first.Value - 1, cancellationToken) is not { } hash)
            {
                return new AuditVerdict(0, $"the entries before {first} are missing");
            }

            previous = hash;
        }

        var expected = first.Value;
        await foreach (var entry in context.Audit.AsNoTracking().OrderBy(e => e.Sequence).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (entry.Sequence != expected)
            {
                return new AuditVerdict(expected - first.Value, entry.Sequence == expected + 1 ? $"entry {expected} is missing" : $"the entries {expected} to {entry.Sequence - 1} are missing");
            }

            if (!CryptographicOperations.FixedTimeEquals(AuditChain.Hash(key, previous, entry), entry.Hash)
                || (entry.Sequence == end.Sequence && !entry.Hash.AsSpan().SequenceEqual(end.Hash)))
            {
                return new AuditVerdict(expected - first.Value, $"entry {expected} was changed, put in or moved");
            }

            previous = entry.Hash;
            expected++;
        }

        return new AuditVerdict(expected - first.Value, expected <= end.Sequence ? $"the entries from {expected} to {end.Sequence} are missing" : null);
    }

    /// <summary>Hash of the last entry that was removed for its age.</summary>
    /// <returns>Null when no removal up to it is known.</returns>
    internal static async Task<byte[]?> FindRemovedAsync(ConsoleDbContext context, long sequence, CancellationToken cancellationToken)
    {
        var removals = await context.Audit.AsNoTracking().Where(e => e.Action == AuditActions.Prune).Select(e => e.Details).ToListAsync(cancellationToken);
        return removals.Select(d => HashAt(d, sequence)).FirstOrDefault(h => h is not null);
    }

    private static byte[]? HashAt(string? details, long sequence)
    {
        var removal = details is null ? null : JsonNode.Parse(details);
        return removal?[AuditRetention.Through]?.GetValue<long>() == sequence ? Convert.FromHexString(removal[AuditRetention.Hash]!.GetValue<string>()) : null;
    }
}

/// <summary>What a verification found.</summary>
/// <param name="Entries">How many entries are as they were written, up to the first that is not.</param>
/// <param name="Problem">What is wrong first; null: nothing.</param>
internal sealed record AuditVerdict(long Entries, string? Problem);
