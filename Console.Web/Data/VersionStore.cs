using ConsoleWeb.Features.History;
using Microsoft.EntityFrameworkCore;

namespace ConsoleWeb.Data;

/// <summary>Reads the versions of the configuration.</summary>
internal sealed class VersionStore(IDbContextFactory<ConsoleDbContext> contexts, VersionText text)
{
    /// <param name="before">Versions older than this one; null: from the newest.</param>
    /// <returns>Newest first.</returns>
    public async Task<IReadOnlyList<HistoryRow>> ListAsync(HistoryFilter filter, long? before, int size, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var versions = context.Versions.AsNoTracking();
        if (before is { } number)
        {
            versions = versions.Where(v => v.Number < number);
        }

        if (filter.Text is { Length: > 0 } wanted)
        {
            var pattern = LikePattern.Containing(wanted);
            versions = versions.Where(v => EF.Functions.Like(v.Summary, pattern, LikePattern.Escape) || EF.Functions.Like(v.Actor, pattern, LikePattern.Escape));
        }

        if (filter.Actor is { } actor)
        {
            versions = versions.Where(v => v.Actor == actor);
        }

        if (filter.Source is { } source)
        {
            versions = versions.Where(v => v.Source == source);
        }

        if (filter.Entity is { } entity)
        {
            // As it stands in the documents of the change; references to it are changes of others.
            var own = $"\"id\":\"{entity}\"";
            var referred = $"{{\"id\":\"{entity}\"}}";
            versions = versions.Where(v => v.Changes.Replace(referred, "").Contains(own));
        }

        return await versions
            .OrderByDescending(v => v.Number)
            .Take(size)
            .Select(v => new HistoryRow(v.Number, v.At, v.Actor, v.Source, v.Summary))
            .ToListAsync(cancellationToken);
    }

    public async Task<HistoryVersion?> FindAsync(long number, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Versions.AsNoTracking().FirstOrDefaultAsync(v => v.Number == number, cancellationToken) is { } version
            ? new HistoryVersion(
                new HistoryRow(version.Number, version.At, version.Actor, version.Source, version.Summary),
                [.. VersionText.Read(version).Select(EntityChange.Of)])
            : null;
    }

    /// <summary>The entities that a version touched, as they were before it; null when it is no longer kept.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The keys that encrypted the secrets are gone.</exception>
    /// <exception cref="InvalidDataException">Secrets were not kept with the version.</exception>
    public async Task<IReadOnlyList<EarlierDocument>?> ReadBeforeAsync(long number, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Versions.AsNoTracking().FirstOrDefaultAsync(v => v.Number == number, cancellationToken) is { } version
            ? [.. text.ReadBefore(version)]
            : null;
    }

    /// <summary>What leads back from one version to an earlier one: every entity touched since, as it was then.</summary>
    /// <param name="number">The version to go back to.</param>
    /// <param name="from">The version that is in place.</param>
    /// <returns>Null when the earlier version, or one between, is no longer kept.</returns>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The keys that encrypted the secrets are gone.</exception>
    /// <exception cref="InvalidDataException">Secrets were not kept with a version.</exception>
    public async Task<IReadOnlyCollection<EarlierDocument>?> ReadBackAsync(long number, long from, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await context.Versions.AnyAsync(v => v.Number == number, cancellationToken))
        {
            return null;
        }

        // The oldest change after that version knows how it was.
        var earlier = new Dictionary<Guid, EarlierDocument>();
        var expected = number;
        await foreach (var version in context.Versions.AsNoTracking().Where(v => v.Number > number && v.Number <= from).OrderBy(v => v.Number).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (version.Number != ++expected)
            {
                return null;
            }

            foreach (var document in text.ReadBefore(version))
            {
                earlier.TryAdd(document.Id, document);
            }
        }

        return expected == from ? earlier.Values : null;
    }
}
